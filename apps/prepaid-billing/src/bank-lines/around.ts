/** What the bank's statement says of the shifts of a day. */
import { startOfDay } from '@youdian/calendar';
import { dayOf } from '../ledger/day-of.ts';
import type { ShiftDay } from '../reconciliation/lines.ts';
import type { BankLine } from './state.ts';
import { findLines, type BankLineStore } from './store.ts';

const DAY_MS = 86_400_000;
/** Over a long holiday. */
const DAYS_AROUND = 10;

/** Lines with a slip's number, of the days around and of the shift's own slips; undefined while the statement is not there. */
export async function bankLinesAround(store: BankLineStore, shift: ShiftDay): Promise<BankLine[] | undefined> {
  const [from, to] = [-DAYS_AROUND, DAYS_AROUND].map((days) => dayOf(new Date(startOfDay(shift.day)!.getTime() + days * DAY_MS)));
  const own = shift.slips.map(({ slipNo }) => slipNo);
  const found = await Promise.all([
    findLines(store, { 'state.bookedOn': { $gte: from, $lte: to }, 'state.slipNo': { $gt: '' } }), own.length > 0 ? findLines(store, { 'state.slipNo': { $in: own } }) : [],
  ]);
  const lines = [...new Map(found.flat().map((line) => [line.lineId, line])).values()];
  return (await isThere(store, shift, lines)) ? lines : undefined;
}

/** All of the shift's slips are booked, or the statements of their accounts (without slips: of any) have reached a later day. */
async function isThere(store: BankLineStore, { day, slips }: ShiftDay, lines: readonly BankLine[]): Promise<boolean> {
  const isBooked = slips.every((slip) => lines.some((line) => line.slipNo === slip.slipNo && (slip.bankAccount === '' || slip.bankAccount === line.bankAccount)));
  if (slips.length > 0 && isBooked) return true;
  const accounts = [...new Set(slips.map(({ bankAccount }) => bankAccount).filter(Boolean))];
  const reached = await Promise.all((accounts.length > 0 ? accounts : [undefined]).map(async (bankAccount) => {
    const { items } = await store.find({ 'state.bookedOn': { $gt: day }, ...(bankAccount && { 'state.bankAccount': bankAccount }) }, { limit: 1 });
    return items.length > 0;
  }));
  return reached.every(Boolean);
}

/** A slip that does not say its account has that of the lines with its number, where they have one. */
export function withAccounts(shift: ShiftDay, lines: readonly BankLine[]): ShiftDay {
  const slips = shift.slips.map((slip) => {
    if (slip.bankAccount !== '') return slip;
    const accounts = new Set(lines.filter(({ slipNo }) => slipNo === slip.slipNo).map(({ bankAccount }) => bankAccount));
    return accounts.size === 1 ? { ...slip, bankAccount: [...accounts][0]! } : slip;
  });
  return { ...shift, slips };
}
