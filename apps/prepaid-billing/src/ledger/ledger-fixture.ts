/** Given / when / then for the pure ledger, and nothing else. */
import type { Posting } from '@youdian/contracts-billing/ledger';
import { decideClosing, decideThreshold, type ChangeThreshold } from './decide/account.ts';
import { decideCharge, decideChargeAdjustment, type ChargeAccount, type ChargeAdjustment } from './decide/charge.ts';
import { decideClaims, type Claim, type Verdict } from './decide/claims.ts';
import type { Command, Decision } from './decide/command.ts';
import { decideArrears, decideBarriers } from './decide/day.ts';
import { decideRefund, decideRefundRequest } from './decide/refund.ts';
import { decideReversal, decideTopUp, type TopUp } from './decide/top-up.ts';
import { decideTransferEnd, decideTransferIn, decideTransferOut } from './decide/transfer.ts';
import { evolve } from './evolve.ts';
import { eventsOf, type LedgerEvent } from './events.ts';
import { inputHash } from './input-hash.ts';
import { emptyLedger, type Ledger } from './state.ts';

export const NOON = new Date('2026-03-02T04:00:00Z');
export const ACCOUNT = '0000000001';
export const THRESHOLD_FEN = 3_000n;

export interface Cashier {
  readonly ledger: Ledger;
  readonly postings: Posting[];
  readonly events: LedgerEvent[];
  topUp(amountFen: bigint, more?: Partial<TopUp>): Decision;
  charge(amountFen: bigint, more?: Partial<ChargeAccount>): Decision;
  threshold(thresholdFen: bigint, more?: Partial<ChangeThreshold>): Decision;
  claim(...claims: Claim[]): Verdict[];
  reverse(topUp: Posting, more?: Partial<Command>): Decision;
  adjust(amountFen: bigint, more?: Partial<ChargeAdjustment>): Decision;
  askRefund(amountFen: bigint, more?: Partial<Command>): Decision;
  decideRefund(refundId: string, approve: boolean, more?: Partial<Command>): Decision;
  transferOut(amountFen: bigint, toAccountNo: string, more?: Partial<Command>): Decision;
  transferIn(transferId: string, from: Cashier, more?: Partial<Command>): Decision;
  transferEnd(transferId: string, refused?: string): Decision;
  closeAccount(more?: Partial<Command>): Decision;
  /** What the clockwork does at the beginning of a day. */
  beginDay(): Posting[];
  at: Date;
  actor: string;
}

/** A shard's ledger in which every command has a key of its own unless it is given one. */
export function openLedger(shard = 2): Cashier {
  const ledger = emptyLedger(shard);
  const postings: Posting[] = [];
  const events: LedgerEvent[] = [];
  let keys = 0;
  const context = () => ({ at: desk.at, actor: desk.actor, traceparent: '00-aa-bb-01' });
  const append = (decided: readonly Posting[]) => {
    for (const posting of decided) {
      evolve(ledger, posting);
      postings.push(posting);
      events.push(...eventsOf(posting, { shards: 4, chainHead: 'head' }));
    }
  };
  /** What is said of a command beside its own fields; days that are over are closed first. */
  const base = (input: string, more: Partial<Command>) => {
    append(decideBarriers(ledger, context()));
    const accountNo = more.accountNo ?? ACCOUNT;
    return { key: `key-${++keys}`, accountNo, openWithFen: THRESHOLD_FEN, inputHash: inputHash(accountNo, input), ...more };
  };
  const settle = (decision: Decision) => {
    if (decision.kind === 'post') append(decision.postings);
    return decision;
  };
  const desk: Cashier = {
    ledger,
    postings,
    events,
    at: NOON,
    actor: 'cashier:C01',
    topUp: (amountFen, more = {}) =>
      settle(decideTopUp(ledger, { ...base(`top-up ${amountFen}`, more), amountFen, channel: 'TOP_UP_CHANNEL_COUNTER' as const, collectorId: 'C01', ...more }, context())),
    charge: (amountFen, more = {}) =>
      settle(decideCharge(ledger, { ...base(`charge ${amountFen}`, more), amountFen, chargeId: `CH${keys}`, period: '2026-02', dueOn: '2026-03-20', ...more }, context())),
    threshold: (thresholdFen, more = {}) => settle(decideThreshold(ledger, { ...base(`threshold ${thresholdFen}`, more), thresholdFen }, context())),
    claim: (...claims) => {
      base('', {});
      const decided = decideClaims(ledger, claims, context());
      append(decided.postings);
      return decided.verdicts;
    },
    reverse: (topUp, more = {}) => settle(decideReversal(ledger, { ...base(topUp.postingId, more), topUp, reason: '录错' }, context())),
    adjust: (amountFen, more = {}) =>
      settle(decideChargeAdjustment(ledger, { ...base(`adjust ${amountFen}`, more), amountFen, adjustmentId: `A${keys}`, chargeId: 'CH1', period: '2026-02', dueOn: '2026-03-20', reason: '抄表差错', ...more }, context())),
    askRefund: (amountFen, more = {}) => settle(decideRefundRequest(ledger, { ...base(`refund ${amountFen}`, more), amountFen, reason: '搬迁' }, context())),
    decideRefund: (refundId, approve, more = {}) => settle(decideRefund(ledger, { ...base(`${refundId} ${approve}`, more), refundId, approve, reason: '已核实' }, context())),
    transferOut: (amountFen, toAccountNo, more = {}) =>
      settle(decideTransferOut(ledger, { ...base(`${amountFen} ${toAccountNo}`, more), amountFen, toAccountNo, reason: '存错户' }, context())),
    transferIn: (transferId, from, more = {}) => {
      base('', {});
      return settle(decideTransferIn(ledger, { transferId, transfer: from.ledger.transfers.get(transferId)!, openWithFen: 'openWithFen' in more ? more.openWithFen : THRESHOLD_FEN }, context()));
    },
    transferEnd: (transferId, refused) => {
      base('', {});
      return settle(decideTransferEnd(ledger, { transferId, refused }, context()));
    },
    closeAccount: (more = {}) => settle(decideClosing(ledger, { ...base('close', more), reason: '拆迁' }, context())),
    beginDay: () => {
      base('', {});
      const begun = decideArrears(ledger, context());
      append(begun);
      return begun;
    },
  };
  return desk;
}

/** The answering posting of a command that was posted. */
export function posted(decision: Decision): Posting {
  if (decision.kind !== 'post') throw new Error(`not posted: ${JSON.stringify(decision)}`);
  return decision.answer;
}

export function rejected(decision: Decision): string {
  if (decision.kind !== 'reject') throw new Error(`not rejected but ${decision.kind}`);
  return decision.rejection.code;
}
