import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '../..');
before(() => void execFileSync('nx', ['show', 'projects'], { cwd: root, env: { ...process.env, NX_DAEMON: 'false' } }));

async function rulesBrokenBy(path: string, text: string): Promise<string[]> {
  const [result] = await new ESLint({ cwd: root }).lintText(text, { filePath: join(root, path) });
  return result!.messages.map((message) => message.ruleId ?? message.message);
}

test('an app imports no other app', async () => {
  // By name it cannot even be resolved: apps export nothing. By path the rule stops it.
  assert.ok((await rulesBrokenBy('apps/gateway/src/main.ts', "import '../../analytics/src/main.ts';\n")).includes('@nx/enforce-module-boundaries'));
});

test('a library imports no app, and a contract no library', async () => {
  assert.ok((await rulesBrokenBy('libs/messaging/src/index.ts', "import '../../../apps/gateway/src/main.ts';\n")).includes('@nx/enforce-module-boundaries'));
  assert.ok((await rulesBrokenBy('libs/contracts/desk/index.ts', "import '@youdian/money';\n")).includes('@nx/enforce-module-boundaries'));
});

test('the pure part of a domain knows no store, no broker and no clock', async () => {
  const broken = await rulesBrokenBy('apps/service-desk/src/case/decide.ts', "import { Long } from 'mongodb';\nexport const at = [new Date(), Long];\n");
  assert.ok(broken.includes('no-restricted-imports'));
  assert.ok(broken.includes('no-restricted-syntax'));
});

test('money is never a number', async () => {
  for (const text of ['export interface Bill { amountFen: number }\n', 'export const f = (totalFen: bigint) => Number(totalFen);\n', 'export const bill = { amountFen: 100 };\n']) {
    assert.deepEqual(await rulesBrokenBy('libs/money/src/index.ts', text), ['no-restricted-syntax'], text);
  }
});

test('the predictor of the sample day shares no code with what it checks', async () => {
  assert.ok((await rulesBrokenBy('tools/demo/predict.ts', "import '@youdian/money';\n")).includes('no-restricted-imports'));
});
