import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Inbox, type DeadLetter, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { ArchiveReader } from '../archive/read.ts';
import { ArchiveWriter } from '../archive/writer.ts';
import { columnsOf, ORIGIN_COLUMNS, TABLE_NAMES } from '../facts/tables.ts';
import { handle } from '../ingest.ts';
import { DuckDbHome } from '../store/duckdb/duckdb-home.ts';
import type { FactStore } from '../store/fact-store.ts';
import { largeStory, shuffled } from '../testing/large-story.ts';
import { partitionFor, progressOf, recordOf, type Story } from '../testing/story.ts';
import { CASE_TOPIC, PARTITIONS, TOPICS } from '../topics.ts';
import { replay } from './replay.ts';

const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const CASES = process.env['SOAK'] ? 8_000 : 800;
const log = createLogger('test', 'fatal');
const clock = (): Date => new Date('2026-11-24T00:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'youdian-rebuild-'));
const home = new DuckDbHome({ folder, memoryLimitMb: 512, clock });
let running: FactStore;
let story: Story;

/** The topics as they are: subjects mixed, some events twice, some never (the owner has them), one that no fact can be made of. */
function topics(): Map<string, InRecord[]> {
  const logs = new Map<string, InRecord[]>();
  for (const topic of TOPICS) for (let partition = 0; partition < PARTITIONS; partition++) logs.set(`${topic}/${partition}`, []);
  story = largeStory({ seed, cases: CASES, accounts: 40 });
  story.say('desk.v1.CaseOpened', 'poison', { caseId: 'poison' });
  story.classified('poison', 'LIGHTNING');
  for (const [i, event] of shuffled(story, seed).entries()) {
    const records = logs.get(`${event.topic}/${partitionFor(event)}`)!;
    if (event.subject !== 'poison' && i % 397 === 5) continue;
    for (let times = i % 50 === 7 ? 2 : 1; times > 0; times--) records.push(recordOf(event, records.length));
    if (i % 10 === 0) records.push(progressOf(event.topic, partitionFor(event), clock(), records.length));
  }
  return logs;
}

before(async () => {
  running = await home.openCurrent();
  const archive = await ArchiveWriter.open(join(folder, 'archive'), () => 0, { partitionBytes: 50_000 });
  const letters: DeadLetter[] = [];
  let nowMs = 0;
  const logs = topics();
  const inbox = new Inbox({ group: 'analytics', store: running, handle, history: story.history(), log, nowMs: () => nowMs, bury: async (buried) => void letters.push(...buried) });
  inbox.clusterId = 'c1';
  await inbox.open();
  for (const [key, records] of logs) {
    const [topic = '', partition] = key.split('/');
    await archive.startAt('c1', topic, Number(partition), { earliest: 0n, latest: BigInt(records.length) });
    for (let from = 0; from < records.length; from += 90) {
      const batch = records.slice(from, from + 90);
      const next = BigInt(from + batch.length);
      await archive.take(topic, Number(partition), batch, next);
      await inbox.receive(topic, Number(partition), batch, [{ topic, partition: Number(partition), offset: next }]);
    }
  }
  nowMs += 60_000;
  await inbox.heal();
  await inbox.skip(letters.find(({ headers }) => headers['ce_subject'] === 'poison')!, 'a test; with a semicolon');
  await archive.close();
});
after(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

/** All facts, sorted, without revision. */
async function canonical(store: FactStore): Promise<string[]> {
  const all: string[] = [];
  for (const table of TABLE_NAMES) {
    const rows = await store.snapshot(({ rows }) => rows(`SELECT ${[...Object.keys(ORIGIN_COLUMNS), ...columnsOf(table)].join(', ')} FROM ${table}`, []));
    all.push(...rows.map((row) => `${table} ${row.map(String).join('|')}`));
  }
  return all.sort();
}

async function rebuild(name: string, history = story.history()): Promise<{ canonical: string[]; revision: string; next: Map<string, bigint> }> {
  const archive = await ArchiveReader.open(join(folder, 'archive'));
  const standing = await running.snapshot((snapshot) => snapshot.positions());
  const store = await home.openNew(name, '0');
  let events = 0;
  try {
    await replay({ archive, store, standing, history, log, progress: (done) => (events += done) });
    assert.equal(events, archive.records);
    const positions = await store.snapshot((snapshot) => snapshot.positions());
    return {
      canonical: await canonical(store), revision: await store.snapshot(async ({ revision }) => revision),
      next: new Map(positions.positions.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset])),
    };
  } finally {
    await store.close();
    archive.close();
  }
}

