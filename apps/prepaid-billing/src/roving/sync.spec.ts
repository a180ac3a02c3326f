import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { settleRecord, type Outcome } from './records/decide.ts';
import { evolve, type Recorded } from './records/state.ts';
import { recordForked } from './rejections.ts';
import { account, by, NOON, number, openRovingDesk, outcomes, short } from './testing/desk.ts';
import { FieldDevice } from './testing/field-device.ts';

const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;

test('a team comes back: each receipt is a top-up with its own number, and a void takes its receipt back', async () => {
  const { device, sync, ledger } = await openRovingDesk();
  device.receipt(number(1), account(1), 5_000n, NOON);
  const second = device.receipt(number(2), account(2), 3_000n, NOON);
  device.void(second, NOON);
  const answer = await sync(device.records);
  assert.deepEqual(outcomes(answer), ['POSTED', 'POSTED', 'POSTED']);
  assert.deepEqual([answer.through, answer.highest, answer.missing], [3, 3, []]);
  assert.deepEqual(await ledger(), {
    accounts: [`${account(1)} 5000`, `${account(2)} 0`], cashFen: 5_000n,
    numbers: [`1 INVOICE_NO_STATE_USED ${account(1)} 5000`, `2 INVOICE_NO_STATE_VOID ${account(2)} 3000`],
  });
});

test('the same again is a duplicate with the first answer; what is missing is told', async () => {
  const { device, sync } = await openRovingDesk();
  for (const n of [1, 2, 3, 4, 5]) device.receipt(number(n), account(n), 100n, NOON);
  const first = await sync([device.records[3]!]);
  assert.deepEqual([first.through, first.highest, first.missing], [0, 4, [{ from: 1, to: 3 }]]);
  const again = await sync([device.records[3]!, device.records[0]!]);
  assert.deepEqual(outcomes(again), ['POSTED again', 'POSTED']);
  assert.equal(again.answers[0]!.postingId, first.answers[0]!.postingId);
  assert.deepEqual([again.through, again.highest, again.missing], [1, 4, [{ from: 2, to: 3 }]]);
  assert.deepEqual((await sync(device.records)).through, 5);
});

test('a void that comes before its receipt waits for it', async () => {
  const { device, sync, settleLeft, ledger, all } = await openRovingDesk();
  const receipt = device.receipt(number(1), account(1), 700n, NOON);
  const taken = device.void(receipt, NOON);
  assert.deepEqual(outcomes(await sync([taken])), ['RECEIPT_NOT_SYNCED']);
  await sync([receipt]);
  await settleLeft();
  assert.deepEqual((await all()).map(({ status }) => status), ['DEVICE_RECORD_STATUS_POSTED', 'DEVICE_RECORD_STATUS_POSTED']);
  assert.equal((await ledger()).cashFen, 0n);
});

test('what cannot be posted is kept with its reason, and holds up nothing; a manager has it tried again', async () => {
  const { device, sync, ask, ledger, all } = await openRovingDesk();
  device.receipt(number(1), '9000000001', 100n, NOON);
  device.receipt(number(99), account(1), 100n, NOON);
  device.receipt(number(2), 'abc', 100n, NOON);
  device.receipt(number(3), account(1), 10n ** 12n, NOON);
  device.receipt(number(4), account(2), 100n, NOON);
  assert.deepEqual(outcomes(await sync(device.records)), ['ACCOUNT_UNKNOWN', 'INVOICE_NO_NOT_HELD', 'ACCOUNT_NO_INVALID', 'AMOUNT_TOO_LARGE', 'POSTED']);
  const { records } = await ask('listDeviceRecords', { deviceId: 'D1', openOnly: true, fromSequence: 0, pageSize: 0 }, by('cashier:C01'));
  assert.deepEqual(records.map(({ sequence }: { sequence: number }) => sequence), [1, 2, 3, 4]);
  const approve = (sequence: number, actor: string) => ask('decideDeviceRecord', { deviceId: 'D1', sequence, approve: true, reason: '已补建档' }, by(actor));
  await assert.rejects(approve(1, 'manager:C01'), rejectedAs('SECOND_PERSON_NEEDED'));
  assert.deepEqual([(await approve(1, 'manager:M02')).record].map(({ status, code, decidedBy }) => [status, code, decidedBy]), [['DEVICE_RECORD_STATUS_REFUSED', 'ACCOUNT_UNKNOWN', 'manager:M02']]);
  await assert.rejects(approve(5, 'manager:M02'), rejectedAs('NOTHING_TO_DECIDE'));
  assert.equal((await ledger()).cashFen, 100n);
  assert.equal((await all()).length, 5);
});

