import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rejected } from '@youdian/rejection';
import { Turns } from './turns.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the same name goes one after another, in order, also after a failure; other names do not wait', async () => {
  const turns = new Turns(10);
  const seen: string[] = [];
  const work = (name: string, fails = false) => async () => {
    seen.push(`${name} starts`);
    await turn();
    seen.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const all = await Promise.allSettled([turns.run('a', work('a1', true)), turns.run('a', work('a2')), turns.run('b', work('b1'))]);
  assert.deepEqual(all.map(({ status }) => status), ['rejected', 'fulfilled', 'fulfilled']);
  assert.deepEqual(seen.filter((entry) => entry.startsWith('a')), ['a1 starts', 'a1 ends', 'a2 starts', 'a2 ends']);
  assert.ok(seen.indexOf('b1 starts') < seen.indexOf('a1 ends'));
});

test('above the limit nobody is let in, and afterwards everybody again', async () => {
  const turns = new Turns(2);
  const waiting = [turns.run('a', turn), turns.run('a', turn)];
  await assert.rejects(turns.run('b', turn), (error: Rejected) => error.rejection.code === 'OVERLOADED');
  await Promise.all(waiting);
  await turns.run('b', turn);
});
