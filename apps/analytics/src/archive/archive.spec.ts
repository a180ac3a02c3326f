import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { encodeEvent, type InRecord } from '@youdian/messaging';
import { progressOf, recordOf, Story } from '../testing/story.ts';
import { CASE_TOPIC } from '../topics.ts';
import { ArchiveReader } from './read.ts';
import { ArchiveWriter, type WriterLimits } from './writer.ts';

const WHOLE = { earliest: 0n, latest: 1_000_000n };
let folder: string;
let nowMs = 0;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'youdian-archive-')); });
afterEach(() => rmSync(folder, { recursive: true }));

async function writer(range = WHOLE, limits: Partial<WriterLimits> = {}, cluster = 'c1'): Promise<ArchiveWriter & { at: bigint }> {
  const opened = await ArchiveWriter.open(folder, () => nowMs, limits);
  return Object.assign(opened, { at: await opened.startAt(cluster, CASE_TOPIC, 0, range) });
}

function cases(count: number, from = 0): InRecord[] {
  const story = new Story();
  for (let n = 0; n < count; n++) story.opened(`case-${n + from}`, { kind: 'FAULT', openedAt: '2026-11-24T00:00:00Z' });
  return story.events.map((event, i) => recordOf(event, i + from));
}

const take = (archive: ArchiveWriter, records: readonly InRecord[]): Promise<void> =>
  archive.take(CASE_TOPIC, 0, records, BigInt(records.at(-1)!.offset) + 1n);

async function archived(log = 'c1', before?: bigint): Promise<InRecord[]> {
  const reader = await ArchiveReader.open(folder);
  const records: InRecord[] = [];
  for await (const batch of reader.read(log, CASE_TOPIC, before === undefined ? undefined : new Map([[`${CASE_TOPIC}/0`, before]]))) records.push(...batch.records);
  reader.close();
  return records;
}

const texts = (records: readonly InRecord[]): string[] => records.map(({ offset, value, headers }) => `${offset} ${value} ${JSON.stringify(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]).sort())}`);

test('what was taken comes back as it came, each record once and in order', async () => {
  const records = cases(5_000);
  const archive = await writer();
  for (let from = 0; from < 5_000; from += 1_000) await take(archive, records.slice(from, from + 1_000));
  await archive.close();
  assert.deepEqual(texts(await archived()), texts(records));
  assert.deepEqual(texts(await archived('c1', 4_321n)), texts(records.slice(0, 4_321)), 'and only up to a bound');
});

