import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from './directory.ts';

test('accounts asked for in the same moment are looked up in one call, later ones in another', async () => {
  const calls: string[][] = [];
  const existing = together(async (accountNos) => (calls.push([...accountNos]), new Set(accountNos.filter((no) => no !== 'x'))));
  const [one, other] = await Promise.all([existing(['a', 'x']), existing(['b', 'a'])]);
  assert.deepEqual([one.has('a'), one.has('x'), other.has('b')], [true, false, true]);
  await existing(['c']);
  assert.deepEqual(calls, [['a', 'x', 'b'], ['c']]);
});

test('a look-up that failed is not remembered', async () => {
  let away = true;
  const existing = together(async () => {
    if (away) throw new Error('away');
    return new Set(['a']);
  });
  await assert.rejects(existing(['a']), /away/);
  away = false;
  assert.ok((await existing(['a'])).has('a'));
});
