import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceCount } from '@youdian/contracts-billing/events';
import { Rejected } from '@youdian/rejection';
import { account, by, NOON, number, openRovingDesk, outcomes, short, type RovingDesk } from './testing/desk.ts';
import { FieldDevice } from './testing/field-device.ts';

const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;
let keys = 0;
const call = (actor: string) => by(actor, `k${++keys}`);

/** A collector of the team in a shift, with the device that signs for it. */
async function inShift() {
  const desk = await openRovingDesk();
  const { shift } = await desk.close('openShift', { outletId: 'HALL-1', teamId: 'T1', floatFen: 0n }, call('cashier:C01'));
  return { ...desk, shiftId: shift.shiftId as string, device: new FieldDevice({ ...desk.device.options, shiftId: shift.shiftId }) };
}

/** The collector has so much paper and cash, and a device that shows its last sequence, or all that it signed. */
async function closeShift({ close, shiftId }: Awaited<ReturnType<typeof inShift>>, { count, fen, highest = 0, shown, lines = [] }: { count: number; fen: bigint; highest?: number; shown?: DeviceCount; lines?: object[] }) {
  const slips = fen === 0n ? [] : [{ slipNo: 'S1', bank: '农行', bankAccount: '', paidInBy: '', amountFen: fen, depositedAt: NOON }];
  const declared = { invoiceCount: BigInt(count), voidCount: 0n, invoiceFen: fen, countedCashFen: fen, slips, devices: [shown ?? { deviceId: 'D1', highestSequence: highest }] };
  await close('closeShift', { shiftId, declared, invoices: { allListed: false, lines, withoutPaper: [] } }, call('cashier:C01'));
}

async function explained({ close, shiftId }: Pick<Awaited<ReturnType<typeof inShift>>, 'close' | 'shiftId'>) {
  const { differences, takenFen } = await close('explainShift', { shiftId }, call('cashier:C01'));
  return { takenFen, differences, told: differences.map(({ kind, amountFen, invoiceNos }: any) => [kind, amountFen, ...invoiceNos]) };
}

test('what a device brought in is in its shift, and closes to zero', async () => {
  const day = await inShift();
  for (const n of [1, 2, 3]) day.device.receipt(number(n), account(n), 100n, NOON);
  assert.deepEqual(outcomes(await day.sync(day.device.records)), ['POSTED', 'POSTED', 'POSTED']);
  await closeShift(day, { count: 3, fen: 300n, highest: 3 });
  assert.deepEqual((await explained(day)).told, []);
});

test('a shift is closed to zero the moment its device has brought all in, though what came is not found yet', async () => {
  const day = await inShift();
  day.fallBehind();
  for (const n of [1, 2, 3]) day.device.receipt(number(n), account(n), 100n, NOON);
  assert.deepEqual(outcomes(await day.sync(day.device.records)), ['POSTED', 'POSTED', 'POSTED']);
  const { inShift: came } = await day.ask('getDevice', { deviceId: 'D1' }, call('cashier:C01'));
  assert.deepEqual([came.receiptCount, came.receiptFen], [3, 300n], 'so the device is told');
  await closeShift(day, { count: 3, fen: 300n, shown: day.device.shown });
  assert.deepEqual((await explained(day)).told, []);
});

test('what it signed and did not bring in is told at the close, and by its paper to the line; once it comes, by itself', async () => {
  const day = await inShift();
  for (const n of [1, 2, 3, 4]) day.device.receipt(number(n), account(n), 100n, NOON);
  const [first, second, third, fourth] = day.device.records;
  await day.sync([first!, third!]);
  const line = { invoiceNo: number(4), accountNo: account(4), amountFen: 100n, voided: false, takenAt: undefined };
  await closeShift(day, { count: 4, fen: 400n, highest: 4, lines: [line, { ...line, invoiceNo: number(2), accountNo: account(2) }] });
  const { told, takenFen, differences } = await explained(day);
  assert.deepEqual(told, [['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(2)], ['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(4)], ['OFFLINE_RECEIPT_NOT_SYNCED', 0n]]);
  assert.match(differences.at(-1).en, /D1 signed under 2, 4 /);
  assert.equal(takenFen, 400n);
  assert.deepEqual(outcomes(await day.sync([second!, fourth!])), ['SHIFT_CLOSED', 'SHIFT_CLOSED']);
  assert.deepEqual((await explained(day)).told, told.slice(0, 2), 'all has come, and its money waits for a correction');
  assert.deepEqual((await day.all()).map(({ status }) => short(status)), ['POSTED', 'HELD', 'POSTED', 'HELD']);
});

