import type { Finding } from './difference.ts';
import {
  doubleEntry, invoiceAlone, invoiceDouble, mistypedInvoiceNo, offlineNotSynced, othersRecordHere, ourRecordElsewhere, recordAlone,
} from './document-stories.ts';
import type { Documents, Invoice, LedgerRecord, ShiftDay } from './lines.ts';
import { ownNumbers } from './numbers.ts';
import { elsewhere, type Index } from './surroundings.ts';

/** What has no counterpart under its number, in the order of `kinds.ts`. */
export function unmatchedFindings(unmatched: Documents, shift: ShiftDay, index: Index): Finding[] {
  const { collectorId } = shift;
  const findings: Finding[] = [];
  const isOwn = ownNumbers(shift);
  const receipts = new Map(shift.offlineReceipts.map((receipt) => [receipt.invoiceNo, receipt]));
  const invoices = unmatched.invoices.filter((invoice) => {
    const receipt = receipts.get(invoice.invoiceNo);
    const [record] = elsewhere(index.records.get(invoice.invoiceNo), shift).filter(({ line }) => !line.reversed);
    const [copy] = isOwn(invoice.invoiceNo) ? [] : elsewhere(index.invoices.get(invoice.invoiceNo), shift);
    if (copy) findings.push(invoiceDouble(invoice, { counted: true, shiftId: copy.shift.shiftId }));
    else if (record) findings.push(ourRecordElsewhere(invoice, { records: -invoice.amountFen }, record.line, record.shift, collectorId));
    else if (receipt) findings.push(offlineNotSynced(receipt, invoice, collectorId));
    return !copy && !record && !receipt;
  });
  for (const receipt of unmatched.receipts) {
    const [record] = elsewhere(index.records.get(receipt.invoiceNo), shift).filter(({ line }) => !line.reversed);
    const explains = { invoices: -receipt.amountFen, records: -receipt.amountFen };
    findings.push(record ? ourRecordElsewhere(receipt, explains, record.line, record.shift, collectorId) : offlineNotSynced(receipt, undefined, collectorId));
  }
  const records = unmatched.records.filter((record) => {
    const [owner] = elsewhere(index.invoices.get(record.invoiceNo), shift);
    const isThereToo = elsewhere(index.records.get(record.invoiceNo), shift).some(({ line }) => !line.reversed);
    if (owner) findings.push(isThereToo ? doubleEntry(record, collectorId) : othersRecordHere(record, owner.shift));
    return !owner;
  });
  return [...findings, ...leftOver(invoices, records, shift)];
}

function leftOver(invoices: readonly Invoice[], records: readonly LedgerRecord[], shift: ShiftDay): Finding[] {
  const { collectorId } = shift;
  const findings: Finding[] = [];
  const waiting = Map.groupBy(records, paymentOf);
  for (const invoice of invoices) {
    const record = waiting.get(paymentOf(invoice))?.shift();
    findings.push(record ? mistypedInvoiceNo(invoice, record) : invoiceAlone(invoice, collectorId));
  }
  const alone = [...waiting.values()].flat();
  if (alone.length === 0) return findings;
  const twins = withInvoice(shift);
  for (const record of alone) findings.push(twins.has(paymentOf(record)) ? doubleEntry(record, collectorId) : recordAlone(record, collectorId));
  return findings;
}

/** Payments that have an invoice: one of them again without an invoice is probably the same, entered twice. */
function withInvoice({ invoices }: ShiftDay): Set<string> {
  return new Set(invoices.filter(({ voided }) => !voided).map(paymentOf));
}

function paymentOf({ accountNo, amountFen }: Invoice | LedgerRecord): string {
  return `${accountNo}|${amountFen}`;
}
