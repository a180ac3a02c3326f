import { deviceFindings } from './devices.ts';
import { doubleEntry, invoiceDouble, reversedNotVoided, voidedButKept, wrongAccount, wrongAmount } from './document-stories.ts';
import type { Finding } from './difference.ts';
import type { Documents, Invoice, LedgerRecord, ShiftDay } from './lines.ts';
import { numberFindings } from './numbers.ts';
import type { Index } from './surroundings.ts';
import { unmatchedFindings } from './unmatched.ts';

interface Pair {
  readonly invoice: Invoice;
  readonly record: LedgerRecord;
}

/** Invoices against records, by number; then what is left over; then the numbers themselves, and what devices show. */
export function compareDocuments(shift: ShiftDay, index: Index): Finding[] {
  const groups = byNumber(shift);
  const unmatched: Documents = { invoices: [], records: [], receipts: [] };
  const findings: Finding[] = [];
  for (const group of groups.values()) {
    if (!isClean(group)) compareUnder(group, shift, findings, unmatched);
  }
  const left = unmatchedFindings(unmatched, shift, index);
  const mistyped = new Set(left.flatMap(({ story }) => (story.kind === 'WRONG_INVOICE_NO' ? [story.references.invoiceNos![1]!] : [])));
  return [...findings, ...left, ...numberFindings(groups, mistyped, shift, index), ...deviceFindings(shift)];
}

function byNumber({ invoices, records, offlineReceipts }: ShiftDay): Map<string, Documents> {
  const groups = new Map<string, Documents>();
  const groupOf = (invoiceNo: string) => {
    let group = groups.get(invoiceNo);
    if (!group) groups.set(invoiceNo, (group = { invoices: [], records: [], receipts: [] }));
    return group;
  };
  for (const invoice of invoices) groupOf(invoice.invoiceNo).invoices.push(invoice);
  // A record without a number stands by itself.
  for (const record of records) groupOf(record.invoiceNo || record.postingId).records.push(record);
  for (const receipt of offlineReceipts) groupOf(receipt.invoiceNo).receipts.push(receipt);
  return groups;
}

/** One invoice, one record, both say the same: nearly all are so. */
function isClean({ invoices, records, receipts }: Documents): boolean {
  const [[invoice], [record]] = [invoices, records];
  if (!invoice || !record || invoices.length > 1 || records.length > 1) return false;
  if (invoice.voided !== record.reversed || invoice.amountFen !== record.amountFen || invoice.accountNo !== record.accountNo) return false;
  return receipts.every(({ amountFen }) => amountFen === invoice.amountFen);
}

function compareUnder(group: Documents, shift: ShiftDay, findings: Finding[], unmatched: Documents): void {
  const { collectorId } = shift;
  const receipt = group.receipts[0];
  const { pairs, valid, standing } = pairOff(group.invoices.filter(({ voided }) => !voided), group.records.filter(({ reversed }) => !reversed));
  const voided = group.invoices.filter((invoice) => invoice.voided);
  const reversed = group.records.filter((record) => record.reversed);
  for (const { invoice, record } of pairs) {
    if (invoice.accountNo !== record.accountNo) findings.push(wrongAccount(invoice, record));
    const receiptDisagrees = receipt && receipt.amountFen !== invoice.amountFen && pairs.length === 1;
    if (invoice.amountFen !== record.amountFen || receiptDisagrees) findings.push(wrongAmount(invoice, record, pairs.length === 1 ? receipt : undefined, collectorId));
  }
  let used = pairs.length > 0;
  for (const record of standing) {
    const kept = voided.pop();
    if (kept) findings.push(voidedButKept(kept, record, collectorId));
    else if (used) findings.push(doubleEntry(record, collectorId));
    else unmatched.records.push(record);
    used = true;
  }
  let doubles = group.invoices.length - 1;
  for (const [at, invoice] of valid.entries()) {
    const taken = reversed.pop();
    if (pairs.length > 0 || at > 0) {
      findings.push(invoiceDouble(invoice, { counted: true }));
      doubles -= 1;
    } else if (taken) findings.push(reversedNotVoided(invoice, taken, collectorId));
    else unmatched.invoices.push(invoice);
  }
  // Of the paper under one number all but one are too many, also where each has its record or one is void.
  for (const invoice of group.invoices.slice(group.invoices.length - Math.max(doubles, 0))) findings.push(invoiceDouble(invoice, { counted: false }));
  if (receipt && group.invoices.length === 0 && group.records.length === 0) unmatched.receipts.push(receipt);
}

/** Pairs, and what of both has none: those that agree in account and amount first, then in amount, then in account, then any. */
function pairOff(invoices: readonly Invoice[], records: readonly LedgerRecord[]): { pairs: Pair[]; valid: readonly Invoice[]; standing: readonly LedgerRecord[] } {
  const pairs: Pair[] = [];
  let [valid, standing] = [invoices, records];
  const agreements: ((line: Invoice | LedgerRecord) => string)[] = [
    ({ accountNo, amountFen }) => `${accountNo}|${amountFen}`, ({ amountFen }) => amountFen.toString(), ({ accountNo }) => accountNo, () => '',
  ];
  for (const agreement of agreements) {
    if (valid.length === 0 || standing.length === 0) break;
    const waiting = Map.groupBy(standing.toReversed(), agreement);
    valid = valid.filter((invoice) => {
      const record = waiting.get(agreement(invoice))?.pop();
      if (record) pairs.push({ invoice, record });
      return !record;
    });
    standing = Array.from(waiting.values(), (rest) => rest.toReversed()).flat();
  }
  return { pairs, valid, standing };
}
