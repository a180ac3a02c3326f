import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { isAway, outcomesOf } from './outcome.ts';

test('only a clear word of the server is an outcome; the rest is unknown, never a refusal', () => {
  assert.deepEqual(outcomesOf(new MongoNetworkError('gone'), 2), ['unknown', 'unknown']);
  assert.deepEqual(outcomesOf(new MongoServerError({ message: 'not primary', code: 10107 }), 1), ['unknown']);
  const mistake = new RangeError('too long');
  assert.deepEqual(outcomesOf(mistake, 2), [mistake, mistake]);
});

test('a database that is away is told from a query that is wrong', () => {
  assert.equal(isAway(new MongoNetworkError('gone')), true);
  assert.equal(isAway(new MongoServerError({ message: 'not primary', code: 10107 })), true);
  assert.equal(isAway(new MongoServerError({ message: 'unknown operator', code: 2 })), false);
  assert.equal(isAway(new TypeError('x')), false);
});
