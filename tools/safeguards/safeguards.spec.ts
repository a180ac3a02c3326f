/** Each safeguard of the ledger, taken out in turn, makes one of its tests fail. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SAFEGUARDS, type Safeguard } from './safeguards.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;
const ARGS = ['--disable-warning=TimeoutNegativeWarning', '--test', '--test-isolation=none', '--test-reporter=tap'];

/** The names of the tests that fail. */
function failing(tests: readonly string[], imported: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  // A test runner within a test runner would report to the outer one.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [...imported, ...ARGS, ...tests], { cwd: ROOT, env: { ...own, ...env }, timeout: LIMIT_MS, maxBuffer: 2 ** 26 }, (_error, output) => {
      resolve(Array.from(output.matchAll(/^not ok \d+ - (.*)$/gm), ([, name]) => name!));
    });
  });
}

const without = ({ name, tests }: Safeguard) => failing(tests, ['--import', './tools/safeguards/without.ts'], { YOUDIAN_WITHOUT: name });

test('a program with all its safeguards passes', async () => {
  assert.deepEqual(await failing([...new Set(SAFEGUARDS.flatMap(({ tests }) => tests))], [], {}), []);
});

for (const safeguard of SAFEGUARDS) {
  test(`without ${safeguard.name} a test fails`, async (t) => {
    const { file, text, tests } = safeguard;
    assert.equal(readFileSync(join(ROOT, file), 'utf8').split(text).length, 2, `"${text}" stands in ${file} once`);
    const failed = await without(safeguard);
    assert.ok(failed.length > 0, 'all tests passed');
    assert.ok(failed.every((name) => !tests.includes(name)), `the tests could not even be loaded: ${failed.join(', ')}`);
    t.diagnostic(`"${failed[0]}"${failed.length > 1 ? `, and ${failed.length - 1} more` : ''}`);
  });
}