test(`what is archived makes the same facts again, to the row and to the place (seed ${seed})`, async () => {
  const { canonical: made, revision, next } = await rebuild('1');
  assert.deepEqual(made, await canonical(running));
  const { positions } = await running.snapshot((snapshot) => snapshot.positions());
  assert.deepEqual([...next].sort(), positions.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset] as const).sort());
  const compared = await home.compare(running, await running.snapshot(async (snapshot) => snapshot.revision), '1');
  assert.deepEqual([compared.equal, compared.leftOut], [true, 0]);
  assert.ok(compared.tables.every(({ rowsBefore, rowsAfter }) => rowsBefore === rowsAfter) && compared.tables.some(({ rowsAfter }) => rowsAfter > BigInt(CASES)));
  assert.match(revision, /^\d+\.\d+$/);
});

test('made in parts that have no subject in common, and joined, it is the same; and each part knows its own alone', async () => {
  const names = ['10', '101'];
  const archive = await ArchiveReader.open(join(folder, 'archive'));
  const standing = await running.snapshot((snapshot) => snapshot.positions());
  let revisions = 0n;
  for (const [part, name] of names.entries()) {
    const store = await home.openNew(name, '0');
    await replay({ archive, store, standing, part: { part, parts: names.length }, history: story.history(), log, progress: () => {} });
    const { positions } = await store.snapshot((snapshot) => snapshot.positions());
    assert.ok(positions.length > 0 && positions.every(({ partition }) => partition % 2 === part));
    revisions += BigInt((await store.snapshot(async ({ revision }) => revision)).split('.')[1]!);
    await store.close();
  }
  archive.close();
  await home.join(names);
  const joined = await home.openNew('10', '0');
  assert.deepEqual(await canonical(joined), await canonical(running));
  const places = async (store: FactStore): Promise<string[]> => (await store.snapshot((snapshot) => snapshot.positions())).positions.map(({ topic, partition, offset }) => `${topic}/${partition} ${offset}`).sort();
  assert.deepEqual(await places(joined), await places(running));
  assert.equal((await joined.snapshot(async ({ revision }) => revision)).split('.')[1], String(revisions));
  // A subject's rows stand in their order, of revisions that go up; the next change takes back the newest.
  const [[backward]] = await joined.snapshot(({ rows }) => rows('SELECT count(*) FROM (SELECT sequence < lag(sequence) OVER later OR revision < lag(revision) OVER later AS backward FROM case_facts WINDOW later AS (PARTITION BY subject ORDER BY rowid)) WHERE backward', [])) as [[bigint]];
  assert.equal(backward, 0n);
  await joined.close();
  assert.equal((await home.compare(running, await running.snapshot(async (snapshot) => snapshot.revision), '10')).equal, true);
});

test('a fact more, a fact less or another value is found, and in which table', async () => {
  const { subject } = story.events.find((event) => event.topic === CASE_TOPIC && event.type.endsWith('CaseClassified'))!;
  const altered = largeStory({ seed, cases: 1, accounts: 1 });
  const store = await home.openNew('2', '0');
  altered.opened(subject, { kind: 'FAULT', openedAt: '2026-11-24T00:00:00Z' });
  await store.commit({
    clusterId: 'c1', park: [], subjects: [], unpark: [], positions: [], progress: [],
    effects: handle({ ...altered.events.at(-1)!, partition: 0, offset: 0n }),
  });
  await store.close();
  const compared = await home.compare(running, await running.snapshot(async (snapshot) => snapshot.revision), '2');
  assert.equal(compared.equal, false);
  assert.equal(compared.tables.find(({ table }) => table === 'case_facts')?.equal, false);
});

test('an archive that does not hold all says so where the owner cannot be asked', async () => {
  const archive = await ArchiveReader.open(join(folder, 'archive'));
  const store = await home.openNew('3', '0');
  const standing = await running.snapshot((snapshot) => snapshot.positions());
  const beyond = { ...standing, positions: standing.positions.map((position) => ({ ...position, offset: position.offset + 1_000n })) };
  await assert.rejects(replay({ archive, store, standing: beyond, history: undefined, log, progress: () => {} }), /the archive does not hold all of customer-profile/);
  await store.close();
  archive.close();
});

test('the new store takes the place of the old one at once, with a newer epoch, and the old one goes', async () => {
  const made = await canonical(running);
  const epoch = (await running.snapshot(async ({ revision }) => revision)).split('.')[0]!;
  await rebuild(String(Number(epoch) + 1));
  await home.makeCurrent(String(Number(epoch) + 1));
  await running.close();
  running = await home.openCurrent();
  await home.removeOthers();
  assert.deepEqual(await canonical(running), made);
});
