import assert from 'node:assert/strict';
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Rejected } from '@youdian/rejection';
import fc from 'fast-check';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { ATTACKS, BOMBS } from '../testing/attacks.ts';
import { hog, hostileSql } from '../testing/hostile-sql.ts';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { Story } from '../testing/story.ts';
import { SANDBOX_LIMITS } from './limits.ts';
import { openSandbox, runSelect } from './run-select.ts';
import { Sandbox } from './sandbox.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const story = new Story();
let statistics: StatisticsUnderTest;
let file: string;
let copies = 0;
let nowMs = 0;
let sandbox: Sandbox;

before(async () => {
  story.region('R1', '城东');
  for (let n = 0; n < 20; n++) story.opened(`case-${n}`, { kind: n % 2 ? 'FAULT' : 'COMPLAINT', openedAt: '2026-11-20T00:00:00Z', regionId: 'R1' });
  statistics = await new StatisticsUnderTest(story).start();
  await statistics.arrives();
  file = join(statistics.folder, 'for-analysts.duckdb');
  sandbox = new Sandbox(async () => {
    copies += 1;
    return { file, revision: await (statistics.store as DuckDbFactStore).copyForAnalysts(file) };
  }, () => nowMs);
});
after(() => statistics.stop());

const faults = (): Promise<unknown> => sandbox.run("SELECT kind, sum(sign)::BIGINT AS n FROM case_facts GROUP BY kind ORDER BY kind").then(({ rows }) => rows);

test('an analyst asks the facts in SQL, with the names and types of what comes out', async () => {
  const { columns, rows, revision } = await sandbox.run('SELECT kind, any_value(opened_at) AS at, NULL AS nothing, sum(f.sign) AS n FROM case_facts f JOIN region_names USING (region_id) GROUP BY 1 ORDER BY 1');
  assert.deepEqual(columns.map(({ name, type }) => [name, type]), [['kind', 'VARCHAR'], ['at', 'TIMESTAMP'], ['nothing', 'INTEGER'], ['n', 'HUGEINT']]);
  assert.deepEqual(rows, [['COMPLAINT', '2026-11-20 00:00:00', null, '10'], ['FAULT', '2026-11-20 00:00:00', null, '10']]);
  assert.match(revision, /^\d+\.\d+$/);
  assert.ok((await sandbox.run('SHOW TABLES')).rows.some(([name]) => name === 'case_facts'));
  assert.equal((await sandbox.run('SELECT count(*) FROM account_history')).rows[0]![0], '0');
});

test('the copy is renewed when it is old, with what is new alone', async () => {
  const before = copies;
  story.opened('case-20', { kind: 'FAULT', openedAt: '2026-11-21T00:00:00Z' });
  await statistics.arrives(story.events.slice(-1));
  assert.deepEqual(await faults(), [['COMPLAINT', '10'], ['FAULT', '10']]);
  nowMs += SANDBOX_LIMITS.copyAgeMs + 1;
  assert.deepEqual(await faults(), [['COMPLAINT', '10'], ['FAULT', '11']]);
  assert.equal(copies, before + 1);
});

test(`${ATTACKS.length} attacks: each a clear refusal, nothing read, nothing written`, async () => {
  const connection: DuckDBConnection = await openSandbox(file);
  for (const sql of ATTACKS) {
    if (sql.trim() === '' || sql.length > SANDBOX_LIMITS.sqlCharacters) continue; // refused before
    const outcome = await runSelect(connection, sql);
    assert.ok('refused' in outcome, `${sql} was answered with ${JSON.stringify(outcome).slice(0, 300)}`);
    assert.ok(!outcome.detail.includes('root:'), sql);
  }
  assert.ok(!existsSync('/tmp/youdian-attack.csv') && globSync('/tmp/youdian-attack*').length === 0);
  const counted = await runSelect(connection, 'SELECT sum(sign) FROM case_facts');
  assert.deepEqual('rows' in counted && counted.rows, [['21']], 'and it goes on answering');
  connection.closeSync();
});

test('no function of DuckDB that tells of more than the facts is left out', async () => {
  const connection = await openSandbox(file);
  const names = (await connection.runAndReadAll("SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro')")).getRows().map(([name]) => String(name));
  const answered: string[] = [];
  for (const name of names) {
    const outcome = await runSelect(connection, `FROM ${name}('1')`);
    if (!('refused' in outcome) || outcome.refused !== 'NOT_ALLOWED') answered.push(name);
  }
  assert.deepEqual(answered.filter((name) => !/^(read_|parquet_|glob$|sniff_csv$)/.test(name)).sort(), [
    'duckdb_columns', 'duckdb_constraints', 'duckdb_functions', 'duckdb_indexes', 'duckdb_keywords', 'duckdb_schemas', 'duckdb_sequences', 'duckdb_tables', 'duckdb_types', 'duckdb_views',
    'generate_series', 'histogram', 'histogram_values', 'icu_calendar_names', 'json_each', 'json_tree', 'pg_timezone_names', 'range', 'repeat', 'repeat_row', 'summary', 'unnest',
  ], 'those of files are refused by DuckDB itself');
  connection.closeSync();
});

