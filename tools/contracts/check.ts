/** Fails when libs/contracts is not what the protos generate. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const fresh = mkdtempSync(join(tmpdir(), 'youdian-contracts-'));
try {
  execFileSync(process.execPath, ['tools/contracts/generate.ts', fresh], { cwd: root, stdio: 'inherit' });
  for (const domain of readdirSync(fresh)) {
    cpSync(join(root, 'libs/contracts', domain, 'package.json'), join(fresh, domain, 'package.json'));
    for (const part of ['src', 'descriptor.binpb']) {
      execFileSync('diff', ['-rq', join(fresh, domain, part), join('libs/contracts', domain, part)], { cwd: root, stdio: 'inherit' });
    }
  }
} catch {
  process.stderr.write('libs/contracts differs from the protos: run `npm run generate` and commit what it makes.\n');
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true });
}
