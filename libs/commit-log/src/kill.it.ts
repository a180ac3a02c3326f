import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Event } from '@youdian/messaging';
import { systemClock } from '@youdian/telemetry';
import { openAggregates } from './aggregate/store.ts';
import { openCommitLog } from './log/commit-log.ts';
import { dumpShard } from './shard/dump.ts';
import { CHANGES, SUBJECTS } from './testing/kill-plan.ts';
import { meters } from './testing/meter.ts';
import { startTestMongo, type TestMongo } from './testing/mongo.ts';
import { purseLedger } from './testing/purse.ts';
import { gaplessSequences } from './testing/recording-publisher.ts';

const RUN_LIMIT_MS = 30_000;
const POINTS = ['commit.before:3', 'commit.after:4', 'relay.before-publish:5', 'relay.published-not-marked:2'];

let mongo: TestMongo;
const folder = mkdtempSync(join(tmpdir(), 'youdian-kill-'));
before(async () => { mongo = await startTestMongo(); });
after(async () => {
  await mongo.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the small service to its end; gives the signal that ended it. */
async function run(what: string, database: string, data: string, killAt?: string): Promise<string | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/kill-child.ts'), what, mongo.uri, database, data], {
    env: { ...process.env, ...(killAt && { YOUDIAN_KILL_AT: killAt }) }, stdio: ['ignore', 'inherit', 'inherit'], timeout: RUN_LIMIT_MS,
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.ok(code === 0 || signal === 'SIGKILL', `ended with ${code ?? signal}`);
  return signal;
}

function lines<T>(file: string): T[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as T) : [];
}

/** What was answered before the kill is answered again the same; each event came at least once, in order, and never in two versions. */
function checkOutside(data: string, expected: number): void {
  const answers = new Map<string, string>();
  for (const { key, answer } of lines<{ key: string; answer: string }>(join(data, 'answers'))) {
    assert.equal(answers.get(key) ?? answer, answer, `${key} was answered differently`);
    answers.set(key, answer);
  }
  assert.equal(answers.size, expected);
  const events = lines<{ id: string; topic: string; subject: string; sequence: string; data: string }>(join(data, 'events'));
  const sequences = gaplessSequences(events.map((event) => ({ ...event, sequence: BigInt(event.sequence) }) as unknown as Event));
  assert.equal(sequences.size, SUBJECTS);
  for (const last of sequences.values()) assert.equal(last, BigInt(CHANGES));
  const seen = new Map<string, string>();
  for (const { id, subject, sequence, data: bytes } of events) {
    assert.equal(seen.get(`${subject}:${sequence}`) ?? `${id} ${bytes}`, `${id} ${bytes}`);
    seen.set(`${subject}:${sequence}`, `${id} ${bytes}`);
  }
}

// Side by side: most of the time is waiting for the dead one's lease.
describe('killed with -9', { concurrency: 4 }, () => {
  for (const point of POINTS) {
    test(`aggregates: killed at ${point}, all is there once after the restart`, async () => {
      const database = `kill_a_${point.replace(/\W/g, '_')}_${process.pid}`;
      const data = mkdtempSync(join(folder, 'a-'));
      assert.equal(await run('aggregates', database, data, point), 'SIGKILL');
      assert.equal(await run('aggregates', database, data), null);
      checkOutside(data, SUBJECTS * CHANGES);
      const log = await openCommitLog({ db: await mongo.connect(database), clock: systemClock });
      assert.equal(await log.commits.countDocuments(), SUBJECTS * CHANGES);
      const { items } = await (await openAggregates(log, meters)).find({});
      assert.deepEqual(items.map(({ version, state }) => [version, state.totalFen]), Array.from({ length: SUBJECTS }, () => [CHANGES, 45n]));
    });

    test(`shard: killed at ${point}, all is there once after the restart`, async () => {
      const database = `kill_s_${point.replace(/\W/g, '_')}_${process.pid}`;
      const data = mkdtempSync(join(folder, 's-'));
      assert.equal(await run('shard', database, data, point), 'SIGKILL');
      assert.equal(await run('shard', database, data), null);
      checkOutside(data, SUBJECTS * CHANGES);
      const dumped = await Array.fromAsync(dumpShard(await mongo.connect(database), 'purse-0', purseLedger().codec.decode));
      assert.deepEqual(dumped.filter((line) => line.fault), []);
      const postings = dumped.flatMap((line) => line.postings);
      assert.equal(new Set(postings.map(({ key }) => key)).size, SUBJECTS * CHANGES);
      assert.equal(postings.length, SUBJECTS * CHANGES);
    });
  }
});
