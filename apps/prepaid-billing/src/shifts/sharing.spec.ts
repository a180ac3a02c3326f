import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharing } from './sharing.ts';

const GATHER_MS = 1;
/** Comes after it in the order of time, however slow the machine is. */
const GATHERED_MS = 10;

/** A question that is answered by what is there when it is asked, once `answer` is called. */
function desk() {
  let shift = 1;
  const open: (() => void)[] = [];
  const asked: string[] = [];
  const ask = sharing((key) => {
    asked.push(key);
    const seen = shift;
    return new Promise<number>((resolve, reject) => open.push(() => (seen < 0 ? reject(new Error('away')) : resolve(seen))));
  }, GATHER_MS);
  return { ask, asked, becomes: (next: number) => (shift = next), answer: async () => {
    open.shift()!();
    await new Promise((resolve) => setTimeout(resolve, GATHERED_MS));
  } };
}

test('who asks while an answer is on its way gets one that was sought after he asked, together with all the others', async () => {
  const { ask, asked, becomes, answer } = desk();
  const first = ask('C01');
  becomes(2);
  const [second, third] = [ask('C01'), ask('C01')];
  assert.deepEqual(asked, ['C01']);
  await answer();
  assert.deepEqual(asked, ['C01', 'C01']);
  becomes(3);
  const fourth = ask('C01');
  await answer();
  await answer();
  assert.deepEqual(await Promise.all([first, second, third, fourth]), [1, 2, 2, 3]);
});

test('others are not waited for, nor are those that failed, and nothing is remembered', async () => {
  const { ask, asked, becomes, answer } = desk();
  becomes(-1);
  const failed = assert.rejects(ask('C01'), /away/);
  becomes(2);
  const [again, other] = [ask('C01'), ask('C02')];
  assert.deepEqual(asked, ['C01', 'C02']);
  for (let n = 0; n < 3; n++) await answer();
  await failed;
  assert.deepEqual(await Promise.all([again, other]), [2, 2]);
  becomes(5);
  const later = ask('C01');
  await answer();
  assert.equal(await later, 5);
});
