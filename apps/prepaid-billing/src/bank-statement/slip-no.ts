/** 进账单号 1234567, 现金缴款单：1234567, SLIP NO. 1234567 in free text. */
const MARKED = /(?:进账单|缴款单|存款单|SLIP)\s*(?:号码?|编号|NO\.?)?\s*[:：#]?\s*([A-Za-z]{0,4}-?\d{6,20})(?![A-Za-z0-9])/i;
/** What a slip's number looks like when a field holds nothing else. */
const SLIP_NO = /^[A-Za-z]{0,4}-?\d{6,20}$/;

/**
 * Where banks put the number of a slip, the first that has one:
 * 1. the end-to-end reference: the payer's own, so ours when it looks like a slip's number (`NOTPROVIDED` does not);
 * 2. the remittance text, where a number follows 进账单, 缴款单, 存款单 or SLIP;
 * 3. the bank's reference (AcctSvcrRef), of a credit only: many banks book a deposit under the slip's number, but they
 *    number what they take by themselves.
 */
export function slipNoOf({ endToEndId, text, bankRef, amountFen }: { endToEndId: string; text: string; bankRef: string; amountFen: bigint }): string | undefined {
  if (SLIP_NO.test(endToEndId)) return endToEndId;
  const marked = MARKED.exec(text)?.[1];
  if (marked) return marked;
  return amountFen > 0n && SLIP_NO.test(bankRef) ? bankRef : undefined;
}
