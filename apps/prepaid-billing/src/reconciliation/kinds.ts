/**
 * All kinds of difference, in the order in which they are considered: this list is the precedence.
 *
 * 1. Documents first, by their number (`documents.ts`, `unmatched.ts`, `numbers.ts`), and devices by their sequences (`devices.ts`): a line that its number explains is
 *    used up and explains nothing else. Within a number the closest match goes first: same account and amount, same
 *    amount, same account. What has no counterpart by number is looked for, in this order, in other shifts, among the
 *    devices' receipts, under a mistyped number (same account and amount), and, a record, among its twins (same account
 *    and amount, with an invoice: DOUBLE_ENTRY again); only then is it missing.
 * 2. Then each slip by itself (`slips.ts`): filed twice, another's, another day's, late; then against the bank.
 * 3. Where two documents contradict each other, the money is the third: the first story is told, unless the till (or,
 *    where the till was miscounted, the deposits) agrees exactly with another (`choose.ts`): one such line before two,
 *    then in the order of this list.
 * 4. What is left of the sums is the till's (`till.ts`): float, count, shortage, deposit. A residue for which there is no
 *    story is UNEXPLAINED: it is never dropped, and every side comes out to the fen.
 */
export const KINDS = [
  'WRONG_ACCOUNT', 'TRANSPOSED_DIGITS', 'WRONG_AMOUNT', 'VOIDED_BUT_KEPT', 'DOUBLE_ENTRY', 'INVOICE_DOUBLE', 'REVERSED_NOT_VOIDED',
  'RECORDED_ELSEWHERE', 'OFFLINE_RECEIPT_NOT_SYNCED', 'WRONG_INVOICE_NO', 'MISSING_RECORD', 'UNPAID_INVOICE', 'MISSING_INVOICE', 'UNPAID_RECORD',
  'OUTSIDE_BLOCK', 'INVOICE_GAP', 'DEVICE_MISDECLARED',
  'DOUBLE_SLIP', 'FOREIGN_SLIP', 'NEXT_DAY_SLIP', 'LATE_DEPOSIT', 'SLIP_NOT_AT_BANK', 'BANK_DOUBLE_CREDIT', 'BANK_AMOUNT_DIFFERS', 'SLIP_NOT_FILED',
  'FLOAT_NOT_RETURNED', 'CASH_MISCOUNTED', 'CASH_SHORT', 'CASH_OVER', 'SHORT_DEPOSIT', 'UNEXPLAINED',
] as const;

export type Kind = (typeof KINDS)[number];
