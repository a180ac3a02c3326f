import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection, Rejected } from '@youdian/rejection';
import fc from 'fast-check';
import type { AccountDirectory } from '../accounts/directory.ts';
import { decideReversal } from '../ledger/decide/top-up.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { post } from '../shards/post.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { claimNumber, postNumbered } from './claim.ts';
import { linesOf, numbersOf } from './numbers.ts';
import { receiptOfNumber } from './receipts.ts';
import { evolve, issueBlock, type Series } from './series.ts';

const NOW = new Date('2026-03-02T04:00:00Z');
const CALLER = { actor: 'cashier:C01' };
const HOLDER = { collectorId: 'C01', deviceId: '' };
const account = (n: number) => String(n).padStart(10, '0');
const number = (n: number) => `A-${String(n).padStart(8, '0')}`;

/** Two shards, and a block A-00000001 to A-00000020 of C01. Accounts that begin with 9 do not exist. */
function openDesk() {
  const shards = memoryShards(2, NOW);
  const issued = issueBlock(undefined, { series: 'A', count: 20, collectorId: 'C01', deviceId: '', fromSerial: 0, actor: 'manager:M01' }, NOW);
  const state = isRejection(issued) ? undefined : issued.reduce<Series | undefined>(evolve, undefined);
  const series = { read: async (id: string) => (id === 'A' ? { state, version: 1 } : undefined) };
  const directory = { defaultThresholdFen: 0n, existing: async (nos: readonly string[]) => new Set(nos.filter((no) => !no.startsWith('9'))) } as unknown as AccountDirectory;
  return {
    shards, series, block: state!.blocks[0]!,
    async topUp(key: string, accountNo: string, invoiceNo: string, { holder = HOLDER, shiftId = '' } = {}) {
      const command = { key: `cashier:C01|top-up|${accountNo}|${key}`, inputHash: inputHash(accountNo, invoiceNo), accountNo };
      const topUp = { ...command, invoiceNo, amountFen: 100n, takenAt: NOW, channel: 'TOP_UP_CHANNEL_COUNTER' as const, collectorId: holder.collectorId, shiftId };
      return postNumbered({ shards, directory, series }, { topUp, holder, now: NOW }, CALLER);
    },
    async reverse(accountNo: string, posting: Awaited<ReturnType<typeof postNumbered>>) {
      return post(shards.of(accountNo), directory, { accountNo, decide: (ledger, at) => decideReversal(ledger, { key: `r|${posting.postingId}`, inputHash: inputHash('r'), accountNo, topUp: posting, reason: '录错' }, { ...CALLER, at }) });
    },
    spoil: (invoiceNo: string, reason = '打印错位') =>
      claimNumber(shards, { invoiceNo, blockId: number(1), accountNo: '', topUpKey: '', topUpHash: Buffer.alloc(0), amountFen: 0n, takenAt: undefined, collectorId: 'C01', reason }, CALLER),
    states: async () => (await numbersOf(shards, state!.blocks[0]!)).map(({ serial, state: what }) => `${serial} ${what.replace('INVOICE_NO_STATE_', '')}`),
  };
}

const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;

test('a number is one top-up’s, whichever shards; the second is told whose it is, and the first’s retry gets its answer', async () => {
  const desk = openDesk();
  const first = await desk.topUp('K1', account(1), number(7));
  assert.equal(first.topUp!.invoiceNo, number(7));
  for (const other of [1, 2, 3, 4]) {
    await assert.rejects(desk.topUp(`other ${other}`, account(other), number(7)), (error) => rejectedAs('INVOICE_NO_USED')(error) && (error as Rejected).rejection.en.includes(first.postingId));
  }
  assert.equal((await desk.topUp('K1', account(1), number(7))).postingId, first.postingId);
  assert.equal((await receiptOfNumber(desk.shards, desk.series, number(7))).postingId, first.postingId);
  assert.equal(desk.shards.ledgers.reduce((count, { invoices }) => count + invoices.length, 0), 0, 'the ledger’s own numbers have no gap from it');
});

test('a number of another’s block, or of none, is refused', async () => {
  const desk = openDesk();
  await assert.rejects(desk.topUp('K1', account(1), number(21)), rejectedAs('INVOICE_NO_NOT_HELD'));
  await assert.rejects(desk.topUp('K1', account(1), number(1), { holder: { collectorId: 'C02', deviceId: '' } }), rejectedAs('INVOICE_NO_NOT_HELD'));
  await assert.rejects(desk.topUp('K1', account(1), '00-00000001'), rejectedAs('INVOICE_NO_NOT_HELD'), 'a number that the ledger itself gives out');
});