test('what the device shows tells how much did not come, number and sum, though nobody lists its paper', async () => {
  const day = await inShift();
  for (const n of [1, 2, 3, 4]) day.device.receipt(number(n), account(n), 100n, NOON);
  const [first, second, third, fourth] = day.device.records;
  await day.sync([first!, third!]);
  await closeShift(day, { count: 4, fen: 400n, shown: day.device.shown });
  const { told, takenFen, differences } = await explained(day);
  assert.deepEqual([told, takenFen], [[['OFFLINE_RECEIPT_NOT_SYNCED', 200n], ['INVOICE_GAP', 0n, number(2)]], 400n]);
  assert.deepEqual([differences[0].deviceRecords, differences[0].explains], [['D1.2', 'D1.4'], [{ side: 'records', offFen: -200n }]]);
  assert.equal(differences[0].en, 'What device D1 signed under 2, 4 (2 records) was not synced: by its declaration this shift lacks 2 receipts over 2.00 yuan and 0 voids over 0.00 yuan.');
  assert.match(differences[0].zh, /第 2、4 条（共 2 条）尚未同步：按终端申报，本班缺收据 2 张共 2\.00 元/);
  await day.sync([second!, fourth!]);
  assert.deepEqual((await explained(day)).told.filter(([kind]: string[]) => kind === 'OFFLINE_RECEIPT_NOT_SYNCED'), [['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(2)], ['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(4)]]);
});

