import type { DayCloseTotal, ThreeSums } from '@youdian/contracts-billing/shifts';
import type { Shift } from './state.ts';

/** Invoices, records and bank slips of a shift beside each other (三者统一); undefined while it is open. */
export function sumsOf({ floatFen, records, declared }: Shift): ThreeSums | undefined {
  if (!records || !declared) return undefined;
  const invoicesFen = declared.invoiceFen;
  const recordsFen = records.topUpFen - records.reversedFen;
  const slipsFen = declared.slips.reduce((sum, { amountFen }) => sum + amountFen, 0n);
  const differences = {
    invoicesLessRecordsFen: invoicesFen - recordsFen,
    recordsLessSlipsFen: recordsFen - slipsFen,
    cashOverFen: declared.countedCashFen - (floatFen + recordsFen),
    invoiceCountDifference: declared.invoiceCount - records.topUpCount,
    voidCountDifference: declared.voidCount - records.reversedCount,
  };
  return { invoicesFen, recordsFen, slipsFen, ...differences, balanced: Object.values(differences).every((difference) => difference === 0n) };
}

/** What several shifts come to together. */
export function totalOf(id: string, shifts: readonly Shift[]): DayCloseTotal {
  const total = { id, shifts: shifts.length, open: 0, waiting: 0, invoicesFen: 0n, recordsFen: 0n, slipsFen: 0n, unbalanced: 0 };
  for (const shift of shifts) {
    const sums = sumsOf(shift);
    if (!sums) {
      total.open += 1;
      continue;
    }
    if (shift.status === 'SHIFT_STATUS_CLOSED') total.waiting += 1;
    if (!sums.balanced) total.unbalanced += 1;
    total.invoicesFen += sums.invoicesFen;
    total.recordsFen += sums.recordsFen;
    total.slipsFen += sums.slipsFen;
  }
  return total;
}

/** By outlet or by team; shifts of no team are nobody's. */
export function totalsBy(shifts: readonly Shift[], of: (shift: Shift) => string): DayCloseTotal[] {
  const groups = Map.groupBy(shifts.filter((shift) => of(shift) !== ''), of);
  return Array.from(groups, ([id, members]) => totalOf(id, members)).sort((a, b) => (a.id < b.id ? -1 : 1));
}