test('what cannot be posted does not use up its number', async () => {
  const desk = openDesk();
  await assert.rejects(desk.topUp('K1', '9000000001', number(1)), rejectedAs('ACCOUNT_UNKNOWN'));
  assert.deepEqual(await desk.states(), []);
  await desk.topUp('K2', account(1), number(1));
  assert.deepEqual(await desk.states(), ['1 USED']);
});

test('a void keeps its number, a spoiled one is never used, and a used one is never spoiled', async () => {
  const desk = openDesk();
  const posting = await desk.topUp('K1', account(1), number(1));
  await desk.reverse(account(1), posting);
  await assert.rejects(desk.topUp('K2', account(2), number(1)), rejectedAs('INVOICE_NO_USED'));
  await desk.spoil(number(2));
  await desk.spoil(number(2));
  await assert.rejects(desk.topUp('K3', account(2), number(2)), rejectedAs('INVOICE_NO_SPOILED'));
  await assert.rejects(desk.spoil(number(2), '又撕了'), rejectedAs('INVOICE_NO_SPOILED'));
  await assert.rejects(desk.spoil(number(1)), rejectedAs('INVOICE_NO_USED'));
  assert.deepEqual(await desk.states(), ['1 VOID', '2 SPOILED']);
  assert.deepEqual((await linesOf(desk.shards, number(1), [number(2)])).map(({ reason }) => reason), ['打印错位']);
});

test('a number whose top-up broke off is another’s for the asking, and the first can then never be posted', async () => {
  const desk = openDesk();
  await desk.topUp('K0', account(1), number(1));
  let step = 1;
  // The first is killed between the claim and the posting, wherever that is.
  for (; ; step++) {
    desk.shards.failAt(step);
    await assert.rejects(desk.topUp('K1', account(1), number(2)), /killed/);
    if ((await desk.states()).includes('2 PENDING')) break;
  }
  const second = await desk.topUp('K2', account(2), number(2));
  assert.deepEqual(await desk.states(), ['1 USED', '2 USED']);
  for (let again = 0; again < 2; again++) await assert.rejects(desk.topUp('K1', account(1), number(2)), rejectedAs('INVOICE_NO_TAKEN_OVER'));
  assert.equal((await receiptOfNumber(desk.shards, desk.series, number(2))).postingId, second.postingId);
});

test('many at once, killed anywhere and asked again: each number has one posting, each posting its number', async () => {
  const asks = fc.array(fc.record({ key: fc.integer({ min: 1, max: 6 }), account: fc.integer({ min: 1, max: 4 }), number: fc.integer({ min: 1, max: 4 }), killedAt: fc.option(fc.integer({ min: 1, max: 6 })) }), { minLength: 1, maxLength: 25 });
  await fc.assert(fc.asyncProperty(asks, async (some) => {
    const desk = openDesk();
    const acknowledged = new Set<string>();
    for (const ask of some) {
      if (ask.killedAt !== null) desk.shards.failAt(ask.killedAt);
      await desk.topUp(`K${ask.key}`, account(ask.account), number(ask.number)).then(({ postingId }) => acknowledged.add(postingId), () => undefined);
      desk.shards.failAt(0);
    }
    await Promise.allSettled(some.map((ask) => desk.topUp(`K${ask.key}`, account(ask.account), number(ask.number))));
    const posted = desk.shards.posted.filter(({ topUp }) => topUp);
    assert.equal(new Set(posted.map(({ topUp }) => topUp!.invoiceNo)).size, posted.length, 'no double');
    for (const postingId of acknowledged) assert.ok(posted.some((one) => one.postingId === postingId));
    const used = (await numbersOf(desk.shards, desk.block)).filter(({ state }) => state === 'INVOICE_NO_STATE_USED');
    assert.deepEqual(used.map(({ postingId, invoiceNo }) => `${postingId} ${invoiceNo}`).sort(), posted.map(({ postingId, topUp }) => `${postingId} ${topUp!.invoiceNo}`).sort());
  }), { numRuns: process.env['SOAK'] ? 3_000 : 150 });
});