test('a record that is no event of ours is archived too, with all that it has', async () => {
  const strange: InRecord[] = [
    { key: null, value: null, headers: { ce_specversion: '0.3', 客: '户', 'content-type': 'text/plain' }, offset: '0', timestamp: '5' },
    { key: Buffer.from('k'), value: Buffer.from([0xff, 0x00, 0xfe]), headers: {}, offset: '1', timestamp: '6' },
    { ...encodeEvent({ ...new Story().say('desk.v1.CaseOpened', 'x', {}), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', extensions: { ce_x: 'y' } }), key: Buffer.from('x'), offset: '2', timestamp: '7' },
  ];
  const archive = await writer();
  await take(archive, strange);
  await archive.close();
  const back = await archived();
  assert.deepEqual(texts(back), texts(strange));
  assert.deepEqual(back.map(({ key, value, timestamp }) => [key, value, timestamp]), strange.map(({ key, value, timestamp }) => [key, value, timestamp]));
});

test('what comes back is the same where not all records are alike: a NUL in a text, bytes that are no text, a trace or a key in some', async () => {
  const [plain, ...others] = cases(6);
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const odd: InRecord[][] = [
    [plain!, { ...others[0]!, headers: { ...others[0]!.headers, ce_subject: 'a\0b' } }],
    [plain!, { ...others[0]!, value: Buffer.from([0x7b, 0xff, 0x7d]) }],
    [plain!, { ...others[0]!, headers: { ...others[0]!.headers, traceparent: trace } }],
    [plain!, { ...others[0]!, key: null }],
    [plain!, { ...others[0]!, value: Buffer.from('{"片区":"一\0"}') }, { ...others[1]!, value: Buffer.alloc(0) }],
    others.map((record) => ({ ...record, headers: { ...record.headers, traceparent: trace } })),
  ];
  for (const [n, records] of odd.entries()) {
    const archive = await writer(WHOLE, {}, `c${n}`);
    await take(archive, records);
    await archive.close();
    const back = await archived(`c${n}`);
    assert.deepEqual(texts(back), texts(records));
    assert.deepEqual(back.map(({ key, value }) => [key, value]), records.map(({ key, value }) => [key, value]));
  }
});

test('files are named by topic, partition, first and last offset, and grow no larger than the limit by much', async () => {
  const records = cases(1_000);
  const archive = await writer(WHOLE, { partitionBytes: 100_000 });
  for (let from = 0; from < 1_000; from += 100) await take(archive, records.slice(from, from + 100));
  await archive.close();
  const files = readdirSync(join(folder, 'c1')).sort();
  assert.equal(files[0], 'service-desk.case.v1-0-0000000000000000000-0000000000000000299.parquet');
  assert.equal(files.length, 4);
  assert.deepEqual(texts(await archived()), texts(records));
});

test('Progress moves the place and makes no file', async () => {
  const archive = await writer();
  await archive.take(CASE_TOPIC, 0, [progressOf(CASE_TOPIC, 0, new Date(0), 0)], 1n);
  await archive.flush(true);
  await archive.close();
  assert.equal((await writer()).at, 1n);
  assert.deepEqual(await archived(), []);
});

test('what is old enough is written without more coming', async () => {
  nowMs = 0;
  const archive = await writer(WHOLE, { ageMs: 1_000 });
  await take(archive, cases(3));
  nowMs = 999;
  await archive.flush();
  assert.equal((await archived()).length, 0);
  nowMs = 1_000;
  await archive.flush();
  assert.equal((await archived()).length, 3);
  await archive.close();
});

test('records that come again are harmless, and so are files that overlap', async () => {
  const records = cases(30);
  const archive = await writer();
  await take(archive, records.slice(0, 10));
  await archive.flush(true);
  await take(archive, records.slice(5, 20));
  await archive.close();
  copyFileSync(join(folder, 'c1', readdirSync(join(folder, 'c1'))[0]!), join(folder, 'c1', 'service-desk.case.v1-0-0000000000000000000-0000000000000000004.parquet'));
  const again = await writer();
  assert.equal(again.at, 20n);
  await take(again, records.slice(20));
  await again.close();
  assert.deepEqual(texts(await archived()), texts(records));
});

test('what is gone from the topic before it was read is noted, not passed over', async () => {
  const archive = await writer();
  await take(archive, cases(10));
  await archive.close();
  const later = await writer({ earliest: 50n, latest: 100n });
  assert.equal(later.at, 50n);
  await later.take(CASE_TOPIC, 0, cases(5, 50), 55n);
  await later.close();
  const reader = await ArchiveReader.open(folder);
  assert.equal(reader.isWhole('c1', CASE_TOPIC, 0, 55n), false);
  reader.close();
  assert.equal((await archived()).length, 15);
});

test('a topic that was made anew, or another cluster, begins a log of its own', async () => {
  const archive = await writer();
  await take(archive, cases(10));
  await archive.close();
  const recreated = await writer({ earliest: 0n, latest: 3n });
  assert.equal(recreated.at, 0n);
  await take(recreated, cases(3, 0));
  await recreated.close();
  const elsewhere = await writer(WHOLE, {}, 'c2');
  assert.equal(elsewhere.at, 0n);
  await elsewhere.close();
  assert.equal((await archived('c1')).length, 10);
  assert.equal((await archived('c1~2')).length, 3);
  const reader = await ArchiveReader.open(folder);
  assert.equal(reader.newestLog('c1', CASE_TOPIC), 'c1~2');
  assert.equal(reader.isWhole('c1', CASE_TOPIC, 0, 3n), false, 'what the first life held is for the owner to tell');
  reader.close();
});

test('many small files of a partition become one, also while they are read, and what has a hole before it stays apart', async () => {
  const archive = await writer(WHOLE, { mergeFiles: 4 });
  const records = cases(12);
  for (let n = 0; n < 3; n++) {
    await take(archive, records.slice(n * 4, n * 4 + 4));
    await archive.flush(true);
    await archive.merge();
  }
  assert.equal(readdirSync(join(folder, 'c1')).length, 3, 'few are left alone');
  const reader = await ArchiveReader.open(folder);
  const read = reader.read('c1', CASE_TOPIC, undefined);
  const first = (await read.next()).value!.records;
  await archive.startAt('c1', CASE_TOPIC, 0, { earliest: 20n, latest: 100n });
  for (let n = 20; n < 28; n += 2) {
    await take(archive, cases(2, n));
    await archive.flush(true);
  }
  await archive.merge();
  assert.deepEqual(readdirSync(join(folder, 'c1')).filter((name) => name.includes('-0000000000000000020-')), ['service-desk.case.v1-0-0000000000000000020-0000000000000000027.parquet']);
  await archive.close();
  const again = await writer({ earliest: 20n, latest: 100n }, { mergeFiles: 3 });
  await again.merge();
  assert.deepEqual(readdirSync(join(folder, 'c1')), ['service-desk.case.v1-0-0000000000000000000-0000000000000000011.parquet', 'service-desk.case.v1-0-0000000000000000020-0000000000000000027.parquet']);
  await again.close();
  for await (const batch of read) first.push(...batch.records);
  reader.close();
  assert.deepEqual(texts(first), texts([...records, ...cases(8, 20)]), 'the reader that began before read on in what was merged');
  assert.deepEqual(texts(await archived()), texts([...records, ...cases(8, 20)]));
});

test('a file that was changed is not merged', async () => {
  const archive = await writer(WHOLE, { mergeFiles: 2 });
  for (let n = 0; n < 4; n += 2) {
    await take(archive, cases(2, n));
    await archive.flush(true);
  }
  const names = readdirSync(join(folder, 'c1')).sort();
  writeFileSync(join(folder, 'c1', names[1]!), 'changed');
  await archive.merge();
  assert.deepEqual(readdirSync(join(folder, 'c1')).sort(), names);
  await archive.close();
  await assert.rejects(archived(), /is not what was archived/);
});

test('a catalogue cut short, a half file and a file that is not yet catalogued are mended at the next start', async () => {
  const records = cases(20);
  const archive = await writer();
  await take(archive, records.slice(0, 10));
  await archive.flush(true);
  await take(archive, records.slice(10));
  await archive.close();
  const catalogue = join(folder, 'catalogue.jsonl');
  truncateSync(catalogue, readFileSync(catalogue).length - 20);
  writeFileSync(join(folder, 'c1', 'service-desk.case.v1-0-0000000000000000020-0000000000000000029.parquet.part'), 'half');
  const again = await writer();
  assert.equal(again.at, 20n, 'its file was whole');
  await again.close();
  assert.deepEqual(texts(await archived()), texts(records));
  assert.deepEqual(readdirSync(join(folder, 'c1')).filter((name) => name.endsWith('.part')), []);
});

test('a file that was changed is refused, by its name', async () => {
  const archive = await writer();
  await take(archive, cases(10));
  await archive.close();
  const path = join(folder, 'c1', readdirSync(join(folder, 'c1'))[0]!);
  const bytes = readFileSync(path);
  bytes[100]! ^= 1;
  writeFileSync(path, bytes);
  await assert.rejects(archived(), /service-desk\.case\.v1-0-.* is not what was archived/);
});
