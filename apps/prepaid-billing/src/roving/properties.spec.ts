import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SignedRecord } from '@youdian/contracts-billing/roving';
import { account, NOON, number, openRovingDesk, short, type RovingDesk } from './testing/desk.ts';
import type { FieldDevice } from './testing/field-device.ts';

const RUNS = process.env['SOAK'] ? 2_000 : 40;
const ACCOUNTS = ['9000000001', ...[1, 2, 3, 4].map(account)];

/** A receipt for an account, some unknown; or the void of one of those before. */
const day = fc.array(fc.record({ account: fc.constantFrom(...ACCOUNTS), fen: fc.bigInt({ min: 1n, max: 9_999n }), voids: fc.option(fc.nat(), { freq: 4 }) }), { minLength: 1, maxLength: 12 });
/** How it comes in: which records in which order and batches, some twice, killed or not. */
const batch = fc.record({ of: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), killedAtRecord: fc.nat({ max: 12 }), killedAtPosting: fc.nat({ max: 12 }) });
const batches = fc.array(batch, { maxLength: 8 });

type Day = readonly { readonly account: string; readonly fen: bigint; readonly voids: number | null }[];

function work(device: FieldDevice, taken: Day, firstNumber = 1): void {
  for (const { account: no, fen, voids } of taken) {
    const receipts = device.records.filter(({ kind }) => kind === 'DEVICE_RECORD_KIND_RECEIPT');
    const open = receipts.filter(({ sequence }) => !device.records.some((other) => other.voids === sequence));
    if (voids !== null && open.length > 0) device.void(open[voids % open.length]!, NOON);
    else device.receipt(number(firstNumber + receipts.length), no, fen, NOON);
  }
}

async function bringIn(desk: RovingDesk, records: readonly SignedRecord[], how: readonly { of: number[]; killedAtRecord: number; killedAtPosting: number }[]): Promise<void> {
  for (const { of, killedAtRecord, killedAtPosting } of how) {
    desk.killAtRecord(killedAtRecord);
    desk.killAtPosting(killedAtPosting);
    await desk.sync(of.map((n) => records[n % records.length]!)).catch(() => undefined);
    desk.killAtRecord(0);
    desk.killAtPosting(0);
  }
  await desk.sync(records.toReversed());
  for (let again = 0; again < 2; again++) await desk.settleLeft();
}

const states = async (desk: RovingDesk) => (await desk.all()).map(({ sequence, status, code }) => `${sequence} ${code || short(status)}`);

test('in whatever order, twice, in parts, killed anywhere: the ledger is as if all had come once in order', async () => {
  await fc.assert(fc.asyncProperty(day, batches, async (taken, how) => {
    const [once, often] = [await openRovingDesk(), await openRovingDesk()];
    for (const desk of [once, often]) work(desk.device, taken);
    await once.sync(once.device.records);
    await bringIn(often, often.device.records, how);
    assert.deepEqual(await states(often), await states(once));
    assert.deepEqual(await often.ledger(), await once.ledger());
    assert.deepEqual(often.shards.posted.filter(({ topUp, reversal }) => topUp ?? reversal).length, once.shards.posted.filter(({ topUp, reversal }) => topUp ?? reversal).length);
  }), { numRuns: RUNS });
});

test('from a restored backup that went on: each sequence and each number has one effect, and nothing that was signed is lost', async () => {
  await fc.assert(fc.asyncProperty(day, day, fc.nat(), batches, async (taken, later, at, how) => {
    const desk = await openRovingDesk();
    const { device } = desk;
    work(device, taken);
    const restored = device.restored(at % device.records.length);
    work(restored, later);
    const signed = [...device.records, ...restored.records];
    await bringIn(desk, signed, how);
    const all = await desk.all();
    assert.deepEqual(all.map(({ sequence }) => sequence), Array.from({ length: Math.max(device.records.length, restored.records.length) }, (_, n) => n + 1));
    const signatures = new Set(signed.map(({ signature }) => signature));
    assert.deepEqual(new Set(all.flatMap((record) => [record, ...record.forks]).map(({ signature }) => signature)), signatures);
    const posted = all.filter(({ postingId }) => postingId !== '');
    const cashFen = posted.reduce((sumFen, { kind, amountFen }) => (kind === 'DEVICE_RECORD_KIND_VOID' ? sumFen - amountFen : sumFen + amountFen), 0n);
    const ledger = await desk.ledger();
    assert.equal(ledger.cashFen, cashFen);
    const receipts = posted.filter(({ kind }) => kind === 'DEVICE_RECORD_KIND_RECEIPT');
    assert.equal(new Set(receipts.map(({ invoiceNo }) => invoiceNo)).size, receipts.length);
    assert.equal(desk.shards.posted.filter(({ topUp }) => topUp).length, receipts.length);
  }), { numRuns: RUNS });
});

const odd = fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map((some) => some.replaceAll(' ', '')), fc.constantFrom('', '0000000001', '9000000001', number(1), number(2), number(61), 'C01', 'C02', 'C01.2026-03-02.1', 'C01.:', '__proto__', '01-00000001'));
const signedByDevice = fc.record({
  sequence: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })), kind: fc.constantFrom('DEVICE_RECORD_KIND_RECEIPT' as const, 'DEVICE_RECORD_KIND_VOID' as const),
  previous: fc.constantFrom('0'.repeat(64), 'ab'.repeat(32)), invoiceNo: odd, accountNo: odd, amountFen: fc.oneof(fc.constantFrom(1n, 100n, 2n ** 63n - 1n), fc.bigInt({ min: 1n, max: 10n ** 12n })),
  takenAt: fc.date({ min: new Date(0), noInvalidDate: true }), collectorId: fc.oneof(fc.constant('C01'), odd), shiftId: fc.oneof(fc.constant(''), odd), voids: fc.nat({ max: 4 }),
});

test('whatever a device has signed, each record gets an answer that a person can act on, and none holds up another', async () => {
  await fc.assert(fc.asyncProperty(fc.array(signedByDevice, { maxLength: 10 }), async (some) => {
    const desk = await openRovingDesk();
    const good = desk.device.receipt(number(9), account(5), 77n, NOON);
    const { answers } = await desk.sync([...some.map((facts) => desk.device.signed({ ...facts, sequence: facts.sequence + 1 })), good]);
    assert.deepEqual(answers.at(-1)!.status, 'DEVICE_RECORD_STATUS_POSTED');
    for (const { status, code, zh, en, kept } of answers) {
      assert.ok(kept);
      if (status !== 'DEVICE_RECORD_STATUS_POSTED') assert.ok(/^[A-Z_]+$/.test(code) && /[\u4e00-\u9fff]/.test(zh) && /[a-z]{2}/.test(en), code);
    }
    const voids = desk.shards.posted.reduce((sumFen, { reversal }) => sumFen + (reversal?.amountFen ?? 0n), 0n);
    assert.equal((await desk.ledger()).cashFen, desk.shards.posted.reduce((sumFen, { topUp }) => sumFen + (topUp?.amountFen ?? 0n), 0n) - voids);
  }), { numRuns: RUNS * 3 });
});
