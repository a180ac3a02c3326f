import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from './choose.ts';
import { isTransposed } from './transposed.ts';

const chosen = (amounts: readonly bigint[], ...targets: bigint[]) => choose(amounts, (amountFen) => amountFen, targets);

test('one that fits before two that do together, and the first target before the second', () => {
  assert.deepEqual(chosen([1n, 2n, 3n], 3n), [3n]);
  assert.deepEqual(chosen([1n, 2n, 9n], 3n, 9n), [1n, 2n]);
  assert.deepEqual(chosen([1n, 9n], 3n, 9n), [9n]);
  assert.deepEqual(chosen([5n, -2n], 3n), [5n, -2n]);
});

test('none twice, and never three', () => {
  assert.equal(chosen([2n], 4n), undefined);
  assert.equal(chosen([1n, 2n, 4n], 7n), undefined);
});

test('swapped digits are neighbours, differ, and are the only difference; leading and trailing zeros count', () => {
  assert.ok(isTransposed(125_000n, 152_000n));
  assert.ok(isTransposed(10_000n, 1_000n), '100.00 for 010.00');
  for (const [one, other] of [[1_250n, 1_250n], [1_234n, 1_432n], [1_234n, 2_143n], [1_250n, 1_252n]] as const) assert.ok(!isTransposed(one, other), `${one} ${other}`);
});
