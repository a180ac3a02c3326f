/** A closed shift as the reconciliation compares it. */
import { isLedgersOwn } from '../ledger/decide/invoice.ts';
import type { BankSlip, InvoiceBlock, LedgerRecord, OfflineReceipt, ShiftDay } from '../reconciliation/lines.ts';
import { invoicesOf } from './invoices.ts';
import type { Shift } from './state.ts';

/** What of a shift is neither its declaration nor a posting. */
export interface Beside {
  /** Blocks of invoice numbers given out to it; none where the ledger gives out the numbers. */
  readonly invoiceBlocks: readonly InvoiceBlock[];
  readonly offlineReceipts: readonly OfflineReceipt[];
}

export function shiftDayOf(shift: Shift, records: readonly LedgerRecord[], beside: Beside): ShiftDay {
  const { shiftId, collectorId, outletId, teamId, day, floatFen } = shift;
  const { countedCashFen, floatReturnedFen = floatFen } = shift.declared!;
  return {
    shiftId, collectorId, outletId, teamId, day, floatFen, floatReturnedFen, countedCashFen, records, offlineReceipts: beside.offlineReceipts, invoiceBlocks: withLedgersOwn(beside.invoiceBlocks, records),
    invoices: invoicesOf(shift.invoices!, records, shift.closedAt!), slips: slipsOf(shift),
  };
}

export function slipsOf({ collectorId, declared, closedAt }: Shift): BankSlip[] {
  return declared!.slips.map(({ paidInBy, depositedAt, ...slip }) => ({ ...slip, collectorId: paidInBy || collectorId, depositedAt: depositedAt ?? closedAt! }));
}

/** Who holds a block and yet takes one of the ledger's own numbers has that one too. */
function withLedgersOwn(blocks: readonly InvoiceBlock[], records: readonly LedgerRecord[]): readonly InvoiceBlock[] {
  if (blocks.length === 0) return blocks;
  const own = records.filter(({ invoiceNo }) => isLedgersOwn(invoiceNo)).map(({ invoiceNo }) => ({ from: invoiceNo, to: invoiceNo }));
  return [...blocks, ...own];
}
