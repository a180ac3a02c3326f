/** The same day: a shift is closed and its cash banked before the cut-off, and nobody has too much cash in hand. */
import { shanghaiInstant } from '@youdian/calendar';
import { CASH } from '../ledger/chart.ts';
import { isSettled } from './corrections.ts';
import type { Shift, ShiftEvent, Told } from './state.ts';
import { sumsOf } from './sums.ts';

export interface Deadlines {
  /** Shanghai wall clock, `HH:MM`, of the shift's day. */
  readonly cutOff: string;
  /** How long before it is told that something is due. */
  readonly reminderMinutes: number;
  /** More cash in a collector's hands is told; it is taken nevertheless. */
  readonly cashLimitFen: bigint;
}

export interface InHand {
  /** In the open shift. */
  readonly takenFen: bigint;
  /** In the collector's hands, of all shifts, without the float. */
  readonly cashFen: bigint;
}

const MINUTE_MS = 60_000;

/** What has to be told of a shift now and has not been told yet. */
export function watchShift(shift: Shift, { takenFen, cashFen }: InHand, { cutOff, reminderMinutes, cashLimitFen }: Deadlines, at: Date): ShiftEvent[] {
  if (shift.status === 'SHIFT_STATUS_SIGNED_OFF') return [];
  const { shiftId, collectorId, outletId, teamId, day } = shift;
  const whose = { shiftId, collectorId, outletId, teamId, day };
  const events: ShiftEvent[] = [];
  const cutOffAt = shanghaiInstant(`${day}T${cutOff}`)!;
  const overdue = at >= cutOffAt;
  if (at.getTime() >= cutOffAt.getTime() - reminderMinutes * MINUTE_MS) {
    const untold = (what: Told) => !shift.told.includes(what);
    const notBankedFen = notBanked(shift);
    if (shift.status === 'SHIFT_STATUS_OPEN') {
      const type = overdue ? 'CloseOverdue' : 'CloseDueSoon';
      if (untold(type)) events.push({ type, data: { ...whose, cutOffAt, takenFen, toldAt: at } });
    } else if (notBankedFen > 0n && untold(overdue ? 'CashNotBanked' : 'CashNotBankedSoon')) {
      events.push({ type: 'CashNotBanked', data: { ...whose, cutOffAt, notBankedFen, overdue, toldAt: at } });
    }
  }
  const data = { ...whose, cashFen, limitFen: cashLimitFen, toldAt: at };
  if (cashFen > cashLimitFen && !shift.overLimit) events.push({ type: 'CashLimitExceeded', data });
  if (cashFen <= cashLimitFen && shift.overLimit) events.push({ type: 'CashBackInLimit', data });
  return events;
}

/** What a closed shift took less what it banked, as corrected. */
function notBanked(shift: Shift): bigint {
  const cash = CASH + shift.collectorId;
  const corrections = shift.corrections.filter(isSettled).flatMap(({ entries }) => entries).filter(({ account }) => account === cash);
  return corrections.reduce((sumFen, { amountFen }) => sumFen + amountFen, sumsOf(shift)?.recordsLessSlipsFen ?? 0n);
}
