import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ExportFormat, ExportHeader } from '@youdian/contracts-analytics/export';
import type { Rejected } from '@youdian/rejection';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { Story } from '../testing/story.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { exported, exportedFacts } from './export.ts';

const story = new Story();
let statistics: StatisticsUnderTest;

before(async () => {
  story.region('R1', '城东,"老区"');
  story.region('R2', '=HYPERLINK("http://x","点我")');
  story.region('R3', '-1+cmd|calc');
  for (const [n, regionId] of ['R1', 'R1', 'R2', 'R3', ''].entries()) story.opened(`case-${n}`, { kind: 'FAULT', openedAt: `2026-11-2${n}T00:00:00Z`, regionId });
  story.resolved('case-0', '2026-11-20T00:01:30Z', 12);
  story.account('1', { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R1', from: '2026-01-01T00:00:00Z' });
  story.toppedUp('1', 9_007_199_254_740_993n, '2026-11-20T00:00:00Z');
  story.toppedUp('1', 9_007_199_254_740_993n, '2026-11-20T00:00:00Z', 'KIOSK');
  statistics = await new StatisticsUnderTest(story).start();
  await statistics.arrives();
});
after(() => statistics.stop());

async function file(format: string, statistic = 'faults', groupBy = ['region']): Promise<{ header: ExportHeader; bytes: Buffer }> {
  const parts: Buffer[] = [];
  let header: ExportHeader | undefined;
  for await (const chunk of exported(statistics.store, STATISTICS, { query: { statistic, groupBy, from: '', to: '', filters: {} } as never, format: `EXPORT_FORMAT_${format}` as ExportFormat })) {
    if (chunk.header) header = chunk.header;
    else parts.push(Buffer.from(chunk.content!));
  }
  return { header: header!, bytes: Buffer.concat(parts) };
}

test('CSV opens rightly in Excel: its mark, Chinese headers, CRLF, and nothing that a person wrote is a formula', async () => {
  const { header, bytes } = await file('CSV');
  assert.deepEqual([header.contentType, /^faults-\d+-\d+\.csv$/.test(header.fileName)], ['text/csv; charset=utf-8', true]);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const [head, ...lines] = bytes.toString().slice(1).split('\r\n');
  assert.ok(head!.startsWith('片区代码,片区,数量,影响户数,平均恢复时间'), head);
  assert.ok(lines[0]!.startsWith('R1,"城东,""老区""",2,12,1.5'), lines[0]);
  assert.ok(lines[1]!.startsWith(`R2,"'=HYPERLINK(""http://x"",""点我"")",1,0,`), lines[1]);
  assert.ok(lines[2]!.startsWith("R3,'-1+cmd|calc,1,0,"), lines[2]);
  assert.ok(lines[3]!.startsWith(',未知,1,0,'), lines[3]);
  assert.equal(lines.length, 5);
});

test('what a figure is compared with stands beside it', async () => {
  const parts: Buffer[] = [];
  const query = { statistic: 'faults', groupBy: ['region'], measures: ['count'], from: '2026-11-22', to: '2026-11-23', compare: ['previous'], filters: {} };
  for await (const { content } of exported(statistics.store, STATISTICS, { query: query as never, format: 'EXPORT_FORMAT_CSV' })) if (content) parts.push(Buffer.from(content));
  const [head] = Buffer.concat(parts).toString().slice(1).split('\r\n');
  assert.equal(head, '片区代码,片区,数量,数量(上期)');
});

test('XLSX holds the same, text as text, and on a second sheet what each number means', async () => {
  const parts = unzip((await file('XLSX')).bytes);
  const sheets = Object.entries(parts).filter(([name]) => name.startsWith('xl/worksheets/sheet')).map(([, xml]) => xml);
  const all = Object.values(parts).join('\n');
  assert.equal(sheets.length, 2);
  assert.ok(!sheets.some((xml) => xml.includes('<f>')), 'no formula');
  for (const text of ['片区代码', '影响户数', '统计截至', 'Σ customers without power']) assert.ok(all.includes(text), text);
  assert.match(sheets[0]!, /<v>12<\/v>/);
});

test('money beyond what a cell can hold is text in XLSX and a whole number in Parquet', async () => {
  const { bytes } = await file('XLSX', 'top-ups', []);
  assert.ok(Object.values(unzip(bytes)).some((xml) => xml.includes('18014398509481986')));
  assert.deepEqual(await readParquet((await file('PARQUET', 'top-ups', ['channel'])).bytes), [['COUNTER', '柜台', 1n, 9_007_199_254_740_993n], ['KIOSK', '自助终端', 1n, 9_007_199_254_740_993n]]);
});

test('Parquet has the ids as names, and what is undefined is null', async () => {
  const rows = await readParquet((await file('PARQUET')).bytes);
  assert.deepEqual(rows.map((row) => row.slice(0, 5)), [
    ['R1', '城东,"老区"', 2n, 12n, 1.5], ['R2', '=HYPERLINK("http://x","点我")', 1n, 0n, null], ['R3', '-1+cmd|calc', 1n, 0n, null], [null, '未知', 1n, 0n, null],
  ]);
});

test('an empty answer is a file too; a wrong question or format is refused before the first byte', async () => {
  assert.match((await file('CSV', 'messages', ['rule'])).bytes.toString(), /^\uFEFF发送规则代码,发送规则,[^\r\n]+\r\n$/);
  assert.deepEqual(await readParquet((await file('PARQUET', 'messages', ['rule'])).bytes), []);
  await assert.rejects(file('UNSPECIFIED'), (error: Rejected) => error.rejection.field === 'format');
  await assert.rejects(file('CSV', 'nothing'), (error: Rejected) => error.rejection.field === 'statistic');
});

async function factsFile(format: string, facts: object): Promise<{ header: ExportHeader; bytes: Buffer }> {
  const parts: Buffer[] = [];
  let header: ExportHeader | undefined;
  for await (const chunk of exportedFacts(statistics.store, STATISTICS, { facts: { statistic: 'faults', from: '', to: '', ...facts } as never, format: `EXPORT_FORMAT_${format}` as ExportFormat })) {
    if (chunk.header) header = chunk.header;
    else parts.push(Buffer.from(chunk.content!));
  }
  return { header: header!, bytes: Buffer.concat(parts) };
}

test('the facts behind a number are a file too: all pages, with names beside codes and amounts in their unit', async () => {
  const { header, bytes } = await factsFile('CSV', { conditions: [{ dimension: 'region', values: ['R1'], exclude: false }], pageSize: 1 });
  assert.match(header.fileName, /^faults-facts-\d+-\d+\.csv$/);
  const [head, ...lines] = bytes.toString().slice(1).split('\r\n');
  assert.equal(head, '对象,事件,版本,渠道,片区,线路,户号,分类代码,分类,发生,办结,关闭,影响户数(户),满意度(1–5)');
  assert.deepEqual(lines.map((line) => line.split(',')[0]), ['case-0', 'case-1', '']);
  assert.match(lines[0]!, /^case-0,case-0:2:0,\d+\.\d+,HOTLINE,R1,,,,,2026-11-20T00:00:00\.000Z,2026-11-20T00:01:30\.000Z,,12,$/);
  const topUps = await readParquet((await factsFile('PARQUET', { statistic: 'top-ups' })).bytes);
  assert.deepEqual(topUps.map((row) => row.slice(4, 8)), [['1', 9_007_199_254_740_993n, 'COUNTER', '柜台'], ['1', 9_007_199_254_740_993n, 'KIOSK', '自助终端']]);
  assert.ok(Object.values(unzip((await factsFile('XLSX', {})).bytes)).some((xml) => xml.includes('case-4')));
});

test('of what changed since a revision, the file says what counts no more and what counts since', async () => {
  const { revision } = await statistics.ask('faults');
  story.classified('case-4', 'STORM');
  await statistics.arrives();
  const { bytes } = await factsFile('CSV', { changesSince: revision });
  assert.deepEqual(bytes.toString().slice(1).split('\r\n').map((line) => line.split(',').filter((_, i) => [0, 1, 8, 9].includes(i))), [['增减', '对象', '分类代码', '分类'], ['-1', 'case-4', '', ''], ['1', 'case-4', 'STORM', '大风暴雨'], ['']]);
});

test('more facts than a file may have are refused, not cut; so is a question that cannot be', async () => {
  for (let n = 0; n < 10_001; n++) story.opened(`many-${n}`, { kind: 'COMPLAINT', openedAt: '2026-11-20T00:00:00Z', regionId: 'R1' });
  await statistics.arrives();
  const code = (expected: string) => (error: Rejected) => error.rejection.code === expected;
  await assert.rejects(factsFile('CSV', { statistic: 'complaints' }), code('TOO_MANY_FACTS'));
  await assert.rejects(factsFile('CSV', { statistic: 'nothing' }), code('STATISTIC_UNKNOWN'));
  await assert.rejects(factsFile('UNSPECIFIED', {}), code('EXPORT_FORMAT_UNKNOWN'));
});

async function readParquet(bytes: Buffer): Promise<unknown[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-parquet-'));
  const path = join(folder, 'a.parquet');
  writeFileSync(path, bytes);
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const rows = (await connection.runAndReadAll('FROM read_parquet($1)', [path])).getRows();
  connection.closeSync();
  database.closeSync();
  rmSync(folder, { recursive: true });
  return rows;
}

/** The files of a zip, by its central directory. */
function unzip(bytes: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\u0005\u0006') + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [compressed, name, extra, comment, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(begin, begin + compressed);
    files[bytes.toString('utf8', at + 46, at + 46 + name)] = (bytes.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)).toString();
    at += 46 + name + extra + comment;
  }
  return files;
}
