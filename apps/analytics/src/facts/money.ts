import { AccountClosed, ArrearsCleared, ArrearsStarted, BalanceLow, ChargeAdjusted, ChargePosted, TopUpPosted, TopUpReversed } from '@youdian/contracts-billing/events';
import { change, nothing, takeBack, type FactChange, type Origin } from './change.ts';
import { code, dayOf, hourOf, known, required, startOf } from './columns.ts';

export const MONEY_EVENTS: Record<string, (payload: unknown, origin: Origin) => FactChange[]> = {
  /** Counted on the day on which the money was taken, which for the roving teams may be earlier than its posting. */
  'youdian.billing.v1.TopUpPosted': (payload, origin) => {
    const posted = TopUpPosted.fromJSON(payload);
    const takenAt = required(posted.takenAt ?? posted.postedAt, 'takenAt');
    return [change('top_up_facts', origin, {
      posting_id: posted.postingId, account_no: required(posted.accountNo, 'accountNo'), amount_fen: posted.amountFen,
      channel: code('TOP_UP_CHANNEL_', posted.channel), taken_at: takenAt, ...hourOf(takenAt),
    })];
  },
  /** The top-up counts no more, where it had counted. */
  'youdian.billing.v1.TopUpReversed': (payload, origin) => {
    const reversed = TopUpReversed.fromJSON(payload);
    const takenAt = required(reversed.takenAt ?? reversed.postedAt, 'takenAt');
    return [takeBack('top_up_facts', origin, {
      posting_id: reversed.reversedPostingId, account_no: required(reversed.accountNo, 'accountNo'), amount_fen: reversed.amountFen,
      channel: code('TOP_UP_CHANNEL_', reversed.channel), taken_at: takenAt, ...hourOf(takenAt),
    })];
  },
  /** Counted on the day on which the ledger posted it; `period` is the month of usage. */
  'youdian.billing.v1.ChargePosted': (payload, origin) => {
    const posted = ChargePosted.fromJSON(payload);
    const postedAt = required(posted.postedAt, 'postedAt');
    return [change('charge_facts', origin, {
      kind: 'CHARGE', charge_id: posted.chargeId, account_no: required(posted.accountNo, 'accountNo'), amount_fen: posted.amountFen,
      period: required(posted.period, 'period'), posted_at: postedAt, ...hourOf(postedAt), ...due(posted.dueOn),
    })];
  },
  /** More or less of a charge, where the charge counts. */
  'youdian.billing.v1.ChargeAdjusted': (payload, origin) => {
    const adjusted = ChargeAdjusted.fromJSON(payload);
    const postedAt = required(adjusted.postedAt, 'postedAt');
    return [change('charge_facts', origin, {
      kind: 'ADJUSTMENT', charge_id: adjusted.chargeId, account_no: required(adjusted.accountNo, 'accountNo'), amount_fen: adjusted.amountFen,
      period: known(adjusted.period), posted_at: postedAt, ...hourOf(postedAt), ...due(adjusted.dueOn),
    })];
  },
  'youdian.billing.v1.ArrearsStarted': (payload, origin) => {
    const started = ArrearsStarted.fromJSON(payload);
    return [change('arrears_started_facts', origin, {
      account_no: required(started.accountNo, 'accountNo'), item_id: required(started.itemId, 'itemId'), period: known(started.period), ...due(required(started.dueOn, 'dueOn')),
      owed_fen: started.owedFen, started_on: required(started.startedOn, 'startedOn'), posted_at: required(started.postedAt, 'postedAt'),
    })];
  },
  'youdian.billing.v1.ArrearsCleared': (payload, origin) => {
    const cleared = ArrearsCleared.fromJSON(payload);
    return [change('arrears_cleared_facts', origin, {
      account_no: required(cleared.accountNo, 'accountNo'), item_id: required(cleared.itemId, 'itemId'),
      cleared_on: required(cleared.clearedOn, 'clearedOn'), posted_at: required(cleared.postedAt, 'postedAt'),
    })];
  },
  'youdian.billing.v1.BalanceLow': (payload, origin) => {
    const low = BalanceLow.fromJSON(payload);
    const postedAt = required(low.postedAt, 'postedAt');
    return [change('balance_alert_facts', origin, {
      account_no: required(low.accountNo, 'accountNo'), balance_fen: low.balanceFen, threshold_fen: low.thresholdFen,
      episode: low.episode, posted_at: postedAt, ...dayOf(postedAt),
    })];
  },
  'youdian.billing.v1.AccountClosed': (payload, origin) => {
    const closed = AccountClosed.fromJSON(payload);
    return [change('account_closings', origin, { account_no: required(closed.accountNo, 'accountNo'), closed_at: required(closed.postedAt, 'postedAt') })];
  },
  'youdian.billing.v1.RefundPosted': nothing,
  'youdian.billing.v1.TransferPosted': nothing,
  'youdian.billing.v1.CorrectionPosted': nothing,
};

/** The due day, and its first instant, for what the account was then. Charges of old have none. */
function due(dueOn: string): { due_on: string | null; due_at: Date | null } {
  return { due_on: known(dueOn), due_at: dueOn === '' ? null : startOf(dueOn, 'dueOn') };
}
