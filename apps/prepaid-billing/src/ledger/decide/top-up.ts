import type { Posting } from '@youdian/contracts-billing/ledger';
import type { TopUpChannel } from '@youdian/contracts-billing/events';
import { moneyAccount } from '../chart.ts';
import { dayOf } from '../day-of.ts';
import { TAKEN_EARLIEST, TOP_UP_MAX_FEN } from '../limits.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { moneyIn, moneyOut, post, postingTime, prepare, startPosting } from './posting.ts';

export interface TopUp extends Command {
  readonly amountFen: bigint;
  readonly channel: TopUpChannel;
  /** Who holds the cash; empty when nobody does. */
  readonly collectorId: string;
  readonly takenAt?: Date | undefined;
  /** The collector's open shift; empty outside of shifts. */
  readonly shiftId?: string | undefined;
  /** Claimed already, out of a block; empty: the next of the ledger's own. */
  readonly invoiceNo?: string | undefined;
}

export function decideTopUp(ledger: Ledger, command: TopUp, context: Context): Decision {
  const { amountFen, channel, collectorId, takenAt, shiftId = '' } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (amountFen <= 0n) return reject(rejections.amountNotPositive);
  if (amountFen > TOP_UP_MAX_FEN) return reject(rejections.amountTooLarge);
  if (channel === 'TOP_UP_CHANNEL_UNSPECIFIED') return reject(rejections.channelMissing);
  if (takenAt && takenAt > context.at) return reject(rejections.takenAtInFuture);
  if (takenAt && takenAt < TAKEN_EARLIEST) return reject(rejections.takenAtTooEarly);
  if (ledger.closedShifts.has(shiftId)) return reject(rejections.shiftClosed);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.topUp = { amountFen, channel, collectorId, invoiceNo: command.invoiceNo || nextInvoiceNo(ledger), takenAt: takenAt ?? posting.postedAt };
  posting.shiftId = shiftId;
  moneyIn(ledger, posting, prepared, { amountFen, from: moneyAccount(channel, collectorId) });
  return post(prepared, posting);
}

export interface Reversal extends Command {
  /** As it was posted, in this shard. */
  readonly topUp: Posting;
  readonly reason: string;
}

/** Takes a top-up of the same day back: what was used of it is owed, and the invoice is void but keeps its number. */
export function decideReversal(ledger: Ledger, command: Reversal, context: Context): Decision {
  const { topUp: reversed, reason, inputHash } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const { topUp, postingId, postedOn, accountNo, shiftId } = reversed;
  if (!topUp) return reject(rejections.notATopUp);
  const today = dayOf(postingTime(ledger, context.at));
  if (postedOn !== today) return reject(rejections.reversalTooLate(postedOn));
  if (ledger.closedShifts.has(shiftId)) return reject(rejections.shiftClosed);
  if (ledger.keys.find(reversalOf(postingId), inputHash)) return reject(rejections.alreadyReversed);
  const prepared = prepare(ledger, { ...command, accountNo }, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  const posting = startPosting(ledger, prepared.postings.length, { ...command, accountNo }, context);
  const { amountFen, channel, collectorId, takenAt, invoiceNo: voided } = topUp;
  posting.reversal = { amountFen, reversedPostingId: postingId, invoiceNo: voided, reason, channel, collectorId, takenAt };
  posting.shiftId = shiftId;
  moneyOut(ledger, posting, prepared, {
    amountFen, to: moneyAccount(channel, collectorId), item: { itemId: posting.postingId, period: '', dueOn: posting.postedOn },
  });
  return post(prepared, posting);
}

/** The key under which a top-up can be taken back but once. */
export function reversalOf(postingId: string): string {
  return `reversal-of|${postingId}`;
}

/** `<2-digit shard>-<8-digit serial>`, gapless in each shard. */
function nextInvoiceNo({ shard, invoices }: Ledger): string {
  return `${shard.toString().padStart(2, '0')}-${(invoices.length + 1).toString().padStart(8, '0')}`;
}