test('of two that settle a record at the same time, who has it posted is right, whoever is first', async () => {
  const { device, sync, all } = await openRovingDesk();
  device.receipt(number(1), '9000000001', 100n, NOON);
  await sync(device.records);
  const [refused] = await all() as [Recorded];
  const [posted, other] = [{ status: 'DEVICE_RECORD_STATUS_POSTED', postingId: '01-1' }, { status: 'DEVICE_RECORD_STATUS_REFUSED', why: recordForked }] as const;
  const then = (record: Recorded, outcome: Outcome) => settleRecord(record, outcome, NOON).reduce<Recorded | undefined>(evolve, record)!;
  assert.deepEqual([then(refused, posted), then(then(refused, posted), other)].map(({ status, postingId, code }) => [short(status), postingId, code]), [['POSTED', '01-1', ''], ['POSTED', '01-1', '']]);
  assert.equal(then(refused, other).code, 'ACCOUNT_UNKNOWN');
});

test('a receipt that was refused and then taken back on the device can never be posted any more', async () => {
  const { device, sync, ask, ledger, all } = await openRovingDesk();
  const receipt = device.receipt(number(1), '9000000001', 100n, NOON);
  await sync([receipt]);
  assert.deepEqual(outcomes(await sync([device.void(receipt, NOON)])), ['POSTED']);
  assert.deepEqual((await all()).map(({ code }) => code), ['TAKEN_BACK', '']);
  await assert.rejects(ask('decideDeviceRecord', { deviceId: 'D1', sequence: 1, approve: true, reason: '补' }, by('manager:M02')), rejectedAs('NOTHING_TO_DECIDE'));
  const { accounts, numbers } = await ledger();
  assert.deepEqual([accounts, numbers], [[], ['1 INVOICE_NO_STATE_SPOILED  0']], 'a void keeps its number');
});

test('what the device did not sign is not even kept', async () => {
  const { device, sync, all } = await openRovingDesk();
  const record = device.receipt(number(1), account(1), 100n, NOON);
  const other = new FieldDevice({ ...device.options, seed: Buffer.alloc(32, 8) }).receipt(number(1), account(1), 100n, NOON);
  const changed = [{ ...record, amountFen: 999n }, { ...record, accountNo: account(2) }, { ...record, sequence: 2 }, { ...record, signature: '' }, other];
  assert.deepEqual(outcomes(await sync(changed)), Array.from(changed, () => 'SIGNATURE_INVALID'));
  assert.deepEqual(outcomes(await sync([{ ...record, takenAt: undefined }, { ...record, previous: 'x' }, { ...record, sequence: 0 }])), ['RECORD_INVALID', 'RECORD_INVALID', 'RECORD_INVALID']);
  assert.deepEqual(await all(), []);
});

test('a void takes back an earlier receipt, just as it was, and but once', async () => {
  const { device, sync, ledger } = await openRovingDesk();
  const receipt = device.receipt(number(1), account(1), 100n, NOON);
  const voided = device.void(receipt, NOON);
  device.void({ ...receipt, amountFen: 99n }, NOON);
  device.void({ ...receipt, sequence: 9 }, NOON);
  device.void(voided, NOON);
  device.void(receipt, NOON);
  assert.deepEqual(outcomes(await sync(device.records)), ['POSTED', 'POSTED', 'VOID_MISMATCH', 'VOID_MISMATCH', 'VOID_MISMATCH', 'ALREADY_REVERSED']);
  assert.equal((await ledger()).cashFen, 0n);
});

