import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { TopUpChannel } from '@youdian/contracts-billing/events';
import { InvoiceServiceService, IssueInvoiceBlockRequest } from '@youdian/contracts-billing/invoices';
import { PostingStreamServiceService, PostManyRequest } from '@youdian/contracts-billing/post_many';
import { GetStatementRequest, PrepaidBillingServiceService, TopUpRequest, TransferBalanceRequest } from '@youdian/contracts-billing/prepaid_billing';
import { ShiftServiceService } from '@youdian/contracts-billing/shifts';
import { Rejected } from '@youdian/rejection';
import { connectService, type MethodShape } from '@youdian/service-host';
import { contractsOf, hostileCall, type HostileCall } from '../hostile/messages.ts';
import { memoryStores, NOON, play, type Played } from '../hostile/played.ts';
import type { LedgerShard } from './ledger-shard.ts';
import { memoryShards, type MemoryShards } from './memory-shards.ts';
import { connectPeers, reaching, type ReachedShards } from './peers.ts';

const CALLS = process.env['SOAK'] ? 50_000 : 1_500;
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const SHARDS = 4;

/** Two processes with two shards each on one store, and one that has them all. */
const [shared, whole] = [memoryShards(SHARDS, NOON), memoryShards(SHARDS, NOON)];
const two: Played[] = [];
let one: Played;
before(async () => {
  const stores = memoryStores();
  for (const which of [0, 1]) two.push(await play(shardsOf(shared, which), stores));
  one = await play(whole, memoryStores());
});
after(() => Promise.all([...two, one].map((played) => played.stop())));

function shardsOf(shards: MemoryShards, which: number): ReachedShards {
  const isOwned = (number: number) => number % 2 === which;
  const owned = shards.each().map((_, number) => ({ shard: `shard-${number}`, owned: isOwned(number) }));
  const peers = connectPeers(owned, { addressOf: () => two[1 - which]!.address });
  const here = shards.each().map((shard, number) => (isOwned(number) ? shard : elsewhere(number)));
  const ledgers = here.map((shard, number) => reaching(number, shard, peers));
  return { here, peers, numberOf: shards.numberOf, each: () => ledgers, of: (subject) => ledgers[shards.numberOf(subject)]! };
}

/** What another process owns is not decided here, nor read. Durable postings anybody may read. */
function elsewhere(number: number): LedgerShard {
  const refuse = () => assert.fail(`shard ${number} is another process's`);
  return { ask: refuse, submit: refuse, submitAll: refuse, read: refuse, postings: (sequences) => shared.each()[number]!.postings(sequences) };
}

const accountNo = fc.constantFrom('0000000001', '0000000002', '0000000003', '0000000004', '0000000005');
const amountFen = fc.constantFrom(1n, 100n, 5_000n);
const { topUp, transferBalance, getBalance, getStatement } = PrepaidBillingServiceService;
const { openShift, closeShift } = ShiftServiceService;
const { issueInvoiceBlock } = InvoiceServiceService;

/** What people do all day, beside what nobody should. */
const everyday = fc.record({
  request: fc.oneof(
    fc.record({ accountNo, amountFen, channel: fc.constant<TopUpChannel>('TOP_UP_CHANNEL_COUNTER') }).map((made) => requestOf(topUp, TopUpRequest.fromPartial(made))),
    fc.record({ accountNo, toAccountNo: accountNo, amountFen, reason: fc.constant('合户') }).map((made) => requestOf(transferBalance, TransferBalanceRequest.fromPartial(made))),
    accountNo.map((no) => requestOf(getBalance, { accountNo: no })),
    accountNo.map((no) => requestOf(getStatement, GetStatementRequest.fromPartial({ accountNo: no }))),
    amountFen.map((floatFen) => requestOf(openShift, { outletId: 'H1', teamId: '', floatFen })),
    fc.constant(requestOf(closeShift, { shiftId: 'C01.2026-03-02.1', declared: undefined, invoices: undefined })),
    fc.integer({ min: 1, max: 9 }).map((count) => requestOf(issueInvoiceBlock, IssueInvoiceBlockRequest.fromPartial({ series: 'A', count, collectorId: 'C01' }))),
  ),
  actor: fc.constantFrom('cashier:C01', 'manager:M1'),
  key: fc.nat({ max: 500 }).map((n) => `e${n}`),
}).map(({ request, ...by }): HostileCall => ({ ...request, ...by }));

