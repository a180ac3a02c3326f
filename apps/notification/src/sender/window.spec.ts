import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from './window.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is told to one goes before the many that wait already, and each is done once', async () => {
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const window = new Window(2, (id) => new Promise((resolve) => ends.push(() => (done.push(id), resolve()))));
  for (const id of ['m1', 'm2', 'm3', 'm4', 'm3']) window.offer(id, 'many');
  window.offer('o1', 'one');
  while (ends.length > 0) {
    ends.shift()!();
    await turn();
  }
  assert.deepEqual(done, ['m1', 'm2', 'o1', 'm3', 'm4']);
  await window.drain();
});
