import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareOf } from './sharing.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** Processes and shards that look at each other in any order, and take and let go as they then want. */
function world(shardCount: number) {
  const shards = Array.from({ length: shardCount }, (_, n) => `ledger-${n}`);
  const holders = new Map<string, string>();
  const had = new Map<string, Set<string>>();
  const look = (owner: string, members: readonly string[]) => {
    const wanted = shareOf(shards, { owner, members, holderOf: (shard) => holders.get(shard) }, had.get(owner) ?? new Set());
    had.set(owner, wanted);
    for (const shard of shards) if (holders.get(shard) === owner && !wanted.has(shard)) holders.delete(shard);
    for (const shard of wanted) if (!holders.has(shard)) holders.set(shard, owner);
  };
  const counts = (members: readonly string[]) => members.map((member) => [...holders.values()].filter((holder) => holder === member).length);
  const die = (owner: string) => {
    had.delete(owner);
    for (const [shard, holder] of holders) if (holder === owner) holders.delete(shard);
  };
  return { shards, holders, look, counts, die };
}

test('whoever comes and goes, in whatever order they look, soon every shard has one owner and the shares differ by one at most', () => {
  const change = fc.record({ members: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }), looks: fc.infiniteStream(fc.nat()) });
  fc.assert(fc.property(fc.integer({ min: 1, max: 17 }), fc.array(change, { minLength: 1, maxLength: 5 }), (shardCount, changes) => {
    const { shards, holders, look, counts, die } = world(shardCount);
    let before: readonly string[] = [];
    for (const { members, looks } of changes) {
      for (const gone of before.filter((name) => !members.includes(name))) die(gone);
      for (let round = 0; round < 3; round++) {
        const order = [...members];
        while (order.length > 0) look(order.splice(looks.next().value! % order.length, 1)[0]!, members);
      }
      assert.equal(holders.size, shards.length);
      assert.ok(Math.max(...counts(members)) - Math.min(...counts(members)) <= 1, JSON.stringify([...holders]));
      before = members;
    }
  }));
});

test('who is within its share lets nothing go, whoever else dies', () => {
  const { holders, look, die } = world(6);
  for (let round = 0; round < 3; round++) for (const owner of ['a', 'b', 'c']) look(owner, ['a', 'b', 'c']);
  const before = new Map(holders);
  die('b');
  for (let round = 0; round < 3; round++) for (const owner of ['a', 'c']) look(owner, ['a', 'c']);
  for (const [shard, holder] of before) if (holder !== 'b') assert.equal(holders.get(shard), holder);
});

test('a shard that another took first is left to it, and another free one wanted', () => {
  const holders = new Map([['s0', 'b']]);
  const wanted = shareOf(['s0', 's1', 's2', 's3'], { owner: 'a', members: ['a', 'b'], holderOf: (shard) => holders.get(shard) }, new Set(['s0', 's1']));
  assert.deepEqual(wanted, new Set(['s1', 's2']));
});
