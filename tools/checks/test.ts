/**
 * Everything that must hold before a change may land. `npm test` runs it all; `npm test -- unit` one stage;
 * `npm test -- integration apps/gateway` the files of one stage whose path contains the word.
 * A skipped test fails the run.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const INTEGRATION_AT_A_TIME = 2;
const UNIT_AT_A_TIME = 2;
/** A test that hangs must not hold up the run; the long counts take their time. */
const FILE_LIMIT_MS = (process.env['SOAK'] === '1' ? 180 : 10) * 60_000;

const [onlyStage, onlyPath = ''] = process.argv.slice(2);
const seed = process.env['YOUDIAN_SEED'] ?? String(Date.now() % 1_000_000);
const scratch = mkdtempSync(join(tmpdir(), 'youdian-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

function run(name: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): boolean {
  const started = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, YOUDIAN_SEED: seed, ...env } });
  process.stdout.write(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  return status === 0;
}

function check(name: string, command: string, ...args: string[]): void {
  const passed = run(name, command, args);
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) failures.push(name);
}

function tests(name: string, patterns: string[], atATime: number): void {
  const files = globSync(patterns, { cwd: root, exclude: (path) => path.includes('node_modules') })
    .filter((file) => file.includes(onlyPath))
    .sort();
  if (files.length === 0) return;
  const counted = join(scratch, `${name}.json`);
  const args = ['--test', `--test-concurrency=${atATime}`, `--test-timeout=${FILE_LIMIT_MS}`, '--test-reporter=./tools/checks/reporter.ts', ...files];
  const passed = run(`${name} tests (${files.length} files)`, process.execPath, args, { YOUDIAN_TEST_COUNT: counted });
  const counts = JSON.parse(readFileSync(counted, 'utf8')) as typeof total;
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  if (!passed || counts.failed > 0) failures.push(name);
}

/** The pages are tried in a real browser, which Debian packages; elsewhere it must be there already. */
function installBrowser(): void {
  const has = (program: string) => spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
  if (has('chromium') || !has('apt-get') || process.getuid?.() !== 0) return;
  run('installing Chromium and Chinese fonts', 'sh', ['-c', 'apt-get update -q && apt-get install -yq --no-install-recommends chromium fonts-noto-cjk']);
}

const stages: Record<string, () => void> = {
  static: () => {
    check('proto lint', 'buf', 'lint');
    check('proto breaking changes since the last release', 'buf', 'breaking', 'proto', '--against', 'proto/released.binpb');
    check('generated contracts are those of the protos', process.execPath, 'tools/contracts/check.ts');
    check('types', process.execPath, 'node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json');
    check('types of the pages', process.execPath, 'node_modules/typescript-7/bin/tsc', '-p', 'apps/web/tsconfig.json', '--noEmit');
    // The boundary rule reads the project graph that Nx leaves behind.
    check('project graph', 'nx', 'show', 'projects');
    check('lint and boundaries', 'eslint', '--max-warnings=0', '.');
  },
  unit: () => tests('unit', ['{apps,libs,tools,examples}/**/*.spec.ts'], UNIT_AT_A_TIME),
  integration: () => {
    installBrowser();
    tests('integration', ['{apps,libs}/**/*.it.ts', 'tools/{launcher,dlq}/**/*.it.ts', 'examples/**/*.it.ts'], INTEGRATION_AT_A_TIME);
  },
  'end-to-end': () => tests('end-to-end', ['tools/{start,demo,town}/**/*.it.ts'], 1),
};

if (onlyStage && !stages[onlyStage]) {
  process.stderr.write(`There is no stage "${onlyStage}"; there are: ${Object.keys(stages).join(', ')}.\n`);
  process.exit(2);
}
const started = Date.now();
process.stdout.write(`seed ${seed} (give it as YOUDIAN_SEED to repeat)\n`);
process.env['NX_DAEMON'] = 'false';
for (const [name, stage] of Object.entries(stages)) if (!onlyStage || onlyStage === name) stage();
rmSync(scratch, { recursive: true });

process.stdout.write(`\n${((Date.now() - started) / 60_000).toFixed(1)} min, seed ${seed}${failures.length ? `, failed: ${failures.join(', ')}` : ''}\n`);
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped tests: a skipped test fails the run\n`);
process.stdout.write(`${total.passed} passed, ${total.failed + total.skipped} failed\n`);
process.exit(failures.length + total.failed + total.skipped === 0 ? 0 : 1);
