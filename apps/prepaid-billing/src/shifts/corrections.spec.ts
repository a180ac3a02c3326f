import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShiftDeclaration } from '@youdian/contracts-billing/events';
import { DeclaredInvoices } from '@youdian/contracts-billing/shifts';
import { isRejection } from '@youdian/rejection';
import { post } from '../reconciliation/corrections.ts';
import { diagnosed, shift as shiftDay } from '../reconciliation/shift-fixture.ts';
import type { Difference } from '../reconciliation/difference.ts';
import { decideOnCorrection, isSettled, proposeCorrection } from './corrections.ts';
import { closeShift, openShift } from './decide.ts';
import { withCount } from './explain.ts';
import { checkInvoices, INVOICE_LINES_MAX, invoicesOf, packInvoices } from './invoices.ts';
import { correctionOf, evolve, type Shift, type ShiftEvent } from './state.ts';

const AT = new Date('2026-03-02T10:00:00Z');
const NO_RECORDS = { topUpCount: 0n, topUpFen: 0n, reversedCount: 0n, reversedFen: 0n };
const SHORT: Difference = {
  kind: 'CASH_SHORT', amountFen: 100n, explains: { cash: -100n }, references: {}, zh: '短款', en: 'short', correction: post('cash:C01', 'suspense:cash-short', -100n, '待查', 'suspense'),
};
const person = (name: string) => ({ name, id: name.slice(name.indexOf(':') + 1) });
const codeOf = (outcome: unknown) => (isRejection(outcome) ? outcome.code : undefined);
const after = (shift: Shift | undefined, events: ShiftEvent[] | object): Shift => (events as ShiftEvent[]).reduce<Shift | undefined>(evolve, shift)!;
const opened = after(undefined, openShift(undefined, { shiftId: 'S1', collectorId: 'C01', outletId: 'O1', teamId: 'T1', day: '2026-03-02', floatFen: 0n, key: 'k' }, AT));
const declaration = { declared: ShiftDeclaration.fromPartial({}), invoices: DeclaredInvoices.fromPartial({}) };
const closed = after(opened, closeShift(opened, declaration, NO_RECORDS, AT));
const propose = (shift: Shift, actor: string, difference: Difference | undefined = SHORT) => proposeCorrection(shift, { differenceId: 'd', difference, actor: person(actor) }, AT);
const decide = (shift: Shift, actor: string, approve = true) => decideOnCorrection(shift, { differenceId: 'd', approve, reason: '已核实', actor: person(actor) }, AT);
const proposed = after(closed, propose(closed, 'cashier:C02'));

test('given a difference, when one proposes and another approves, then it is settled and has to be booked', () => {
  const approved = after(proposed, decide(proposed, 'manager:M01'));
  assert.deepEqual([correctionOf(approved, 'd')!.status, approved.toBook, isSettled(correctionOf(approved, 'd'))], ['CORRECTION_STATUS_APPROVED', ['d'], true]);
  const booked = after(approved, [{ type: 'ShiftBooked', data: { shiftId: 'S1', booking: 'd', postingIds: ['02-7'], bookedAt: AT } }]);
  assert.deepEqual([correctionOf(booked, 'd')!.status, correctionOf(booked, 'd')!.postingIds, booked.toBook], ['CORRECTION_STATUS_BOOKED', ['02-7'], []]);
});

test('given a proposal, when its collector or who proposed it decides, in whatever role, then a second person is asked for', () => {
  for (const actor of ['manager:C01', 'admin:C02', 'manager:C02']) assert.equal(codeOf(decide(proposed, actor)), 'SECOND_PERSON_NEEDED');
  assert.equal(codeOf(decide(after(closed, propose(closed, 'cashier:C01')), 'manager:M01')), undefined, 'the collector may propose');
});

test('given a refusal, when it is proposed again, then another decision is asked for', () => {
  const refused = after(proposed, decide(proposed, 'manager:M01', false));
  assert.deepEqual([isSettled(correctionOf(refused, 'd')), refused.toBook, codeOf(decide(refused, 'manager:M03'))], [false, [], 'NOTHING_PROPOSED']);
  assert.equal(codeOf(propose(refused, 'cashier:C02')), undefined);
});

