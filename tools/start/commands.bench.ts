/** The waiting that a person does: how long a service, `npm start`, the demo and the checks of one app take. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatform } from './platform.ts';

const ROOT = join(import.meta.dirname, '../..');
const BARS_S = { coldStart: 2, fresh: 180, warm: 30, demo: 90, affected: 20 };
const folder = mkdtempSync(join(tmpdir(), 'youdian-commands-'));
let missed = 0;

function report(what: string, seconds: number, bar: number): void {
  if (seconds > bar) missed += 1;
  console.log(`${what.padEnd(48)} ${seconds.toFixed(1).padStart(6)} s   (bar ${bar} s)${seconds > bar ? '   MISSED' : ''}`);
}

const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
};

/** `npm start` until it says that it is ready; then Ctrl-C. */
async function start(...options: string[]): Promise<number> {
  const child = spawn(process.execPath, ['tools/bootstrap.mjs', 'start', '--data', join(folder, 'start'), '--port', '18080', ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const seconds = await timed(
    () =>
      new Promise<void>((resolve, reject) => {
        let said = '';
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('Youdian is ready')) resolve();
        });
        void ended.then(() => reject(new Error(`npm start ended:\n${said.slice(-2_000)}`)));
      }),
  );
  child.kill('SIGINT');
  await ended;
  return seconds;
}

function run(command: string, ...args: string[]): void {
  const { status, stdout } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout.slice(-2_000)}`);
}

const platform = await startPlatform({ data: join(folder, 'services'), say: () => {}, gatewayPort: 18090 });
for (const service of Object.values(platform.services)) {
  await service.stop();
  const seconds = await timed(async () => {
    await service.restart();
    await service.untilReady(30_000);
  });
  report(`${service.name}: cold start to ready`, seconds, BARS_S.coldStart);
}
await platform.stop();

report('npm start -- --fresh, the whole town', await start('--fresh'), BARS_S.fresh);
report('npm start, the town already in', await start(), BARS_S.warm);
report('npm run demo', await timed(() => run('npm', 'run', 'demo')), BARS_S.demo);
report('checks of one app (lint, types, unit)', await timed(() => run('npx', 'nx', 'run-many', '-t', 'lint', 'typecheck', 'test', '-p', 'service-desk', '--skip-nx-cache')), BARS_S.affected);

rmSync(folder, { recursive: true, force: true });
process.exit(missed === 0 ? 0 : 1);
