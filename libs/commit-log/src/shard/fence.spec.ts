import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unanswered } from '../log/outcome.ts';
import { BEGINNING, takeoverAfter, type ShardCommit } from './commit.ts';
import { Fence, GaveUp } from './fence.ts';
import type { ShardLog, Standing } from './store.ts';

const AT = new Date(0);
const mine = takeoverAfter('s-1', BEGINNING, 'me', AT);
const rivals = takeoverAfter('s-1', BEGINNING, 'a rival', AT);
const atOnce = { after: (_ms: number, then: () => void) => { queueMicrotask(then); return () => {}; }, soon: queueMicrotask };

/** Answers in turn; an Error is thrown. */
function given(inserts: readonly (boolean | Error)[], standings: readonly (Standing | undefined)[] = []) {
  const inserted: ShardCommit[] = [];
  const aborted = new AbortController();
  const insert = async (commit: ShardCommit) => {
    const answer = inserts[inserted.push(commit) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const found = standings.values();
  const log = { insert, standing: async () => found.next().value } as unknown as ShardLog;
  const waiting: (Error | undefined)[] = [];
  return { fence: new Fence(log, 1_000, aborted.signal, (error) => waiting.push(error), atOnce), inserted, waiting, aborted };
}

test('of two that take over at once, with the same epoch, only the one whose record stands gets the shard', async () => {
  assert.equal(mine.epoch, rivals.epoch);
  assert.equal(await given([false], [mine]).fence.append(mine), true);
  assert.equal(await given([false], [rivals]).fence.append(mine), false);
});

test('an unknown outcome is met by the very same bytes again, as often as it takes', async () => {
  const { fence, inserted, waiting } = given([new Unanswered('timeout'), new Unanswered('reset'), true]);
  assert.equal(await fence.append(mine), true);
  assert.deepEqual(inserted, [mine, mine, mine]);
  assert.deepEqual(waiting.map((error) => error?.message), ['timeout', 'reset', undefined]);
});

test('what stood in the way and was rolled back is no answer: the place is asked for again', async () => {
  const { fence, inserted } = given([false, true], [undefined]);
  assert.equal(await fence.append(mine), true);
  assert.equal(inserted.length, 2);
});

test('what cannot be sent at all is not tried again, and who is stopped gives up', async () => {
  await assert.rejects(given([new TypeError('not a document')]).fence.append(mine), TypeError);
  const { fence, aborted } = given([]);
  aborted.abort();
  await assert.rejects(fence.append(mine), GaveUp);
});
