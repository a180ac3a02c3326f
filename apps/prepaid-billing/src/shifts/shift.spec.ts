import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BankSlip, ShiftDeclaration, ShiftRecords } from '@youdian/contracts-billing/events';
import { DeclaredInvoices } from '@youdian/contracts-billing/shifts';
import { isRejection } from '@youdian/rejection';
import { checkClosing, closeShift, fileSlips, openShift, recountInvoices, signOffShift } from './decide.ts';
import { evolve, slipsOfFiling, type Shift, type ShiftEvent } from './state.ts';
import { sumsOf, totalOf, totalsBy } from './sums.ts';

const MORNING = new Date('2026-03-02T01:00:00Z');
const EVENING = new Date('2026-03-02T10:00:00Z');
const OPENING = { shiftId: 'C01.2026-03-02.1', collectorId: 'C01', outletId: 'HALL-1', teamId: 'TEAM-1', day: '2026-03-02', floatFen: 20_000n, key: 'k' };
const RECORDS: ShiftRecords = { topUpCount: 3n, topUpFen: 60_000n, reversedCount: 1n, reversedFen: 10_000n };
const slip = (amountFen: bigint, slipNo = 'S1'): BankSlip => ({ slipNo, bank: '农行', amountFen, depositedAt: EVENING, bankAccount: '6222', paidInBy: '' });
const AS_RECORDED = DeclaredInvoices.fromPartial({});
const DECLARED: ShiftDeclaration = { invoiceCount: 3n, voidCount: 1n, invoiceFen: 50_000n, countedCashFen: 70_000n, slips: [slip(30_000n), slip(20_000n, 'S2')], devices: [] };

const after = (shift: Shift | undefined, events: ReturnType<typeof openShift>): Shift => (events as ShiftEvent[]).reduce<Shift | undefined>(evolve, shift)!;
const codeOf = (outcome: unknown) => (isRejection(outcome) ? outcome.code : undefined);
const opened = (more: Partial<typeof OPENING> = {}) => after(undefined, openShift(undefined, { ...OPENING, ...more }, MORNING));
const closed = (declared = DECLARED, records = RECORDS, more: Partial<typeof OPENING> = {}) => after(opened(more), closeShift(opened(more), { declared, invoices: AS_RECORDED }, records, EVENING));
const SUPERVISOR = { role: 'manager', id: 'M01', name: 'manager:M01' };

test('a shift opens with a float at an outlet', () => {
  assert.equal(opened().status, 'SHIFT_STATUS_OPEN');
  assert.equal(codeOf(openShift(opened(), OPENING, MORNING)), 'SHIFT_STILL_OPEN');
  assert.equal(codeOf(openShift(undefined, { ...OPENING, outletId: '' }, MORNING)), 'PLACE_INVALID');
  assert.equal(codeOf(openShift(undefined, { ...OPENING, floatFen: -1n }, MORNING)), 'AMOUNT_INVALID');
});

test('invoices, records and bank slips that are one sum close to zero', () => {
  assert.deepEqual(sumsOf(closed()), {
    invoicesFen: 50_000n, recordsFen: 50_000n, slipsFen: 50_000n, invoicesLessRecordsFen: 0n, recordsLessSlipsFen: 0n, cashOverFen: 0n,
    invoiceCountDifference: 0n, voidCountDifference: 0n, balanced: true,
  });
  assert.equal(sumsOf(opened()), undefined);
});

test('each side that differs is named: a missing invoice, money not banked, cash too little in the till', () => {
  const invoice = sumsOf(closed({ ...DECLARED, invoiceFen: 40_000n, invoiceCount: 2n }))!;
  assert.deepEqual([invoice.invoicesLessRecordsFen, invoice.invoiceCountDifference, invoice.balanced], [-10_000n, -1n, false]);
  const banked = sumsOf(closed({ ...DECLARED, slips: [slip(30_000n)] }))!;
  assert.deepEqual([banked.recordsLessSlipsFen, banked.cashOverFen, banked.balanced], [20_000n, 0n, false], 'still in the till, but not at the bank');
  const short = sumsOf(closed({ ...DECLARED, countedCashFen: 69_900n }))!;
  assert.deepEqual([short.cashOverFen, short.balanced], [-100n, false]);
});

