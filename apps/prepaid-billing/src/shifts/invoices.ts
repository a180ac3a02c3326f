/** The invoices that a collector declares at the close. */
import { DeclaredInvoices, type DeclaredInvoice } from '@youdian/contracts-billing/shifts';
import type { Rejection } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { Invoice, LedgerRecord } from '../reconciliation/lines.ts';
import * as rejections from './rejections.ts';

/** More than anybody writes in a shift. */
export const INVOICE_LINES_MAX = 5_000;
const INVOICE_NO = /^[A-Za-z0-9-]{1,32}$/;
const INVOICE_MAX_FEN = 100_000_000n;

export function checkInvoices({ lines, withoutPaper, allListed }: DeclaredInvoices, at: Date): Rejection | undefined {
  if (lines.length + withoutPaper.length > INVOICE_LINES_MAX) return rejections.tooManyInvoices(INVOICE_LINES_MAX);
  if (allListed && withoutPaper.length > 0) return rejections.invoiceInvalid('invoices.withoutPaper');
  for (const [index, line] of lines.entries()) if (!isInvoice(line, at)) return rejections.invoiceInvalid(`invoices.lines[${index}]`);
  for (const [index, number] of withoutPaper.entries()) if (!INVOICE_NO.test(number)) return rejections.invoiceInvalid(`invoices.withoutPaper[${index}]`);
  return undefined;
}

function isInvoice({ invoiceNo, accountNo, amountFen, takenAt }: DeclaredInvoice, at: Date): boolean {
  return INVOICE_NO.test(invoiceNo) && isAccountNo(accountNo) && amountFen >= 0n && amountFen <= INVOICE_MAX_FEN && (!takenAt || takenAt <= at);
}

export function packInvoices(declared: DeclaredInvoices): Uint8Array {
  return DeclaredInvoices.encode(declared).finish();
}

/** What the collector holds: all that is listed; or as recorded, but for what is listed and what has no paper. */
export function invoicesOf(packed: Uint8Array, records: readonly LedgerRecord[], closedAt: Date): Invoice[] {
  const { allListed, lines, withoutPaper } = DeclaredInvoices.decode(packed);
  const recordOf = new Map(records.map((record) => [record.invoiceNo, record]));
  const listed = lines.map(({ takenAt, ...line }): Invoice => ({ ...line, takenAt: takenAt ?? recordOf.get(line.invoiceNo)?.takenAt ?? closedAt, reprints: 0 }));
  if (allListed) return listed;
  const otherwise = new Set([...lines.map(({ invoiceNo }) => invoiceNo), ...withoutPaper]);
  const asRecorded = records.filter(({ invoiceNo }) => !otherwise.has(invoiceNo));
  return [...asRecorded.map(({ invoiceNo, accountNo, amountFen, reversed, takenAt }) => ({ invoiceNo, accountNo, amountFen, voided: reversed, takenAt, reprints: 0 })), ...listed];
}
