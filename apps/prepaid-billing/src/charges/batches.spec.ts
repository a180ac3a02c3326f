import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Charge, type ChargeBatchSettled } from '@youdian/contracts-billing/events';
import type { Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { forgetBatches, getChargeBatch, settleBatches, takeManifests } from './batches.ts';
import { BILLING_CENTER } from './sender.ts';
import { Senders } from './senders.ts';
import { takeCharges } from './take.ts';

const MANAGER = { role: 'manager', id: 'M1', name: 'manager:M1' };
const NOON = new Date('2026-03-02T04:00:00Z');
const ACCOUNTS = Array.from({ length: 20 }, (_, i) => `${i + 1}`.padStart(10, '0'));
const directory: AccountDirectory = {
  defaultThresholdFen: 3_000n,
  existing: async (accountNos) => new Set(accountNos.filter((accountNo) => ACCOUNTS.includes(accountNo))),
  places: async () => new Map(),
    close: () => {},
};

function billing() {
  const shards = memoryShards(4, NOON);
  return {
    shards,
    take: (...charges: Charge[]) => takeCharges(shards, directory, charges.map((charge) => ({ charge }))),
    declare: (batchId: string, count: number, sumFen: bigint) => takeManifests(shards, [{ batchId, count, sumFen }]),
    /** As the clockwork does. */
    look: async () => {
      for (const shard of shards.each()) await settleBatches(shards, shard);
      for (const shard of shards.each()) await forgetBatches(shards, shard);
    },
    settled: () => shards.events.filter(({ type }) => type.endsWith('ChargeBatchSettled')).map(({ data }) => data as Record<keyof ChargeBatchSettled, unknown>),
    ask: (batchId: string) => getChargeBatch(shards, new Senders([BILLING_CENTER]))({ batchId }, { actor: MANAGER }),
  };
}

const line = (batchId: string, at: number, more: Partial<Charge> = {}): Charge =>
  Charge.fromPartial({ chargeId: `${batchId}-${at}`, accountNo: ACCOUNTS[at % 20]!, amountFen: 100n, period: '2026-02', dueOn: '2026-03-20', batchId, line: at, ...more });
const lines = (batchId: string, count: number) => Array.from({ length: count }, (_, i) => line(batchId, i + 1));

test('a batch is answered when every line has come: accepted, duplicate and rejected are the manifest', async () => {
  const { take, declare, look, settled, ask } = billing();
  await take(line('OLD', 1, { chargeId: 'X', batchId: '', line: 0 }));
  await declare('B1', 12, 1_200n);
  await take(...lines('B1', 9), line('B1', 10, { chargeId: 'X', accountNo: ACCOUNTS[1]! }), line('B1', 11, { accountNo: '9999999999' }));
  await look();
  assert.deepEqual(settled(), []);
  assert.deepEqual((await ask('B1')).settled, false);
  await take(line('B1', 12, { chargeId: 'B1-1', accountNo: ACCOUNTS[1]! }));
  await look();
  const [answer] = settled();
  assert.deepEqual([answer!.declaredCount, answer!.acceptedCount, answer!.duplicateCount, answer!.rejectedCount], [12, 9, 2, 1]);
  assert.deepEqual([answer!.acceptedFen, answer!.duplicateFen, answer!.rejectedFen, answer!.sumMatches], ['900', '200', '100', true]);
  await look();
  assert.equal(settled().length, 1, 'once');
  const { settled: isSettled, acceptedCount } = await ask('B1');
  assert.deepEqual([isSettled, acceptedCount], [true, 9]);
});

test('lines that come again, before or after the settling, are counted once and charged once', async () => {
  const { shards, take, declare, look, settled } = billing();
  await take(...lines('B1', 30), ...lines('B1', 10));
  await take(...lines('B1', 30));
  await declare('B1', 30, 3_000n);
  await declare('B1', 30, 3_000n);
  await look();
  const posted = shards.posted.length;
  await take(...lines('B1', 30));
  await look();
  assert.equal(shards.posted.length, posted, 'nothing more is posted');
  assert.deepEqual(settled().map(({ acceptedCount, duplicateCount }) => [acceptedCount, duplicateCount]), [[30, undefined]]);
  assert.ok(shards.ledgers.every(({ batches }) => batches.size === 0), 'its lines are forgotten');
});

test('a manifest whose sum is not that of its lines is answered so', async () => {
  const { take, declare, look, settled } = billing();
  await declare('B1', 2, 999n);
  await take(...lines('B1', 2));
  await look();
  assert.equal(settled()[0]!.sumMatches ?? false, false);
});

test('amounts that no charge can have are rejected and count as nothing, and the batch is answered', async () => {
  const { take, declare, look, settled, ask } = billing();
  const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)];
  await take(line('B1', 1), line('B1', 2, { amountFen: most }), line('B1', 3, { amountFen: most }), line('B1', 4, { amountFen: least }), line('B1', 5, { amountFen: -5n }));
  assert.deepEqual([(await ask('B1')).rejectedCount, (await ask('B1')).rejectedFen], [4, -5n]);
  await declare('B1', 5, most);
  await look();
  const [{ acceptedCount, rejectedCount, rejectedFen, sumMatches = false }] = settled() as [ReturnType<typeof settled>[number]];
  assert.deepEqual([acceptedCount, rejectedCount, rejectedFen, sumMatches], [1, 4, '-5', false]);
});

test('of two manifests under one id the first counts', async () => {
  const { declare, ask } = billing();
  await declare('B1', 2, 200n);
  await declare('B1', 3, 300n);
  assert.deepEqual([(await ask('B1')).declaredCount, (await ask('B1')).declaredFen], [2, 200n]);
  await assert.rejects(ask('B2'), (error: Rejected) => error.rejection.code === 'CHARGE_BATCH_UNKNOWN');
});

test('in whatever pieces and order a batch comes, and wherever it breaks off, its answer is the same', async () => {
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray(Array.from({ length: 40 }, (_, i) => i + 1), { minLength: 40 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 }), async (order, piece, failAt) => {
    const { shards, take, declare, look, settled } = billing();
    // Every fourth line names the charge of the line before it; every seventh an account that does not exist.
    const all = order.map((at) => line('B', at, at % 4 === 0 ? { chargeId: `B-${at - 1}`, accountNo: ACCOUNTS[(at - 1) % 20]! } : at % 7 === 0 ? { accountNo: '9999999999' } : {}));
    await declare('B', 40, 4_000n);
    for (let from = 0; from < all.length; from += piece) {
      const part = all.slice(from, from + piece);
      if (from === 0) shards.failAt(failAt);
      await take(...part).catch((error: Error) => assert.equal(error.message, 'killed'));
      shards.failAt(0);
      await take(...part);
    }
    await look();
    const [answer] = settled();
    const counts = [answer!.acceptedCount, answer!.duplicateCount, answer!.rejectedCount].map(Number);
    assert.equal(counts[0]! + counts[1]! + counts[2]!, 40);
    const owedFen = shards.ledgers.flatMap(({ accounts }) => [...accounts.values()]).reduce((sum, { receivableFen }) => sum + receivableFen, 0n);
    assert.equal(owedFen, BigInt(String(answer!.acceptedFen)), 'what was accepted is what is owed');
  }), { numRuns: 60 });
});
