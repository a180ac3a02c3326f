import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLine, emptyTally } from './batch.ts';

test('a line of a batch is counted once: a shard that would count it twice does not go on', () => {
  const tally = emptyTally();
  const line = { line: 7, outcome: 'CHARGE_OUTCOME_ACCEPTED', amountFen: 100n, chargeId: '', code: '' } as const;
  countLine(tally, line);
  assert.throws(() => countLine(tally, line), /line 7 of a batch was counted before/);
  assert.deepEqual(tally.accepted, { count: 1, amountFen: 100n });
});
