import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const READY_LIMIT_MS = 180_000;
const TOWN_SIZE = '200';
const scratch = mkdtempSync(join(tmpdir(), 'youdian-start-'));
const data = join(scratch, 'data');
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

/** `npm start` without npm, until it says what is wanted. */
async function start(...options: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts'), '--data', data, '--size', TOWN_SIZE, '--port', '8400', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const said = async (pattern: RegExp) => {
    const end = Date.now() + READY_LIMIT_MS;
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      assert.ok(child.exitCode === null && Date.now() < end, `it did not say ${pattern}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return { child, said, text: () => text };
}

const pids = () => (JSON.parse(readFileSync(join(data, 'processes.json'), 'utf8')) as { pid: number }[]).map(({ pid }) => pid);
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('start comes up with the town, refuses a second start, survives its own kill -9, keeps the data, and stops cleanly', async () => {
  const first = await start();
  const [, url] = await first.said(/REST API\s+(http:\S+?)\/api/);
  const count = async (gateway: string) => {
    const answer = await fetch(`${gateway}/api/v1/statistics/top-ups`, { headers: { 'x-actor': 'analyst:X1' } });
    return ((await answer.json()) as { rows: { values: { count: number } }[] }).rows[0]!.values.count;
  };
  const topUps = await count(url!);
  assert.ok(Number(topUps) > 200);

  const second = await start();
  await once(second.child, 'exit');
  assert.equal(second.child.exitCode, 1);
  assert.match(second.text(), /already runs on this data/);

  const left = pids();
  assert.ok(left.length >= 9 && left.every(alive), 'every service, Kafka, MongoDB and the SMSC are processes of their own');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const third = await start();
  const [, again] = await third.said(/REST API\s+(http:\S+?)\/api/);
  assert.ok(!left.some(alive), 'what the killed start left is gone');
  assert.doesNotMatch(third.text(), /putting in the sample town/);
  assert.equal(await count(again!), topUps);

  const own = pids();
  third.child.kill('SIGINT');
  await once(third.child, 'exit');
  assert.equal(third.child.exitCode, 0);
  assert.ok(!own.some(alive), 'nothing is left running');
  assert.match(third.text(), /stopped/);
});
