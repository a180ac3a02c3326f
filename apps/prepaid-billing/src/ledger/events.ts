import { BalanceLow, ChargePosted, ChargeRejected, TopUpPosted } from '@youdian/contracts-billing/events';
import type { Posting } from '@youdian/contracts-billing/ledger';

export const POSTING_TOPIC = 'prepaid-billing.posting.v1';
export const BALANCE_TOPIC = 'prepaid-billing.balance.v1';
export const CHARGE_REJECTED_TOPIC = 'prepaid-billing.charge-rejected.v1';
export const TOPICS = [POSTING_TOPIC, BALANCE_TOPIC, CHARGE_REJECTED_TOPIC] as const;

/** What a posting tells the others. */
export interface LedgerEvent {
  readonly topic: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: bigint;
  /** proto3 JSON */
  readonly data: unknown;
}

/** A posting's events come from the posting alone: after a crash and in the history they are the same again. */
export function eventsOf(posting: Posting): LedgerEvent[] {
  const { postingId, accountNo, balanceFen, receivableFen, postedOn, postedAt, eventSequence: sequence } = posting;
  const events: LedgerEvent[] = [];
  if (posting.topUp) {
    const data = TopUpPosted.toJSON({ postingId, accountNo, ...posting.topUp, balanceFen, receivableFen, postedOn, postedAt });
    events.push({ topic: POSTING_TOPIC, type: 'youdian.billing.v1.TopUpPosted', subject: accountNo, sequence, data });
  }
  if (posting.charge) {
    const data = ChargePosted.toJSON({ postingId, accountNo, ...posting.charge, balanceFen, receivableFen, postedOn, postedAt });
    events.push({ topic: POSTING_TOPIC, type: 'youdian.billing.v1.ChargePosted', subject: accountNo, sequence, data });
  }
  if (posting.lowBalanceEpisode) {
    const { episode, thresholdFen } = posting.lowBalanceEpisode;
    const data = BalanceLow.toJSON({ accountNo, balanceFen, receivableFen, thresholdFen, episode, postedAt });
    events.push({ topic: BALANCE_TOPIC, type: 'youdian.billing.v1.BalanceLow', subject: accountNo, sequence: episode, data });
  }
  if (posting.chargeRefusal) {
    const data = ChargeRejected.toJSON({ ...posting.chargeRefusal, accountNo });
    const subject = posting.chargeRefusal.chargeId;
    events.push({ topic: CHARGE_REJECTED_TOPIC, type: 'youdian.billing.v1.ChargeRejected', subject, sequence, data });
  }
  return events;
}