test('paper that was counted and not listed is explained by what came and could not be posted, and by what did not come', async () => {
  const day = await inShift();
  for (const no of [account(1), '9000000001', account(3)]) day.device.receipt(number(day.device.records.length + 1), no, 100n, NOON);
  await day.sync(day.device.records.slice(0, 2));
  await closeShift(day, { count: 3, fen: 300n, shown: day.device.shown });
  const { told, takenFen, differences } = await explained(day);
  assert.deepEqual([told, takenFen], [[['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(2)], ['OFFLINE_RECEIPT_NOT_SYNCED', 100n]], 300n]);
  assert.deepEqual(differences.map(({ explains }: any) => explains), [[{ side: 'records', offFen: -100n }], [{ side: 'records', offFen: -100n }]]);
});

test('what the paper lists of it is told by its line, and only the rest by the device', async () => {
  const day = await inShift();
  for (const n of [1, 2, 3]) day.device.receipt(number(n), account(n), 100n, NOON);
  await day.sync(day.device.records.slice(0, 1));
  await closeShift(day, { count: 3, fen: 300n, shown: day.device.shown, lines: [{ invoiceNo: number(2), accountNo: account(2), amountFen: 100n, voided: false, takenAt: undefined }] });
  const { told, takenFen, differences } = await explained(day);
  assert.deepEqual([told, takenFen], [[['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(2)], ['OFFLINE_RECEIPT_NOT_SYNCED', 100n]], 300n]);
  assert.match(differences[1].en, /lacks 2 receipts over 2.00 yuan and 0 voids over 0.00 yuan \(of which the paper lists 1 receipt over 1.00 yuan/);
});

test('a void that was not synced is money that went back', async () => {
  const day = await inShift();
  for (const n of [1, 2]) day.device.receipt(number(n), account(n), 100n, NOON);
  await day.sync(day.device.records);
  day.device.void(day.device.records[0]!, NOON);
  // The void keeps its number: two were used, one of them void.
  const declared = { invoiceCount: 2n, voidCount: 1n, invoiceFen: 100n, countedCashFen: 100n, slips: [{ slipNo: 'S1', bank: '农行', bankAccount: '', paidInBy: '', amountFen: 100n, depositedAt: NOON }], devices: [day.device.shown] };
  await day.close('closeShift', { shiftId: day.shiftId, declared, invoices: { allListed: false, lines: [], withoutPaper: [] } }, call('cashier:C01'));
  const { told, takenFen, differences } = await explained(day);
  assert.deepEqual([told, takenFen, differences[0].explains], [[['OFFLINE_RECEIPT_NOT_SYNCED', 100n]], 100n, [{ side: 'records', offFen: 100n }]]);
});

test('a device that is declared over another sum than came is a difference of its own, until two have looked at it', async () => {
  const day = await inShift();
  for (const n of [1, 2]) day.device.receipt(number(n), account(n), 100n, NOON);
  await day.sync(day.device.records);
  const { shown } = day.device;
  await closeShift(day, { count: 2, fen: 200n, shown: { ...shown, signed: { ...shown.signed!, receiptFen: 250n } } });
  const { told, differences } = await explained(day);
  assert.deepEqual([told, differences[0].explains, differences[0].deviceRecords], [[['DEVICE_MISDECLARED', 50n]], [], ['D1.2']]);
  assert.match(differences[0].en, /declared up to number 2 with 2 receipts over 2.50 yuan .*what came of it is 2 receipts over 2.00 yuan .*all records have come\.$/);
  const { differenceId } = differences[0];
  await day.close('proposeCorrection', { shiftId: day.shiftId, differenceId }, call('cashier:C01'));
  await day.close('decideCorrection', { shiftId: day.shiftId, differenceId, approve: true, reason: '抄错' }, call('manager:M02'));
  const { shift } = await day.close('signOffShift', { shiftId: day.shiftId, reason: '' }, call('cashier:C02'));
  assert.equal(shift.status, 'SHIFT_STATUS_SIGNED_OFF');
});

test('a device that is declared up to an earlier record than had come says so; one that was set back to a backup shows what forked', async () => {
  const day = await inShift();
  for (const n of [1, 2]) day.device.receipt(number(n), account(n), 100n, NOON);
  await day.sync(day.device.records);
  const restored = day.device.restored(1);
  const early = restored.shown;
  restored.receipt(number(3), account(3), 150n, NOON);
  await day.sync(restored.records);
  await closeShift(day, { count: 2, fen: 200n, shown: early });
  assert.match((await explained(day)).differences.find(({ kind }: any) => kind === 'DEVICE_MISDECLARED').en, /; number 2 had come before the close\./);
  const other = await inShift();
  for (const n of [1, 2]) other.device.receipt(number(n), account(n), 100n, NOON);
  await other.sync([...other.device.records, ...other.device.restored(1).records]);
  const gone = other.device.restored(1);
  gone.receipt(number(3), account(3), 150n, NOON);
  await other.sync(gone.records);
  await closeShift(other, { count: 2, fen: 200n, shown: gone.shown });
  assert.match((await explained(other)).differences.find(({ kind }: any) => kind === 'DEVICE_MISDECLARED').en, /; other records came under 2 as well\./);
});

test('what came after the close and had been taken back on the device is nobody’s money', async () => {
  const day = await inShift();
  day.device.void(day.device.receipt(number(1), account(1), 100n, NOON), NOON);
  await closeShift(day, { count: 0, fen: 0n, highest: 2 });
  assert.deepEqual((await explained(day)).told, [['OFFLINE_RECEIPT_NOT_SYNCED', 0n]]);
  assert.deepEqual(outcomes(await day.sync(day.device.records)), ['SHIFT_CLOSED', 'RECEIPT_NOT_SYNCED']);
  assert.deepEqual((await explained(day)).told, []);
});

test('a correction of the closed shift brings the money in, and the record cannot bring it in again', async () => {
  const day = await inShift();
  day.device.receipt(number(1), account(1), 100n, NOON);
  await closeShift(day, { count: 1, fen: 100n, highest: 1, lines: [] });
  await day.sync(day.device.records);
  const { differences } = await explained(day);
  const { differenceId } = differences.find(({ invoiceNos }: any) => invoiceNos[0] === number(1));
  await day.close('proposeCorrection', { shiftId: day.shiftId, differenceId }, call('cashier:C01'));
  await day.close('decideCorrection', { shiftId: day.shiftId, differenceId, approve: true, reason: '存根在' }, call('manager:M02'));
  assert.deepEqual((await day.ledger()).accounts, [`${account(1)} 100`]);
  const approve = () => day.ask('decideDeviceRecord', { deviceId: 'D1', sequence: 1, approve: true, reason: '补' }, call('manager:M02'));
  await assert.rejects(approve(), rejectedAs('CORRECT_IN_SHIFT'));
  await day.close('signOffShift', { shiftId: day.shiftId, reason: '已更正' }, call('manager:M02'));
  await assert.rejects(approve(), rejectedAs('CORRECTED_ALREADY'));
  assert.deepEqual((await day.ledger()).accounts, [`${account(1)} 100`]);
});

test('what comes after the sign-off and no correction brought in is let in by a second person, into no shift', async () => {
  const day = await inShift();
  day.device.receipt(number(1), account(1), 100n, NOON);
  await closeShift(day, { count: 0, fen: 0n, highest: 0 });
  await day.close('signOffShift', { shiftId: day.shiftId, reason: '设备遗失' }, call('manager:M02'));
  assert.deepEqual(outcomes(await day.sync(day.device.records)), ['SHIFT_CLOSED']);
  const { record } = await day.ask('decideDeviceRecord', { deviceId: 'D1', sequence: 1, approve: true, reason: '存根在' }, call('manager:M02'));
  assert.equal(record.status, 'DEVICE_RECORD_STATUS_POSTED');
  assert.deepEqual(day.shards.posted.flatMap(({ topUp, shiftId }) => (topUp ? [shiftId] : [])), ['']);
});

test('money that no account can take is in the collector’s day all the same', async () => {
  const day = await inShift();
  day.device.receipt(number(1), '9000000001', 100n, NOON);
  const taken = day.device.receipt(number(2), '9000000002', 700n, NOON);
  day.device.void(taken, NOON);
  await day.sync(day.device.records);
  await closeShift(day, { count: 1, fen: 100n, highest: 3, lines: [{ invoiceNo: number(1), accountNo: '9000000001', amountFen: 100n, voided: false, takenAt: undefined }] });
  const { told, differences, takenFen } = await explained(day);
  assert.deepEqual([told, takenFen], [[['OFFLINE_RECEIPT_NOT_SYNCED', 100n, number(1)]], 100n]);
  const { differenceId } = differences[0];
  await day.close('proposeCorrection', { shiftId: day.shiftId, differenceId }, call('cashier:C01'));
  await day.close('decideCorrection', { shiftId: day.shiftId, differenceId, approve: true, reason: '待查户号' }, call('manager:M02'));
  assert.equal(day.shards.ledgers.reduce((sumFen, { totals }) => sumFen + (totals.get('suspense:account-unknown') ?? 0n), 0n), -100n);
});

test('a record for a shift of somebody else, or of none, is refused; one without a shift is for the one that is open', async () => {
  const day = await inShift();
  const strangers = ['C02.2026-03-02.1', 'C01.2026-03-02.9', 'C01.:'].map((shiftId, n) => new FieldDevice({ ...day.device.options, shiftId }, day.device.restored(0).records).signed({ ...blank(n + 1), shiftId }));
  assert.deepEqual(outcomes(await day.sync(strangers)), ['OTHER_SHIFT', 'OTHER_SHIFT', 'OTHER_SHIFT']);
  await day.sync([day.device.signed({ ...blank(4), shiftId: '' })]);
  assert.deepEqual(day.shards.posted.flatMap(({ topUp, shiftId }) => (topUp ? [shiftId] : [])), [day.shiftId]);
});

function blank(sequence: number): Parameters<RovingDesk['device']['signed']>[0] {
  return { sequence, kind: 'DEVICE_RECORD_KIND_RECEIPT', previous: '0'.repeat(64), invoiceNo: number(sequence), accountNo: account(1), amountFen: 100n, takenAt: NOON, collectorId: 'C01', shiftId: '', voids: 0 };
}
