import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBBlobValue, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import fc from 'fast-check';
import { append, type ChunkValue } from './chunk.ts';

const text = fc.oneof(fc.string({ maxLength: 16 }), fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => value.isWellFormed()), fc.constantFrom('', 'x'.repeat(12), 'x'.repeat(13), '片区', 'abcdefghijk片', '\0', 'a\0b'));
const whole = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)));
const time = fc.date({ min: new Date('1700-01-01'), max: new Date('2250-01-01'), noInvalidDate: true });
const bytes = fc.uint8Array({ maxLength: 40 }).map((made) => Buffer.from(made));
const row = fc.tuple(fc.option(text), fc.option(whole), fc.option(time), fc.option(bytes), fc.option(text));

test('whatever is appended is in the table as it was, in its order: short and long text, whole numbers, times, bytes, nulls', async () => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 300 }), async (rows) => {
    await connection.run('CREATE OR REPLACE TABLE t (a VARCHAR, b BIGINT, c TIMESTAMP, d BLOB, e VARCHAR)');
    await append(connection, 't', ['VARCHAR', 'BIGINT', 'TIMESTAMP', 'BLOB', 'VARCHAR'], rows.length, [0, 1, 2, 3, 4].map((column) => (at: number) => rows[at]![column] as ChunkValue));
    const found = (await connection.runAndReadAll('FROM t')).getRows();
    assert.deepEqual(found.map((values) => values.map((value) => (value instanceof DuckDBTimestampValue ? new Date(Number(value.micros / 1_000n)) : value instanceof DuckDBBlobValue ? Buffer.from(value.bytes) : value))), rows);
    // And DuckDB takes equal text for equal, however it came.
    const [[joined]] = (await connection.runAndReadAll('SELECT count(*) FROM t WHERE a IS NOT NULL AND a = (a || \'\')')).getRows() as [[bigint]];
    assert.equal(joined, BigInt(rows.filter(([a]) => a !== null).length));
  }), { numRuns: 100 });
  connection.closeSync();
  database.closeSync();
});

test('what is kept of it tells the same, of the columns that are kept', async () => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run('CREATE TABLE t (a VARCHAR, b BIGINT, c TIMESTAMP, d BLOB, e VARCHAR)');
  await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 300 }), fc.constantFrom([0, 1, 2, 4], [4, 1]), async (rows, kept) => {
    const packed = await append(connection, 't', ['VARCHAR', 'BIGINT', 'TIMESTAMP', 'BLOB', 'VARCHAR'], rows.length, [0, 1, 2, 3, 4].map((column) => (at: number) => rows[at]![column] as ChunkValue), kept);
    const told = packed.flatMap((chunk) => Array.from({ length: chunk.count }, (_, at) => kept.map((column) => chunk.value(column, at))));
    assert.deepEqual(told, rows.map((values) => kept.map((column) => values[column])));
  }), { numRuns: 100 });
  connection.closeSync();
  database.closeSync();
});

test('more rows than a chunk holds', async () => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run('CREATE TABLE t (a VARCHAR, b BIGINT)');
  await append(connection, 't', ['VARCHAR', 'BIGINT'], 5_000, [(at) => (at % 3 ? `row ${at}` : null), (at) => BigInt(at)]);
  const [[count, sum, texts]] = (await connection.runAndReadAll("SELECT count(*), sum(b), count(*) FILTER (a = 'row ' || b) FROM t")).getRows() as [[bigint, bigint, bigint]];
  assert.deepEqual([count, sum, texts], [5_000n, 12_497_500n, 3_333n]);
  connection.closeSync();
  database.closeSync();
});
