import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locate, type Mark } from './locate.ts';

/** Commits with so many postings each; 0: a takeover. */
function log(counts: readonly number[]) {
  let postings = 0;
  const marks = counts.map((count, index): Mark => {
    const mark = count === 0 ? { seq: index + 1 } : { seq: index + 1, first: postings + 1 };
    postings += count;
    return mark;
  });
  let rounds = 0;
  const marksOf = async (seqs: readonly number[]) => {
    rounds += 1;
    return seqs.map((seq) => marks[seq - 1]!);
  };
  const holding = (number: number) => marks.findLast(({ first = Infinity }) => first <= number)?.seq ?? 0;
  return { postings, holding, find: (numbers: readonly number[], known = true) => locate(numbers, { seq: counts.length, postings: known ? postings : undefined }, marksOf), rounds: () => rounds };
}

test('each posting is found in the commit that holds it, whatever the commits’ sizes, and whether the shard’s end is known or not', async () => {
  const sizes = fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5_000 }) }), { maxLength: 120 });
  await fc.assert(fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), fc.boolean(), async (counts, picks, known) => {
    const { postings, holding, find } = log(counts);
    const numbers = Array.from({ length: Math.min(postings, 30) }, () => 1 + (picks.next().value! % postings));
    assert.deepEqual(await find(numbers, known), numbers.map(holding));
  }), { numRuns: 2_000 });
});

test('takeovers, one after the other, hold nothing and are passed', async () => {
  const { find, holding } = log([0, 0, 5, ...new Array<number>(100).fill(0), 7, ...new Array<number>(50).fill(0)]);
  const numbers = [1, 5, 6, 12];
  assert.deepEqual(await find(numbers), numbers.map(holding));
  assert.deepEqual(await find(numbers, false), numbers.map(holding));
});

test('in a long log of commits that differ in size a page of postings is found in a few rounds', async () => {
  const { find, rounds, postings, holding } = log(Array.from({ length: 20_000 }, (_, n) => 1 + ((n * 7_919) % 23)));
  const numbers = Array.from({ length: 50 }, (_, n) => 1 + Math.floor((postings / 50) * n));
  assert.deepEqual(await find(numbers), numbers.map(holding));
  assert.ok(rounds() <= 8, `${rounds()} rounds`);
});

test('of an empty shard nothing is found', async () => {
  assert.deepEqual(await log([]).find([1]), [0]);
  assert.deepEqual(await log([0]).find([1], false), [0]);
});
