/**
 * Every workspace package has the same three quick targets, so they are inferred here and stand in no package.json:
 * `npx nx affected -t lint typecheck test` checks what a change touches. Integration tests belong to `npm test`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const createNodesV2 = [
  '{apps,libs,libs/contracts,tools}/*/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const run = (command) => ({ command, options: { cwd: '{workspaceRoot}' } });
      const targets = { lint: run(`eslint ${root}`) };
      if (existsSync(join(workspaceRoot, root, 'tsconfig.json'))) {
        targets.typecheck = run(`node node_modules/typescript-7/bin/tsc -p ${root}/tsconfig.json`);
        targets.test = run(`node --test "${root}/src/**/*.spec.ts"`);
      }
      return [file, { projects: { [root]: { targets } } }];
    }),
];