test(`hostile SQL, disguised, broken or deep, is refused or tells of the facts alone (seed ${seed})`, async () => {
  const secret = 'b2c9-not-to-be-seen';
  process.env['YOUDIAN_SECRET'] = secret;
  writeFileSync('/tmp/youdian-secret.csv', `x\n${secret}\n`);
  const connection: DuckDBConnection = await openSandbox(file);
  const outcomes: Record<string, number> = {};
  await fc.assert(fc.asyncProperty(hostileSql.filter((sql) => sql.trim() !== '' && sql.length <= SANDBOX_LIMITS.sqlCharacters), async (sql) => {
    const late = setTimeout(() => connection.interrupt(), SANDBOX_LIMITS.timeMs);
    const outcome = await runSelect(connection, sql);
    clearTimeout(late);
    const [kind, text] = 'refused' in outcome ? [outcome.refused, outcome.detail] : ['answered', JSON.stringify(outcome)];
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
    for (const told of [secret, 'root:', 'arrow_large_buffer_size', statistics.folder]) assert.ok(!text.includes(told) || sql.includes(told), `${sql} told ${text.slice(0, 300)}`);
  }), { seed, numRuns: soak ? 10_000 : 1_000 });
  assert.ok(['answered', 'NOT_ALLOWED', 'SQL_FAILED', 'ONE_STATEMENT'].every((kind) => outcomes[kind]! > 5), JSON.stringify(outcomes));
  assert.deepEqual(globSync('/tmp/youdian-attack*'), []);
  const counted = await runSelect(connection, 'SELECT sum(sign) FROM case_facts');
  assert.deepEqual('rows' in counted && counted.rows, [['21']], 'and it goes on answering');
  connection.closeSync();
  rmSync('/tmp/youdian-secret.csv');
  delete process.env['YOUDIAN_SECRET'];
});

test('through the door: what is refused says why in both languages, and names the field', async () => {
  for (const [sql, code] of [
    ["SELECT * FROM read_text('/etc/passwd')", 'SQL_FAILED'], ['FROM duckdb_settings()', 'NOT_ALLOWED'], ['DELETE FROM case_facts', 'ONLY_SELECT'], ['CREATE TEMP TABLE x AS SELECT 1', 'ONLY_SELECT'], ['SELECT 1; SELECT 2', 'ONE_STATEMENT'], ['SELECT nothing', 'SQL_FAILED'],
    ['FROM range(20000)', 'TOO_MANY_ROWS'], ["SELECT repeat('x', 5000000)", 'TOO_MANY_BYTES'], ['', 'SQL_LENGTH'], ['x'.repeat(20_001), 'SQL_LENGTH'],
  ] as const) {
    await assert.rejects(sandbox.run(sql), (error: Rejected) => {
      assert.equal(error.rejection.code, code, sql);
      return error.rejection.field === 'sql' && /[\u4e00-\u9fff]/.test(error.rejection.zh) && error.rejection.en.length > 10;
    });
  }
});

test('what takes all time or memory is ended, and the next question is answered', async () => {
  for (const sql of soak ? BOMBS : [BOMBS[2]!, BOMBS[3]!, BOMBS[0]!]) {
    const began = performance.now();
    await assert.rejects(sandbox.run(sql), (error: Rejected) => ['SQL_TOO_SLOW', 'SQL_TOO_LARGE', 'SQL_FAILED'].includes(error.rejection.code), sql);
    assert.ok(performance.now() - began < SANDBOX_LIMITS.timeMs + 5_000, sql);
    assert.deepEqual(await faults(), [['COMPLAINT', '10'], ['FAULT', '11']]);
  }
});

test(`what is made to take much, in any way and size, is answered or ended in its time (seed ${seed})`, async () => {
  for (const sql of fc.sample(hog, { seed, numRuns: soak ? 40 : 2 })) {
    const began = performance.now();
    await sandbox.run(sql).catch((error: Rejected) => assert.ok(['SQL_TOO_SLOW', 'SQL_TOO_LARGE', 'SQL_FAILED'].includes(error.rejection.code), sql));
    assert.ok(performance.now() - began < SANDBOX_LIMITS.timeMs + 5_000, sql);
  }
  assert.deepEqual(await faults(), [['COMPLAINT', '10'], ['FAULT', '11']]);
});

test('more than may wait are refused at once', async () => {
  const many = Array.from({ length: SANDBOX_LIMITS.waiting + 1 }, () => sandbox.run('SELECT 1'));
  const outcomes = await Promise.allSettled(many);
  assert.deepEqual(outcomes.map(({ status }) => status), [...Array<string>(SANDBOX_LIMITS.waiting).fill('fulfilled'), 'rejected']);
});

test('after a rebuild the copy is made anew', async () => {
  await statistics.restart();
  nowMs += SANDBOX_LIMITS.copyAgeMs + 1;
  assert.deepEqual(await faults(), [['COMPLAINT', '10'], ['FAULT', '11']], 'the same epoch: only what is new');
  const other = await DuckDbFactStore.open({ folder: statistics.folder, file: 'analytics-1.duckdb', after: '9999999999', memoryLimitMb: 128, clock: () => new Date(0) });
  assert.equal(await other.copyForAnalysts(file), '10000000000.0');
  await other.close();
  assert.deepEqual(await faults(), [], 'the copy is of the other store now');
});