test('a device restored from a backup: what it signed before comes again; what it signs anew under old sequences is a fork, kept and without effect', async () => {
  const { device, sync, ledger, all, ask } = await openRovingDesk();
  for (const n of [1, 2, 3]) device.receipt(number(n), account(n), 100n, NOON);
  await sync(device.records);
  const restored = device.restored(2);
  restored.receipt(number(3), account(7), 555n, NOON);
  restored.receipt(number(4), account(8), 600n, NOON);
  assert.deepEqual(outcomes(await sync(restored.records)), ['POSTED again', 'POSTED again', 'RECORD_FORKED', 'POSTED']);
  assert.deepEqual(outcomes(await sync(restored.records)), ['POSTED again', 'POSTED again', 'RECORD_FORKED again', 'POSTED again']);
  assert.deepEqual((await all()).map(({ sequence, forks }) => [sequence, forks.map(({ amountFen }) => amountFen)]), [[1, []], [2, []], [3, [555n]], [4, []]]);
  assert.equal((await ledger()).cashFen, 900n);
  const { records } = await ask('listDeviceRecords', { deviceId: 'D1', openOnly: true, fromSequence: 0, pageSize: 0 }, by('cashier:C01'));
  assert.deepEqual(records.map(({ sequence, forked, unchained }: { sequence: number; forked: boolean; unchained: boolean }) => [sequence, forked, unchained]), [[3, false, false], [3, true, false], [4, false, true]]);
});

test('a record that never came shows in the chain, though its sequence was used again', async () => {
  const { device, sync, all } = await openRovingDesk();
  for (const n of [1, 2, 3]) device.receipt(number(n), account(n), 100n, NOON);
  const restored = device.restored(1);
  restored.receipt(number(4), account(4), 400n, NOON);
  const [first, , third] = device.records;
  await sync([third!]);
  assert.deepEqual((await sync([first!, restored.records[1]!])).missing, []);
  assert.deepEqual((await all()).map(({ sequence, unchained, open }) => [sequence, unchained, open]), [[1, false, false], [2, false, false], [3, true, true]]);
});

test('a restored device that uses a number again under a new sequence is told whose it is', async () => {
  const { device, sync, ledger } = await openRovingDesk();
  device.receipt(number(1), account(1), 100n, NOON);
  device.receipt(number(1), account(2), 200n, NOON);
  assert.deepEqual(outcomes(await sync(device.records)), ['POSTED', 'INVOICE_NO_USED']);
  assert.equal((await ledger()).cashFen, 100n);
});

test('a device’s clock that is wrong costs nobody his money', async () => {
  const { device, sync, shards } = await openRovingDesk();
  device.receipt(number(1), account(1), 100n, new Date(0));
  device.receipt(number(2), account(2), 100n, new Date('2031-01-01T00:00:00Z'));
  device.receipt(number(3), account(3), 100n, new Date('2026-03-01T04:00:00Z'));
  assert.deepEqual(outcomes(await sync(device.records)), ['POSTED', 'POSTED', 'POSTED']);
  assert.deepEqual(shards.posted.flatMap(({ topUp }) => topUp?.takenAt ?? []).map((at) => at.toISOString()).sort(), ['2026-03-01T04:00:00.000Z', NOON.toISOString(), NOON.toISOString()]);
});

test('only its collector, or a manager, brings a device’s records in; and they are the collector’s', async () => {
  const { device, sync, shards } = await openRovingDesk();
  device.receipt(number(1), account(1), 100n, NOON);
  await assert.rejects(sync(device.records, 'cashier:C02'), rejectedAs('NOT_YOUR_DEVICE'));
  assert.deepEqual(outcomes(await sync(device.records, 'manager:M01')), ['POSTED']);
  assert.equal(shards.posted.find(({ topUp }) => topUp)!.topUp!.collectorId, 'C01');
  await assert.rejects(sync(Array.from({ length: 501 }, () => device.records[0]!)), rejectedAs('TOO_MANY_RECORDS'));
});
