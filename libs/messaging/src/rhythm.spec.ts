import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rhythm } from './rhythm.ts';

const after = (...notes: [records: number, everyMs: number, times: number][]) => {
  const rhythm = new Rhythm(0);
  let at = 0;
  for (const [records, everyMs, times] of notes) for (let n = 0; n < times; n++) rhythm.note(records, (at += everyMs));
  return Math.round(rhythm.expectedIn(50));
};

test('what is expected is what came of late, whatever the batches that it came in', () => {
  assert.equal(new Rhythm(0).expectedIn(50), 0);
  assert.equal(after([1, 25, 40]), 2);
  assert.equal(after([10, 250, 40]), 2);
  assert.equal(after([1, 5, 40]), 10);
});

test('a change is followed within some batches, and a long pause is forgotten', () => {
  assert.equal(after([1, 5, 100], [1, 50, 20]), 1);
  assert.equal(after([1, 50, 100], [20, 50, 30]), 20);
  assert.equal(after([1, 3_600_000, 1], [20, 50, 30]), 20);
});