function requestOf<M extends MethodShape>(method: M, message: Parameters<M['requestSerialize']>[0]) {
  return { method, messages: [method.requestSerialize(message)] };
}

async function outcomeOf(played: Played, { method, messages, actor, key }: HostileCall): Promise<unknown> {
  try {
    return await played.calls[method.path]!(messages[0]!, { actor, idempotencyKey: key });
  } catch (error) {
    if (error instanceof Rejected) return error.rejection;
    throw error;
  }
}

test(`whichever process is asked, the answer is that of one process alone, for every method (seed ${seed})`, async () => {
  // A stream's commands run beside each other, so that their order is nobody's.
  const isAsked = ({ requestStream, responseStream, path }: MethodShape) => !requestStream && !responseStream && !path.includes('LedgerShardService');
  const methods = one.services.flatMap(({ definition }) => Object.values(definition)).filter(isAsked);
  const answered = new Set<string>();
  await fc.assert(fc.asyncProperty(fc.oneof(everyday, hostileCall(contractsOf('billing', 'platform'), methods)), fc.nat({ max: 1 }), async (call, which) => {
    const expected = await outcomeOf(one, call);
    assert.deepEqual(await outcomeOf(two[which]!, call), expected, call.method.path);
    if (!isRefusal(expected)) answered.add(call.method.path);
  }), { seed, numRuns: CALLS, endOnFailure: true });
  assert.deepEqual(shared.posted.length, whole.posted.length);
  for (const name of ['TopUp', 'GetBalance', 'GetStatement', 'TransferBalance', 'OpenShift', 'IssueInvoiceBlock']) assert.ok(Array.from(answered).some((path) => path.endsWith(`/${name}`)), `${name} was answered`);
});

test('many commands in one call are answered by the process that has the account, each under the index it came with', async () => {
  const accounts = Array.from({ length: 12 }, (_, n) => `00000007${String(n).padStart(2, '0')}`);
  const command = (n: number): PostManyRequest => PostManyRequest.fromPartial({
    index: BigInt(n % 100), idempotencyKey: `many-${n}`,
    topUp: { accountNo: n % 50 === 7 ? '9000000001' : accounts[n % accounts.length]!, amountFen: BigInt(1 + (n % 100)), channel: 'TOP_UP_CHANNEL_COUNTER' },
  });
  async function* all() {
    for (let n = 0; n < 600; n++) yield command(n);
  }
  const send = async ({ address }: Played) => {
    const calls = connectService(PostingStreamServiceService, address);
    const answers = await Array.fromAsync(calls.postMany(all(), { actor: 'cashier:C01' }));
    calls.close();
    return answers.map(({ index, topUp, rejection }) => [Number(index), topUp ? `${topUp.amountFen} ${topUp.postingId}` : rejection!.code].join(' ')).sort();
  };
  const answers = await send(two[0]!);
  assert.deepEqual(answers.map((line) => line.split(' ').slice(0, 2).join(' ')).sort(), Array.from({ length: 600 }, (_, n) => `${n % 100} ${n % 50 === 7 ? 'ACCOUNT_UNKNOWN' : 1 + (n % 100)}`).sort());
  assert.deepEqual(await send(two[1]!), answers, 'again, by the other process, the first answers');
});

function isRefusal(outcome: unknown): boolean {
  return typeof outcome === 'object' && outcome !== null && 'code' in outcome && 'zh' in outcome;
}
