import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { converse } from './conversation.ts';
import { gather } from './gather.ts';
import { overlap } from './overlap.ts';

async function* numbers(count: number, pauseMs = 0, read: number[] = []) {
  for (let i = 0; i < count; i++) {
    if (pauseMs > 0) await setTimeout(pauseMs);
    read.push(i);
    yield i;
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('what comes at once is gathered up to the limit, the rest in a last group', async () => {
  assert.deepEqual((await all(gather(numbers(25), 10, 50))).map((group) => group.length), [10, 10, 5]);
  assert.deepEqual(await all(gather(numbers(0), 10, 50)), []);
});

test('a first item does not wait for others longer than it may', async () => {
  const groups = await all(gather(numbers(3, 40), 10, 5));
  assert.deepEqual(groups, [[0], [1], [2]]);
});

test('what fails while it is gathered fails there', async () => {
  async function* broken() {
    yield 1;
    throw new Error('broken');
  }
  await assert.rejects(all(gather(broken(), 10, 5)), /broken/);
});

test('work overlaps up to its limit, and who does not listen is not read from', async () => {
  const read: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (i: number) => {
    most = Math.max(most, (running += 1));
    await setTimeout(2);
    running -= 1;
    return i;
  };
  const results = overlap(numbers(100, 0, read), 7, work)[Symbol.asyncIterator]();
  const first = (await results.next()).value as number;
  await setTimeout(30);
  assert.ok(read.length <= 16, `${read.length} were read for one that was taken`);
  const rest: number[] = [];
  for (let next = await results.next(); !next.done; next = await results.next()) rest.push(next.value);
  assert.deepEqual([first, ...rest].sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  assert.equal(most, 7);
});

test('a result is there as soon as it is done, also when nothing more arrives', async () => {
  async function* slow() {
    yield 1;
    await setTimeout(60_000, undefined, { ref: false });
  }
  for await (const result of overlap(slow(), 3, async (i) => i)) {
    assert.equal(result, 1);
    return;
  }
});

test('the first failure ends it', async () => {
  await assert.rejects(all(overlap(numbers(100), 3, async (i) => (i === 5 ? Promise.reject(new Error('five')) : i))), /five/);
});

const LIMIT_MS = 1_000;

interface Line {
  readonly index: bigint;
  readonly text: string;
}

test('in a conversation each question has its own answer, whatever the order, also where two came under one index', async () => {
  const { ask, end } = converse<Line, Line>(async function* (questions) {
    const heard: Line[] = [];
    for await (const question of questions) {
      heard.push(question);
      if (heard.length % 3 === 0) for (const { index, text } of heard.splice(0).reverse()) yield { index, text: `${text}!` };
    }
    for (const { index, text } of heard) yield { index, text: `${text}!` };
  }, LIMIT_MS);
  const indices = [7n, 7n, 1n, 9n, 0n];
  const answers = Promise.all(indices.map((index, n) => ask({ index, text: `q${n}` })));
  await setTimeout(5);
  end();
  assert.deepEqual(await answers, indices.map((index, n) => ({ index, text: `q${n}!` })));
});

test('when a conversation breaks off, whoever waits is told, and nothing more can be asked in it', async () => {
  const conversation = converse<Line, Line>(async function* (questions) {
    for await (const { index } of questions) {
      if (index === 2n) throw new Error('gone');
      yield { index, text: '' };
    }
  }, LIMIT_MS);
  assert.deepEqual(await conversation.ask({ index: 5n, text: '' }), { index: 5n, text: '' });
  await assert.rejects(conversation.ask({ index: 6n, text: '' }), /gone/);
  assert.equal(conversation.isOver, true);
  await assert.rejects(conversation.ask({ index: 7n, text: '' }), /gone/);
});

test('who does not answer for too long is not waited for', async () => {
  const { ask } = converse<Line, Line>(async function* (questions) {
    for await (const { index } of questions) if (index === 1n) yield { index, text: '' };
    await setTimeout(60_000, undefined, { ref: false });
  }, 30);
  const [first, second] = await Promise.allSettled([ask({ index: 1n, text: '' }), ask({ index: 2n, text: '' })]);
  assert.equal(first.status, 'fulfilled');
  assert.equal(second.status === 'rejected' && second.reason.rejection.kind, 'unavailable');
});