test('a collector closes only his or her own shift, with slips that can be', () => {
  const check = (declared: Partial<ShiftDeclaration>, collectorId = 'C01') => checkClosing(opened(), collectorId, { declared: { ...DECLARED, ...declared }, invoices: AS_RECORDED }, EVENING)?.code;
  assert.equal(check({}), undefined);
  assert.equal(check({}, 'C02'), 'NOT_YOUR_SHIFT');
  assert.equal(check({ slips: [slip(1n), slip(2n)] }), 'SLIP_INVALID', 'the same number twice');
  assert.equal(check({ slips: [slip(0n)] }), 'SLIP_INVALID');
  assert.equal(check({ slips: [{ ...slip(1n), depositedAt: new Date(EVENING.getTime() + 1) }] }), 'SLIP_INVALID', 'banked in the future');
  assert.equal(check({ countedCashFen: -1n }), 'AMOUNT_INVALID');
  assert.equal(check({ floatReturnedFen: -1n }), 'AMOUNT_INVALID');
  assert.equal(check({ slips: [{ ...slip(1n), paidInBy: 'a|b' }] }), 'SLIP_INVALID');
  const devices = (...counts: readonly [string, number][]) => check({ devices: counts.map(([deviceId, highestSequence]) => ({ deviceId, highestSequence, signed: undefined })) });
  assert.equal(devices(['D1', 0], ['D2', 7]), undefined);
  for (const wrong of [devices(['D1', -1]), devices(['D:1', 1]), devices(['D1', 1], ['D1', 2]), devices(...Array.from({ length: 21 }, (_, n): [string, number] => [`D${n}`, 1]))]) assert.equal(wrong, 'DEVICE_COUNT_INVALID');
  const signed = (receiptCount: number, receiptFen: bigint, voidCount: number, voidFen: bigint) => check({ devices: [{ deviceId: 'D1', highestSequence: 7, signed: { receiptCount, receiptFen, voidCount, voidFen } }] });
  for (const good of [signed(0, 0n, 0, 0n), signed(5, 500n, 2, 2n)]) assert.equal(good, undefined);
  for (const wrong of [signed(6, 500n, 2, 200n), signed(-1, 0n, 0, 0n), signed(0, 1n, 0, 0n), signed(2, 1n, 0, 0n), signed(1, -1n, 0, 0n), signed(1, 100n, 1, 0n), signed(1, 10n ** 12n, 0, 0n)]) assert.equal(wrong, 'DEVICE_TOTALS_INVALID');
  assert.equal(codeOf(closeShift(closed(), { declared: DECLARED, invoices: AS_RECORDED }, RECORDS, EVENING)), 'SHIFT_NOT_OPEN');
});

test('slips that came after the close are filed by its collector until it is signed off, no number twice', () => {
  const file = (shift: Shift, slips: BankSlip[], collectorId = 'C01') => codeOf(fileSlips(shift, collectorId, slips, EVENING));
  assert.equal(file(closed(), [slip(1n, 'S3')]), undefined);
  assert.deepEqual([file(closed(), [slip(1n)]), file(closed(), []), file(closed(), [slip(1n, 'S3')], 'C02'), file(opened(), [slip(1n, 'S3')])], ['SLIP_INVALID', 'SLIP_INVALID', 'NOT_YOUR_SHIFT', 'SHIFT_NOT_CLOSED']);
  const later = after(closed(), fileSlips(closed(), 'C01', [slip(7n, 'S3'), slip(8n, 'S4')], EVENING));
  assert.deepEqual([later.toBook, slipsOfFiling(later, 0).length, slipsOfFiling(later, 1).map(({ slipNo }) => slipNo)], [['deposit', 'slips-1'], 2, ['S3', 'S4']]);
});

