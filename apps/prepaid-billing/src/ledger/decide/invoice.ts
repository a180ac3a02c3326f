/** Invoice numbers out of blocks, and copies of invoices. */
import type { InvoiceClaimDetail } from '@youdian/contracts-billing/ledger';
import { inputHash } from '../input-hash.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { NO_HASH, standing, startPosting } from './posting.ts';
import { reversalOf } from './top-up.ts';

/** Numbers that the ledger itself gives out begin with their shard; series of blocks begin with a letter. */
export function isLedgersOwn(invoiceNo: string): boolean {
  return invoiceNo.charCodeAt(0) <= NINE;
}

const NINE = 57;

/** The newest claim of a number; those before it can never become a posting. */
export function claimOf({ keys }: Ledger, invoiceNo: string): { readonly attempt: number; readonly sequence: number } | undefined {
  for (let attempt = 0, sequence = 0; ; attempt++) {
    const next = keys.find(claimKey(invoiceNo, attempt + 1), NO_HASH);
    if (!next) return attempt === 0 ? undefined : { attempt, sequence };
    sequence = next.sequence;
  }
}

/**
 * Claims a number: it answers with the claim that stands, which may be another's. `after`: the attempt that is known to
 * have come to nothing, 0 for none.
 */
export function decideInvoiceClaim(ledger: Ledger, claim: Omit<InvoiceClaimDetail, 'attempt'>, after: number, context: Context): Decision {
  const { invoiceNo, topUpKey, reason } = claim;
  const current = claimOf(ledger, invoiceNo);
  if (current && current.attempt !== after) return { kind: 'repeat', sequence: current.sequence, refused: false };
  const attempt = (current?.attempt ?? 0) + 1;
  const posting = startPosting(ledger, 0, { key: claimKey(invoiceNo, attempt), inputHash: inputHash(topUpKey, reason), accountNo: '' }, context);
  posting.invoiceClaim = { ...claim, attempt };
  return { kind: 'post', postings: [posting], answer: posting };
}

/** What a claim says of its top-up. */
export type ClaimedTopUp = Pick<InvoiceClaimDetail, 'accountNo' | 'invoiceNo' | 'topUpKey' | 'topUpHash'>;

/** From here on the top-up of a claim, unless it is posted already, never will be. */
export function decideTopUpRefusal(ledger: Ledger, { accountNo, invoiceNo, topUpKey: key, topUpHash }: ClaimedTopUp, context: Context): Decision {
  const earlier = ledger.keys.find(key, topUpHash);
  // The key with another input is another number's.
  if (earlier) return { kind: 'repeat', sequence: earlier.sequence, refused: earlier.refused || !earlier.sameInput };
  const posting = startPosting(ledger, 0, { key, inputHash: Buffer.from(topUpHash), accountNo: '' }, context);
  posting.topUpRefusal = { accountNo, invoiceNo };
  return { kind: 'post', postings: [posting], answer: posting };
}

export interface ReprintCommand extends Command {
  readonly postingId: string;
  readonly invoiceNo: string;
}

/** One more copy. `postingId` is a top-up's of this account. */
export function decideReprint(ledger: Ledger, command: ReprintCommand, context: Context): Decision {
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const { postingId, invoiceNo, accountNo } = command;
  if (ledger.keys.find(reversalOf(postingId), NO_HASH)) return reject(rejections.voidNotPrinted);
  const posting = startPosting(ledger, 0, command, context);
  posting.reprint = { reprintedPostingId: postingId, invoiceNo, copyNo: reprintsOf(ledger, postingId).length + 1 };
  standing(posting, ledger.accounts.get(accountNo)!);
  return { kind: 'post', postings: [posting], answer: posting };
}

/** Shard sequences of the reprints of a top-up's invoice, oldest first. */
export function reprintsOf({ keys }: Ledger, postingId: string): number[] {
  const sequences: number[] = [];
  for (let found = keys.find(reprintOf(postingId, 1), NO_HASH); found; found = keys.find(reprintOf(postingId, sequences.length + 1), NO_HASH)) sequences.push(found.sequence);
  return sequences;
}

export function reprintOf(postingId: string, copyNo: number): string {
  return `reprint-of|${postingId}|${copyNo}`;
}

function claimKey(invoiceNo: string, attempt: number): string {
  return `invoice|${invoiceNo}|${attempt}`;
}