test('given a proposal or a sign-off, when it is proposed, then it is not proposed twice, nor what is not there', () => {
  assert.equal(codeOf(propose(proposed, 'cashier:C03')), 'CORRECTION_PROPOSED');
  assert.equal(codeOf(proposeCorrection(closed, { differenceId: 'd', difference: undefined, actor: person('cashier:C02') }, AT)), 'DIFFERENCE_UNKNOWN');
  assert.equal(codeOf(propose(opened, 'cashier:C02')), 'SHIFT_NOT_CLOSED');
  assert.equal(codeOf(propose({ ...closed, status: 'SHIFT_STATUS_SIGNED_OFF' }, 'cashier:C02')), 'ALREADY_SIGNED_OFF');
});

test('given something that people do, when it is approved, then nothing is booked', () => {
  const act = { ...SHORT, correction: { kind: 'no-posting', zh: '查', en: 'look' } } as const;
  const asked = after(closed, propose(closed, 'cashier:C02', act));
  const done = after(asked, decide(asked, 'manager:M01'));
  assert.deepEqual([correctionOf(done, 'd')!.status, done.toBook], ['CORRECTION_STATUS_BOOKED', []]);
});

const { records } = shiftDay();
const [first, second, third] = records as [typeof records[0], typeof records[0], typeof records[0]];
const declaring = (more: Partial<DeclaredInvoices>): DeclaredInvoices => ({ allListed: false, lines: [], withoutPaper: [], ...more });
const declaredInvoices = (more: Partial<DeclaredInvoices>) => invoicesOf(packInvoices(declaring(more)), records, AT);
const lineOf = ({ invoiceNo, accountNo }: typeof first, amountFen: bigint) => ({ invoiceNo, accountNo, amountFen, voided: false, takenAt: undefined });

test('invoices are as recorded, but for those that are listed or have no paper', () => {
  assert.deepEqual(declaredInvoices({}).map(({ invoiceNo, amountFen }) => [invoiceNo, amountFen]), records.map(({ invoiceNo, amountFen }) => [invoiceNo, amountFen]));
  const some = declaredInvoices({ lines: [lineOf(first, 7n), { ...lineOf(first, 9n), invoiceNo: 'A-00000099' }], withoutPaper: [second.invoiceNo] });
  assert.deepEqual(some.map(({ invoiceNo, amountFen }) => [invoiceNo, amountFen]), [[third.invoiceNo, third.amountFen], [first.invoiceNo, 7n], ['A-00000099', 9n]]);
  assert.deepEqual(declaredInvoices({ allListed: true, lines: [lineOf(second, 3n)] }).map(({ invoiceNo, takenAt }) => [invoiceNo, takenAt]), [[second.invoiceNo, second.takenAt]]);
});

test('an invoice that cannot be is refused by its place', () => {
  const wrong = (more: Partial<DeclaredInvoices>) => checkInvoices(declaring(more), AT)?.field;
  assert.equal(wrong({ lines: [lineOf(first, 7n)] }), undefined);
  assert.equal(wrong({ lines: [lineOf(first, 7n), lineOf(first, -1n)] }), 'invoices.lines[1]');
  assert.equal(wrong({ lines: [{ ...lineOf(first, 7n), takenAt: new Date(AT.getTime() + 1) }] }), 'invoices.lines[0]');
  assert.equal(wrong({ withoutPaper: ['a b'] }), 'invoices.withoutPaper[0]');
  assert.equal(wrong({ allListed: true, withoutPaper: [first.invoiceNo] }), 'invoices.withoutPaper');
  assert.equal(wrong({ withoutPaper: Array(INVOICE_LINES_MAX + 1).fill('1') }), 'invoices');
});

test('paper that was counted and does not come to the lines is a difference of its own, to the fen', () => {
  const day = shiftDay();
  const diagnosis = diagnosed(day);
  const counted = (invoiceCount: bigint, voidCount: bigint, invoiceFen: bigint) =>
    withCount({ ...closed, declared: ShiftDeclaration.fromPartial({ invoiceCount, voidCount, invoiceFen }) }, day, diagnosis);
  assert.ok(counted(3n, 0n, 60_000n).balanced);
  const { differences, sums, takenFen, balanced } = counted(2n, 0n, 40_000n);
  assert.deepEqual([differences.map(({ kind, explains }) => [kind, explains.invoices]), sums.invoices - takenFen, balanced], [[['UNEXPLAINED', -20_000n]], -20_000n, false]);
  assert.deepEqual(counted(4n, 1n, 60_000n).differences.map(({ kind, amountFen }) => [kind, amountFen]), [['UNEXPLAINED', 0n]]);
});