test('the paper is counted again by its collector until it is signed off, and then a manager signs', () => {
  const paper = { invoiceCount: 3n, voidCount: 1n, invoiceFen: 50_000n, invoices: AS_RECORDED };
  const short = closed({ ...DECLARED, invoiceCount: 2n, invoiceFen: 40_000n });
  const recount = (shift: Shift, more: Partial<typeof paper> = {}, collectorId = 'C01') => codeOf(recountInvoices(shift, collectorId, { ...paper, ...more }, EVENING));
  assert.deepEqual([recount(short, {}, 'C02'), recount(opened()), recount(short, { invoiceFen: -1n }), recount(short, { voidCount: 2_000_000n })], ['NOT_YOUR_SHIFT', 'SHIFT_NOT_CLOSED', 'AMOUNT_INVALID', 'AMOUNT_INVALID']);
  const again = after(short, recountInvoices(short, 'C01', paper, EVENING));
  assert.deepEqual([sumsOf(short)!.balanced, sumsOf(again)!.balanced, again.invoiceRecounts, again.declared!.slips], [false, true, 1, DECLARED.slips]);
  const sign = (role: string) => signOffShift(again, { actor: { role, id: 'C02', name: `${role}:C02` }, reason: '', unsettled: 0 }, EVENING);
  assert.equal(codeOf(sign('cashier')), 'MANAGER_NEEDED');
  const signed = after(again, sign('manager'));
  assert.equal(recount(signed), 'ALREADY_SIGNED_OFF');
});

test('a shift that closes to zero is signed off by anybody but the collector', () => {
  const other = { role: 'cashier', id: 'C02', name: 'cashier:C02' };
  assert.equal(after(closed(), signOffShift(closed(), { actor: other, reason: '', unsettled: 0 }, EVENING)).signedOffBy, 'cashier:C02');
  assert.equal(codeOf(signOffShift(closed(), { actor: { role: 'manager', id: 'C01', name: 'manager:C01' }, reason: '', unsettled: 0 }, EVENING)), 'SECOND_PERSON_NEEDED');
  assert.equal(codeOf(signOffShift(opened(), { actor: other, reason: '', unsettled: 0 }, EVENING)), 'SHIFT_NOT_CLOSED');
});

test('a difference that was not put right is a manager’s to accept, with a reason', () => {
  const as = (role: string, reason: string, unsettled = 1) => codeOf(signOffShift(closed(), { actor: { ...SUPERVISOR, role }, reason, unsettled }, EVENING));
  assert.equal(as('cashier', '找零差错'), 'MANAGER_NEEDED');
  assert.equal(as('manager', ' '), 'MANAGER_NEEDED');
  assert.equal(as('manager', '找零差错'), undefined);
  assert.equal(as('cashier', '', 0), undefined, 'all were put right');
});

test("a team's totals are the sum of its shifts', and all teams together the company's", () => {
  const money = fc.bigInt(0n, 10n ** 9n);
  const anyShift = fc.record({ team: fc.constantFrom('T1', 'T2', 'T3'), taken: money, back: money, invoices: money, slips: money, open: fc.boolean() }).map(({ team, taken, back, invoices, slips, open }) =>
    open ? opened({ teamId: team }) : closed({ ...DECLARED, invoiceFen: invoices, slips: [slip(slips)] }, { ...RECORDS, topUpFen: taken, reversedFen: back }, { teamId: team }));
  fc.assert(fc.property(fc.array(anyShift, { maxLength: 30 }), (shifts) => {
    const company = totalOf('', shifts);
    const teams = totalsBy(shifts, ({ teamId }) => teamId);
    for (const name of ['invoicesFen', 'recordsFen', 'slipsFen'] as const) {
      assert.equal(teams.reduce((sum, team) => sum + team[name], 0n), company[name]);
      for (const team of teams) assert.equal(shifts.filter(({ teamId }) => teamId === team.id).reduce((sum, shift) => sum + (sumsOf(shift)?.[name] ?? 0n), 0n), team[name]);
    }
    assert.equal(teams.reduce((sum, { shifts: count }) => sum + count, 0), shifts.length);
    assert.equal(company.unbalanced, shifts.filter((shift) => sumsOf(shift)?.balanced === false).length);
  }));
});
