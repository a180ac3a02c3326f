import type { Posting } from '@youdian/contracts-billing/ledger';
import { sha256 } from './sha256.ts';

/** Every kind of posting that the billing center is told of, in the order in which a day's totals name them. */
export const MONEY_KINDS = [
  'TOP_UP', 'TOP_UP_REVERSED', 'CHARGE', 'CHARGE_ADJUSTED', 'REFUND', 'TRANSFER_OUT', 'TRANSFER_IN', 'TRANSFER_RETURNED', 'ACCOUNT_CLOSED',
  'CORRECTION',
] as const;
export type MoneyKind = (typeof MONEY_KINDS)[number];

export interface Money {
  readonly kind: MoneyKind;
  /** Effect on the account: positive raised what it has. */
  readonly amountFen: bigint;
  /** What outside of the ledger the posting belongs to: invoice, charge, adjustment, refund, transfer, correction. */
  readonly reference: string;
}

/** Undefined for what moves nobody's money: openings, thresholds, claims, barriers. */
export function moneyOf(posting: Posting): Money | undefined {
  const { topUp, charge, reversal, chargeAdjustment, refundDecision, transferOut, transferIn, transferEnd, accountClosing, correction } = posting;
  if (charge) return { kind: 'CHARGE', amountFen: -charge.amountFen, reference: charge.chargeId };
  if (topUp) return { kind: 'TOP_UP', amountFen: topUp.amountFen, reference: topUp.invoiceNo };
  if (reversal) return { kind: 'TOP_UP_REVERSED', amountFen: -reversal.amountFen, reference: reversal.reversedPostingId };
  if (chargeAdjustment) return { kind: 'CHARGE_ADJUSTED', amountFen: -chargeAdjustment.amountFen, reference: chargeAdjustment.adjustmentId };
  if (refundDecision?.approved) return { kind: 'REFUND', amountFen: -refundDecision.amountFen, reference: refundDecision.refundId };
  if (transferOut) return { kind: 'TRANSFER_OUT', amountFen: -transferOut.amountFen, reference: posting.postingId };
  if (transferIn) return { kind: 'TRANSFER_IN', amountFen: transferIn.amountFen, reference: transferIn.transferId };
  if (transferEnd?.returned) return { kind: 'TRANSFER_RETURNED', amountFen: transferEnd.amountFen, reference: transferEnd.transferId };
  if (accountClosing) return { kind: 'ACCOUNT_CLOSED', amountFen: 0n, reference: '' };
  if (correction) return { kind: 'CORRECTION', amountFen: correction.amountFen, reference: correction.correctionId };
  return undefined;
}

/**
 * The posting as the billing center can write it down from its event, in any language: UTF-8 of
 * `shard|shardSequence|kind|accountNo|amountFen|balanceFen|receivableFen|postedOn|postedAt in ms since 1970|reference`.
 */
export function canonical(shard: number, posting: Posting, { kind, amountFen, reference }: Money): string {
  const { moneySequence, accountNo, balanceFen, receivableFen, postedOn, postedAt } = posting;
  return `${shard}|${moneySequence}|${kind}|${accountNo}|${amountFen}|${balanceFen}|${receivableFen}|${postedOn}|${postedAt!.getTime()}|${reference}`;
}

const CHARACTER_BYTES = 3;
let scratch = Buffer.alloc(1_024);

/** The digest after one more posting: SHA-256(digest before ‖ canonical form). A day's begins with 32 zero bytes. */
export function chained(digest: Buffer, text: string): Buffer {
  const most = digest.length + text.length * CHARACTER_BYTES;
  if (most > scratch.length) scratch = Buffer.alloc(2 * most);
  const end = digest.copy(scratch);
  return sha256(scratch.subarray(0, end + scratch.write(text, end)));
}

/** The shard of a posting by its id. */
export function shardOf(posting: Posting): number {
  return Number(posting.postingId.slice(0, posting.postingId.indexOf('-')));
}

