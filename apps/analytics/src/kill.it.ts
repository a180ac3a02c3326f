import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from '@youdian/testing';
import { ArchiveReader } from './archive/read.ts';
import { answer } from './query/answer.ts';
import { readQuestion } from './query/question.ts';
import { DuckDbFactStore } from './store/duckdb/duckdb-fact-store.ts';
import { toSixDigits } from './testing/figures.ts';
import { largeStory, seeded } from './testing/large-story.ts';
import { QUESTIONS } from './testing/questions.ts';
import { recount } from './testing/recount.ts';
import { topicLogs } from './testing/topic-logs.ts';
import { TOPICS } from './topics.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const KILLS = soak ? 100 : 10;
const CASES = soak ? 10_000 : 1_000;
const POINTS = ['facts.written-not-committed', 'facts.committed'];
const ARCHIVE_POINTS = ['archive.written-not-synced', 'archive.renamed-not-catalogued', 'archive.catalogued', 'archive.merged-not-synced', 'archive.merged-not-catalogued', 'archive.merged-not-removed', 'archive.merged'];

/** Just before or just after a step that it took, or, where no point is named, at an instant that nobody chose. */
async function killOften(run: (killAt?: string) => ReturnType<typeof start>, random: (below: number) => number, pointOf: (kill: number) => string | undefined): Promise<void> {
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const point = pointOf(kill);
    const child = run(point);
    if (point === undefined) {
      await child.said(/started/, 20_000);
      await new Promise((resolve) => setTimeout(resolve, random(60)));
      await child.kill();
    } else await new Promise((resolve) => (child.child.exitCode !== null || child.child.signalCode ? resolve(undefined) : child.child.once('exit', resolve)));
    if (child.child.signalCode === 'SIGKILL') killed += 1;
  }
  assert.equal(killed, KILLS, 'there was work left at each kill');
}

test(`killed with -9 ${KILLS} times in the midst of ingest, every figure equals a recount of the events (seed ${seed})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-kill-'));
  const random = seeded(seed);
  const run = (killAt?: string) => start(process.execPath, ['--no-warnings', new URL('./testing/ingest-process.ts', import.meta.url).pathname, folder, String(seed), String(CASES), '25'],
    { ...process.env, ...(killAt ? { YOUDIAN_KILL_AT: killAt } : {}) });
  await killOften(run, random, (kill) => (kill % 3 === 2 ? undefined : `${POINTS[kill % 3]}:${1 + random(10)}`));
  await run().said(/done/, 120_000);

  const { events } = largeStory({ seed, cases: CASES, accounts: 50 });
  const counted = recount(events);
  const store = await DuckDbFactStore.open({ folder, memoryLimitMb: 512, clock: () => new Date() });
  for (const question of QUESTIONS) {
    const { rows } = await answer(store, readQuestion(question));
    const table = rows.map(({ keys, values }) => `${keys.join(',')}: ${values.join(',')}`);
    assert.deepEqual(toSixDigits(table).sort(), counted(question), JSON.stringify(question));
  }
  const [[sequences]] = await store.snapshot(({ rows }) => rows('SELECT sum(sequence) FROM (SELECT max(sequence) AS sequence FROM subject_rows GROUP BY topic, subject)', [])) as [[bigint]];
  assert.equal(sequences, BigInt(events.length), 'each event is applied exactly once');
  await store.close();
  rmSync(folder, { recursive: true });
});

test(`the archive killed with -9 ${KILLS} times holds each record once, and no file is half (seed ${seed})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-archive-kill-'));
  const random = seeded(seed);
  const run = (killAt?: string) => start(process.execPath, ['--no-warnings', new URL('./testing/archive-process.ts', import.meta.url).pathname, folder, String(seed), String(CASES)],
    { ...process.env, ...(killAt ? { YOUDIAN_KILL_AT: killAt } : {}) });
  await killOften(run, random, (kill) => (kill % 8 === 7 ? undefined : `${ARCHIVE_POINTS[kill % 8]}:${1 + random(3)}`));
  await run().said(/done/, 120_000);

  const reader = await ArchiveReader.open(folder);
  for (const topic of TOPICS) {
    const found = new Map<number, string[]>();
    for await (const { partition, records } of reader.read('test', topic, undefined)) {
      const texts = records.map(({ offset, value }) => `${offset} ${value}`);
      found.set(partition, [...(found.get(partition) ?? []), ...texts]);
    }
    for (const [key, records] of topicLogs(seed, CASES)) {
      if (!key.startsWith(`${topic}/`)) continue;
      const events = records.filter(({ headers }) => headers?.['ce_sequence'] !== undefined).map(({ offset, value }) => `${offset} ${value}`);
      assert.deepEqual(found.get(Number(key.slice(key.indexOf('/') + 1))) ?? [], events, key);
    }
  }
  reader.close();
  const known = readFileSync(join(folder, 'catalogue.jsonl'), 'utf8');
  const files = readdirSync(join(folder, 'test'));
  assert.ok(files.every((file) => file.endsWith('.parquet') && known.includes(`test/${file}`)), 'nothing is left over of what was merged');
  rmSync(folder, { recursive: true });
});

test('a second process on the same folder is refused, with what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-owned-'));
  const store = await DuckDbFactStore.open({ folder, memoryLimitMb: 512, clock: () => new Date() });
  const second = start(process.execPath, ['--no-warnings', new URL('./testing/ingest-process.ts', import.meta.url).pathname, folder]);
  await second.said(/is in use by another process.*CONSUMER_GROUP of its own/, 20_000);
  await store.close();
  rmSync(folder, { recursive: true });
});
