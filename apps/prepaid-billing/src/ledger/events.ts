import {
  AccountClosed, ArrearsCleared, ArrearsStarted, BalanceLow, ChargeAdjusted, ChargeBatchSettled, ChargePosted, ChargeRejected, CorrectionPosted, DayClosed, RefundPosted, TopUpPosted,
  TopUpReversed, TransferPosted, type TransferSide,
} from '@youdian/contracts-billing/events';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { shardOf } from './money-kind.ts';

export const POSTING_TOPIC = 'prepaid-billing.posting.v1';
export const BALANCE_TOPIC = 'prepaid-billing.balance.v1';
export const ARREARS_TOPIC = 'prepaid-billing.arrears.v1';
export const DAY_TOPIC = 'prepaid-billing.day.v1';
export const CHARGE_BATCH_TOPIC = 'prepaid-billing.charge-batch.v1';
export const CHARGE_REJECTED_TOPIC = 'prepaid-billing.charge-rejected.v1';
export const TOPICS = [POSTING_TOPIC, BALANCE_TOPIC, ARREARS_TOPIC, DAY_TOPIC, CHARGE_BATCH_TOPIC, CHARGE_REJECTED_TOPIC] as const;

/** What a posting tells the others. */
export interface LedgerEvent {
  readonly topic: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: bigint;
  /** proto3 JSON */
  readonly data: unknown;
}

/** What the posting itself does not know of where it stands. */
export interface Surroundings {
  /** How many shards the ledger has. */
  readonly shards: number;
  /** Head of the hash chain with the posting's own commit. */
  readonly chainHead: string;
}

/** A posting's events come from its commit alone: after a crash and in the history they are the same again. */
export function eventsOf(posting: Posting, surroundings: Surroundings): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  const { accountNo, postedAt } = posting;
  const money = moneyEvent(posting);
  if (money) events.push({ topic: POSTING_TOPIC, type: `youdian.billing.v1.${money[0]}`, subject: accountNo, sequence: posting.eventSequence, data: money[1] });
  if (posting.lowBalanceEpisode) {
    const { balanceFen, receivableFen, lowBalanceEpisode } = posting;
    const data = BalanceLow.toJSON({ accountNo, balanceFen, receivableFen, ...lowBalanceEpisode, postedAt });
    events.push({ topic: BALANCE_TOPIC, type: 'youdian.billing.v1.BalanceLow', subject: accountNo, sequence: lowBalanceEpisode.episode, data });
  }
  for (const change of posting.arrearsChanges) events.push(arrearsEvent(posting, change));
  if (posting.chargeRefusal) {
    const { eventSequence: sequence, chargeRefusal } = posting;
    const data = ChargeRejected.toJSON({ ...chargeRefusal, accountNo });
    events.push({ topic: CHARGE_REJECTED_TOPIC, type: 'youdian.billing.v1.ChargeRejected', subject: chargeRefusal.chargeId, sequence, data });
  }
  if (posting.chargeBatchSettling) events.push(batchEvent(posting));
  if (posting.dayBarrier && posting.dayBarrier.closes !== '') events.push(dayEvent(posting, surroundings));
  return events;
}

/** Type and data of the event that a posting of money is. */
function moneyEvent(posting: Posting): [type: string, data: unknown] | undefined {
  const { postingId, accountNo, balanceFen, receivableFen, postedOn, postedAt } = posting;
  const { topUp, charge, reversal, chargeAdjustment, refundDecision, transferOut, transferIn, transferEnd, accountClosing, correction } = posting;
  const common = { postingId, accountNo, balanceFen, receivableFen, postedOn, postedAt };
  if (charge) return ['ChargePosted', ChargePosted.toJSON({ ...common, ...charge })];
  if (topUp) return ['TopUpPosted', TopUpPosted.toJSON({ ...common, ...topUp })];
  if (reversal) return ['TopUpReversed', TopUpReversed.toJSON({ ...common, ...reversal })];
  if (chargeAdjustment) return ['ChargeAdjusted', ChargeAdjusted.toJSON({ ...common, ...chargeAdjustment })];
  if (refundDecision?.approved) return ['RefundPosted', RefundPosted.toJSON({ ...common, ...refundDecision })];
  const transfer = (side: TransferSide, transferId: string, amountFen: bigint, otherAccountNo: string): [string, unknown] =>
    ['TransferPosted', TransferPosted.toJSON({ ...common, transferId, amountFen, side, otherAccountNo })];
  if (transferOut) return transfer('TRANSFER_SIDE_OUT', postingId, transferOut.amountFen, transferOut.toAccountNo);
  if (transferIn) return transfer('TRANSFER_SIDE_IN', transferIn.transferId, transferIn.amountFen, transferIn.fromAccountNo);
  if (transferEnd?.returned) return transfer('TRANSFER_SIDE_RETURNED', transferEnd.transferId, transferEnd.amountFen, transferEnd.toAccountNo);
  if (correction) return ['CorrectionPosted', CorrectionPosted.toJSON({ ...common, ...correction })];
  if (accountClosing) return ['AccountClosed', AccountClosed.toJSON({ postingId, accountNo, postedOn, postedAt })];
  return undefined;
}

function arrearsEvent({ accountNo, postedOn, postedAt }: Posting, change: Posting['arrearsChanges'][number]): LedgerEvent {
  const { sequence, cleared, itemId, period, dueOn, amountFen } = change;
  const common = { accountNo, itemId, period, dueOn, postedAt };
  const data = cleared
    ? ArrearsCleared.toJSON({ ...common, paidFen: amountFen, clearedOn: postedOn })
    : ArrearsStarted.toJSON({ ...common, owedFen: amountFen, startedOn: postedOn });
  return { topic: ARREARS_TOPIC, type: `youdian.billing.v1.${cleared ? 'ArrearsCleared' : 'ArrearsStarted'}`, subject: accountNo, sequence, data };
}

function batchEvent({ chargeBatchSettling: settling, postedAt }: Posting): LedgerEvent {
  const { batchId, declaredFen, acceptedFen, duplicateFen, rejectedFen } = settling!;
  const sumMatches = acceptedFen + duplicateFen + rejectedFen === declaredFen;
  const data = ChargeBatchSettled.toJSON({ ...settling!, sumMatches, settledAt: postedAt });
  return { topic: CHARGE_BATCH_TOPIC, type: 'youdian.billing.v1.ChargeBatchSettled', subject: batchId, sequence: 1n, data };
}

function dayEvent(posting: Posting, { shards, chainHead }: Surroundings): LedgerEvent {
  const { closes: day, firstSequence, lastSequence, totals, digest, barrier } = posting.dayBarrier!;
  const shard = shardOf(posting);
  const data = DayClosed.toJSON({
    day, shard, shards, firstShardSequence: firstSequence, lastShardSequence: lastSequence, totals, digest: digest.toString('hex'), chainHead, postedAt: posting.postedAt,
  });
  return { topic: DAY_TOPIC, type: 'youdian.billing.v1.DayClosed', subject: shard.toString().padStart(2, '0'), sequence: barrier, data };
}
