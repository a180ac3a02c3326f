import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { memoryShards } from './memory-shards.ts';
import { decideAll } from './post.ts';

const NOON = '2026-03-02T04:00:00Z';

test('who comes first after midnight, alone or with many, closes the day before, and is posted on the day that it is', async () => {
  const now = new Date(NOON);
  const shards = memoryShards(1, now);
  const topUp = (key: string) => ({
    accountNo: '0000000001',
    decide: (ledger: Parameters<typeof decideTopUp>[0], at: Date, openWithFen: bigint | undefined) =>
      decideTopUp(ledger, { key, inputHash: inputHash(key), accountNo: '0000000001', openWithFen, amountFen: 100n, channel: 'TOP_UP_CHANNEL_ONLINE', collectorId: '' }, { at, actor: 'service:test' }),
  });
  const all = (...keys: string[]) => decideAll(shards.each()[0]!, keys.map(topUp), 3_000n);
  await all('a');
  now.setTime(Date.parse('2026-03-03T04:00:00Z'));
  await all('b', 'c');
  assert.deepEqual(
    shards.posted.flatMap(({ key, postedOn, dayBarrier }) => (dayBarrier ? [[dayBarrier.closes, dayBarrier.opens]] : key ? [[key, postedOn]] : [])),
    [['', '2026-03-02'], ['a', '2026-03-02'], ['2026-03-02', '2026-03-03'], ['b', '2026-03-03'], ['c', '2026-03-03']],
  );
});
