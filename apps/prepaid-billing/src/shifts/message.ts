import type { Shift as ShiftMessage } from '@youdian/contracts-billing/shifts';
import { isSettled } from './corrections.ts';
import type { Explained } from './explain.ts';
import { correctionOf, type Shift } from './state.ts';
import { sumsOf } from './sums.ts';

export function messageOf(shift: Shift): ShiftMessage {
  const { openedUnder: _, toBook: _toBook, invoices: _invoices, filings: _filings, told: _told, overLimit: _overLimit, closedAt, records, declared, signedOffAt, ...rest } = shift;
  return { ...rest, closedAt, records, declared, signedOffAt, sums: sumsOf(shift), corrections: [...shift.corrections] };
}

/** Differences for which no correction was approved. */
export function unsettledOf(shift: Shift, { differences }: Explained): number {
  return differences.keys().filter((differenceId) => !isSettled(correctionOf(shift, differenceId))).toArray().length;
}
