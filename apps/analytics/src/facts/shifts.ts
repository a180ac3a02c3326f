import { InvoicesRecounted, ShiftClosed, ShiftOpened, SlipsFiled } from '@youdian/contracts-billing/events';
import { change, nothing, type FactChange, type Origin } from './change.ts';
import { known, required } from './columns.ts';

/** A collector's shift is one fact; the collector stays with the ledger. */
export const SHIFT_EVENTS: Record<string, (payload: unknown, origin: Origin) => FactChange[]> = {
  'youdian.billing.v1.ShiftOpened': (payload, origin) => {
    const { outletId, teamId, day, floatFen, openedAt } = ShiftOpened.fromJSON(payload);
    return [change('shift_facts', origin, {
      status: 'OPEN', outlet_id: known(outletId), team_id: known(teamId), day: required(day, 'day'), opened_at: required(openedAt, 'openedAt'), float_fen: floatFen,
    })];
  },
  'youdian.billing.v1.ShiftClosed': (payload, origin) => {
    const { records: ledger, declared: said, closedAt } = ShiftClosed.fromJSON(payload);
    const [records, declared] = [required(ledger, 'records'), required(said, 'declared')];
    return [change('shift_facts', origin, {
      status: 'CLOSED', closed_at: required(closedAt, 'closedAt'), records_fen: records.topUpFen - records.reversedFen, invoices_fen: declared.invoiceFen,
      slips_fen: declared.slips.reduce((sum, { amountFen }) => sum + amountFen, 0n), counted_cash_fen: declared.countedCashFen,
      invoices_missing: records.topUpCount - declared.invoiceCount, voids_missing: records.reversedCount - declared.voidCount,
    })];
  },
  'youdian.billing.v1.SlipsFiled': (payload, origin) => [change('shift_facts', origin, { slips_fen: SlipsFiled.fromJSON(payload).slipsFen })],
  'youdian.billing.v1.InvoicesRecounted': (payload, origin) => {
    const { records: ledger, invoiceCount, voidCount, invoiceFen } = InvoicesRecounted.fromJSON(payload);
    const records = required(ledger, 'records');
    return [change('shift_facts', origin, { invoices_fen: invoiceFen, invoices_missing: records.topUpCount - invoiceCount, voids_missing: records.reversedCount - voidCount })];
  },
  'youdian.billing.v1.ShiftSignedOff': (_, origin) => [change('shift_facts', origin, { status: 'SIGNED_OFF' })],
  'youdian.billing.v1.CorrectionProposed': nothing,
  'youdian.billing.v1.CorrectionDecided': nothing,
  'youdian.billing.v1.ShiftBooked': nothing,
  'youdian.billing.v1.CloseDueSoon': nothing,
  'youdian.billing.v1.CloseOverdue': nothing,
  'youdian.billing.v1.CashNotBanked': nothing,
  'youdian.billing.v1.CashLimitExceeded': nothing,
  'youdian.billing.v1.CashBackInLimit': nothing,
};
