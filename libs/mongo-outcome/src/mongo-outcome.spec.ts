import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError, type BulkWriteResult } from 'mongodb';
import { areAllDuplicates, isDatabaseAway, outcomesOf } from './index.ts';

const NOTHING_WRITTEN = { getWriteConcernError: () => undefined } as BulkWriteResult;
const REFUSED = 121;
const DUPLICATE = 11_000;

/** As the driver makes it of what became of a bulk write. */
function bulkError(cause: Error | { message: string; code: number; writeErrors: { index: number; code: number }[] }): MongoBulkWriteError {
  return new MongoBulkWriteError(cause as never, NOTHING_WRITTEN);
}
const failedWith = (...codes: number[]) => bulkError({ message: 'refused', code: codes[0]!, writeErrors: codes.map((code, index) => ({ index, code })) });

test('only a clear word of the server is an outcome; the rest is unknown, never a refusal', () => {
  assert.deepEqual(outcomesOf(new MongoNetworkError('gone'), 2), ['unknown', 'unknown']);
  assert.deepEqual(outcomesOf(bulkError(new MongoNetworkError('gone')), 2), ['unknown', 'unknown']);
  assert.deepEqual(outcomesOf(new MongoServerError({ message: 'not primary', code: 10107 }), 1), ['unknown']);
  assert.deepEqual(outcomesOf(failedWith(DUPLICATE), 2), ['duplicate', 'inserted']);
  const mistake = new RangeError('too long');
  assert.deepEqual(outcomesOf(mistake, 2), [mistake, mistake]);
});

test('a database that is away is told from a query that is wrong', () => {
  assert.equal(isDatabaseAway(new MongoNetworkError('gone')), true);
  assert.equal(isDatabaseAway(new MongoServerError({ message: 'not primary', code: 10107 })), true);
  assert.equal(isDatabaseAway(new MongoServerError({ message: 'unknown operator', code: 2 })), false);
  assert.equal(isDatabaseAway(new TypeError('x')), false);
});

test('a connection that closes in the middle of a bulk write is a database that is away', () => {
  assert.equal(isDatabaseAway(bulkError(new MongoNetworkError('connection 38 closed'))), true);
  assert.equal(isDatabaseAway(failedWith(REFUSED)), false);
  assert.equal(isDatabaseAway(failedWith(DUPLICATE)), false);
});

test('documents that were there already are told from those that were refused', () => {
  assert.equal(areAllDuplicates(failedWith(DUPLICATE, DUPLICATE)), true);
  assert.equal(areAllDuplicates(failedWith(DUPLICATE, REFUSED)), false);
  assert.equal(areAllDuplicates(bulkError(new MongoNetworkError('gone'))), false);
});
