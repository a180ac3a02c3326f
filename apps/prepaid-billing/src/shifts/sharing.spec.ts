import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharing } from './sharing.ts';

const KEPT_MS = 200;

/** A question that is answered by what is there when it is asked, once `answer` is called. */
function desk() {
  let shift = 1;
  let nowMs = 0;
  const open: (() => void)[] = [];
  const asked: string[] = [];
  const ask = sharing((key) => {
    asked.push(key);
    const seen = shift;
    return new Promise<number>((resolve, reject) => open.push(() => (seen < 0 ? reject(new Error('away')) : resolve(seen))));
  }, KEPT_MS, () => nowMs);
  return { ask, asked, becomes: (next: number) => (shift = next), after: (ms: number) => (nowMs += ms), answer: async () => {
    open.shift()!();
    await new Promise((resolve) => setImmediate(resolve));
  } };
}

test('one answer serves all who ask within its time, which counts from when it was asked for', async () => {
  const { ask, asked, becomes, after, answer } = desk();
  const first = ask('C01');
  after(KEPT_MS - 1);
  becomes(2);
  const second = ask('C01');
  await answer();
  after(1);
  const third = ask('C01');
  assert.deepEqual(asked, ['C01', 'C01']);
  await answer();
  assert.deepEqual(await Promise.all([first, second, third]), [1, 1, 2]);
});

test('in its second half the next is sought, once, and nobody waits for it; it is as old as its question', async () => {
  const { ask, asked, becomes, after, answer } = desk();
  const first = ask('C01');
  await answer();
  after(KEPT_MS / 2);
  becomes(2);
  assert.deepEqual(await Promise.all([first, ask('C01'), ask('C01')]), [1, 1, 1]);
  assert.deepEqual(asked, ['C01', 'C01']);
  after(KEPT_MS / 4);
  becomes(3);
  await answer();
  assert.equal(await ask('C01'), 2);
  after(KEPT_MS / 4);
  assert.equal(await ask('C01'), 2);
  assert.equal(asked.length, 3);
  after(KEPT_MS / 2);
  const late = ask('C01');
  await answer();
  assert.equal(await late, 3);
  assert.equal(asked.length, 3);
});

test('an answer that came after its time is nobody else\'s', async () => {
  const { ask, asked, becomes, after, answer } = desk();
  const slow = ask('C01');
  after(KEPT_MS);
  becomes(2);
  const next = ask('C01');
  assert.equal(asked.length, 2);
  await answer();
  await answer();
  assert.deepEqual(await Promise.all([slow, next, ask('C01')]), [1, 2, 2]);
});

test('others are not waited for, and what failed is asked again', async () => {
  const { ask, asked, becomes, after, answer } = desk();
  becomes(-1);
  const failed = assert.rejects(ask('C01'), /away/);
  becomes(2);
  const other = ask('C02');
  await answer();
  await failed;
  const again = ask('C01');
  assert.deepEqual(asked, ['C01', 'C02', 'C01']);
  await answer();
  await answer();
  assert.deepEqual(await Promise.all([other, again]), [2, 2]);
  after(KEPT_MS / 2);
  becomes(-1);
  assert.equal(await ask('C01'), 2);
  await answer();
  becomes(3);
  assert.equal(await ask('C01'), 2);
  await answer();
  assert.equal(await ask('C01'), 3);
});
