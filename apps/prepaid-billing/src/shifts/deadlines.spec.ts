import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShiftDeclaration } from '@youdian/contracts-billing/events';
import { watchShift } from './deadlines.ts';
import { closeShift, openShift } from './decide.ts';
import { evolve, type Shift, type ShiftEvent } from './state.ts';

const at = (time: string) => new Date(`2026-03-02T${time}:00+08:00`);
const DEADLINES = { cutOff: '18:00', reminderMinutes: 60, cashLimitFen: 5_000n };
const after = (shift: Shift | undefined, events: unknown): Shift => (events as ShiftEvent[]).reduce<Shift | undefined>(evolve, shift)!;
const opened = after(undefined, openShift(undefined, { shiftId: 'S1', collectorId: 'C01', outletId: 'O1', teamId: '', day: '2026-03-02', floatFen: 0n, key: 'k' }, at('08:00')));
const slip = (amountFen: bigint) => ({ slipNo: 'S', bank: 'B', bankAccount: '', paidInBy: '', amountFen, depositedAt: undefined });
const closedWith = (bankedFen: bigint) => {
  const declared = ShiftDeclaration.fromPartial({ invoiceCount: 1n, invoiceFen: 900n, countedCashFen: 900n, slips: bankedFen > 0n ? [slip(bankedFen)] : [] });
  return after(opened, closeShift(opened, { declared, invoices: { allListed: false, lines: [], withoutPaper: [] } }, { topUpCount: 1n, topUpFen: 900n, reversedCount: 0n, reversedFen: 0n }, at('16:00')));
};
/** What is told over a day, looking again and again. */
function told(shift: Shift, times: readonly string[], cashFen: (time: string) => bigint = () => 0n): string[] {
  const all: string[] = [];
  let state = shift;
  for (const time of times) {
    const events = watchShift(state, { takenFen: 900n, cashFen: cashFen(time) }, DEADLINES, at(time));
    all.push(...events.map(({ type }) => `${time} ${type}`));
    state = after(state, events);
  }
  return all;
}
const DAY = ['09:00', '16:59', '17:00', '17:30', '17:59', '18:00', '18:30', '23:59'];

test('an open shift is reminded an hour before the cut-off and told of after it, once each', () => {
  assert.deepEqual(told(opened, DAY), ['17:00 CloseDueSoon', '18:00 CloseOverdue']);
  const [event] = watchShift(opened, { takenFen: 900n, cashFen: 0n }, DEADLINES, at('17:05'));
  assert.deepEqual([event!.type, (event!.data as { takenFen: bigint }).takenFen], ['CloseDueSoon', 900n]);
});

test('who looks only after the cut-off tells of that alone', () => {
  assert.deepEqual(told(opened, ['19:00', '20:00']), ['19:00 CloseOverdue']);
  assert.deepEqual(watchShift(opened, { takenFen: 0n, cashFen: 0n }, DEADLINES, new Date('2026-03-04T01:00:00Z')).map(({ type }) => type), ['CloseOverdue'], 'on a later day too');
});

test('a closed shift whose takings are not all banked is told of before and after the cut-off, one that is banked is not', () => {
  assert.deepEqual(told(closedWith(500n), DAY), ['17:00 CashNotBanked', '18:00 CashNotBanked']);
  const [event] = watchShift(closedWith(500n), { takenFen: 0n, cashFen: 0n }, DEADLINES, at('18:00'));
  assert.deepEqual(event!.type === 'CashNotBanked' && [event.data.notBankedFen, event.data.overdue], [400n, true]);
  assert.deepEqual(told(closedWith(900n), DAY), []);
});

test('what a correction took out of the till need not be banked; a shift that is signed off is over', () => {
  const short = closedWith(500n);
  const correction = {
    differenceId: 'd', kind: 'CASH_SHORT', amountFen: 400n, entries: [{ account: 'cash:C01', amountFen: -400n }, { account: 'suspense:cash-short', amountFen: 400n }],
    proposedBy: 'cashier:C02', proposedAt: at('16:30'), decidedBy: 'manager:M01', reason: 'r', decidedAt: at('16:40'), postingIds: [], status: 'CORRECTION_STATUS_BOOKED',
  } as const;
  assert.deepEqual(told({ ...short, corrections: [{ ...correction, entries: [...correction.entries], postingIds: [] }] }, DAY), []);
  assert.deepEqual(told({ ...short, status: 'SHIFT_STATUS_SIGNED_OFF' }, DAY), []);
});

test('cash above the limit is told once an episode, armed again by falling back', () => {
  const cash: Record<string, bigint> = { '09:00': 5_000n, '10:00': 5_001n, '11:00': 9_000n, '12:00': 5_000n, '13:00': 5_002n };
  assert.deepEqual(told(opened, Object.keys(cash), (time) => cash[time]!), ['10:00 CashLimitExceeded', '12:00 CashBackInLimit', '13:00 CashLimitExceeded']);
});
