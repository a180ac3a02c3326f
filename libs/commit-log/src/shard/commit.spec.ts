import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { batchAfter, BEGINNING, tailAfter, takeoverAfter, type ShardCommit } from './commit.ts';

const at = new Date(0);

function chain(kinds: readonly boolean[]): ShardCommit[] {
  let tail = BEGINNING;
  return [true, ...kinds].map((takeover, index) => {
    const commit = takeover ? takeoverAfter('s', tail, `owner ${index}`, at) : batchAfter('s', tail, 2, Buffer.from(`batch ${index}`), at);
    tail = tailAfter(tail, commit);
    return commit;
  });
}

const check = (commits: readonly ShardCommit[]) => commits.reduce(tailAfter, BEGINNING);

test('a chain of takeovers and batches checks, and numbers its postings without a gap', () => {
  fc.assert(fc.property(fc.array(fc.boolean()), (kinds) => {
    const tail = check(chain(kinds));
    const batches = kinds.filter((takeover) => !takeover).length;
    assert.deepEqual([tail.seq, tail.epoch, tail.postings], [kinds.length + 1, kinds.length + 1 - batches, batches * 2]);
  }));
});

test('no commit can be left out, moved, repeated or changed unnoticed', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 20 }), fc.nat(), fc.nat(), (kinds, a, b) => {
    const commits = chain(kinds);
    const i = a % (commits.length - 1);
    const j = b % commits.length;
    assert.throws(() => check(commits.toSpliced(i, 1)), 'left out');
    if (i !== j) assert.throws(() => check(commits.with(i, commits[j]!).with(j, commits[i]!)), 'moved');
    assert.throws(() => check(commits.toSpliced(i, 0, commits[i]!)), 'repeated');
    assert.throws(() => check(commits.with(j, { ...commits[j]!, body: Buffer.from('other') })), 'changed');
  }));
});

test('a commit out of its turn, or of a writer that was replaced, does not follow, however its hash was made', () => {
  const first = tailAfter(BEGINNING, takeoverAfter('s', BEGINNING, 'a', at));
  const second = tailAfter(first, takeoverAfter('s', first, 'b', at));
  const batch = batchAfter('s', second, 1, Buffer.from('x'), at);
  assert.throws(() => tailAfter(second, { ...batch, seq: batch.seq + 1 }), /does not follow/);
  assert.throws(() => tailAfter(second, batchAfter('s', { ...second, epoch: first.epoch }, 1, Buffer.from('x'), at)), /does not follow/, 'of the writer before');
  assert.throws(() => tailAfter(second, takeoverAfter('s', { ...second, epoch: first.epoch }, 'c', at)), /does not follow/, 'a takeover that takes nothing over');
});
