/** Given / when / then for the pure ledger, and nothing else. */
import type { Posting } from '@youdian/contracts-billing/ledger';
import * as decisions from './decide.ts';
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
  topUp(amountFen: bigint, more?: Partial<decisions.TopUp>): decisions.Decision;
  charge(amountFen: bigint, more?: Partial<decisions.ChargeAccount>): decisions.Decision;
  threshold(thresholdFen: bigint, more?: Partial<decisions.ChangeThreshold>): decisions.Decision;
  claim(...claims: decisions.Claim[]): decisions.Verdict[];
  at: Date;
}

/** A shard's ledger in which every command has a key of its own unless it is given one. */
export function openLedger(shard = 2): Cashier {
  const ledger = emptyLedger(shard);
  const postings: Posting[] = [];
  const events: LedgerEvent[] = [];
  let keys = 0;
  const base = (more: Partial<decisions.Command>) => ({ key: `key-${++keys}`, accountNo: ACCOUNT, openWithFen: THRESHOLD_FEN, ...more });
  const context = () => ({ at: desk.at, actor: 'cashier:C01', traceparent: '00-aa-bb-01' });
  const append = (decided: readonly Posting[]) => {
    for (const posting of decided) {
      evolve(ledger, posting);
      postings.push(posting);
      events.push(...eventsOf(posting));
    }
  };
  const settle = (decision: decisions.Decision) => {
    if (decision.kind === 'post') append(decision.postings);
    return decision;
  };
  const desk: Cashier = {
    ledger,
    postings,
    events,
    at: NOON,
    topUp: (amountFen, more = {}) => {
      const command = { ...base(more), amountFen, channel: 'TOP_UP_CHANNEL_COUNTER' as const, collectorId: 'C01', ...more };
      return settle(decisions.decideTopUp(ledger, { inputHash: inputHash(command.accountNo, `${amountFen}`, command.channel), ...command }, context()));
    },
    charge: (amountFen, more = {}) => {
      const command = { ...base(more), amountFen, chargeId: 'CH1', period: '2026-02', dueOn: '2026-03-20', ...more };
      return settle(decisions.decideCharge(ledger, { inputHash: inputHash(command.accountNo, `${amountFen}`), ...command }, context()));
    },
    threshold: (thresholdFen, more = {}) =>
      settle(decisions.decideThreshold(ledger, { ...base(more), inputHash: inputHash(`${thresholdFen}`), thresholdFen }, context())),
    claim: (...claims) => {
      const decided = decisions.decideClaims(ledger, claims, context());
      append(decided.postings);
      return decided.verdicts;
    },
  };
  return desk;
}

/** The answering posting of a command that was posted. */
export function posted(decision: decisions.Decision): Posting {
  if (decision.kind !== 'post') throw new Error(`not posted: ${JSON.stringify(decision)}`);
  return decision.answer;
}

export function rejected(decision: decisions.Decision): string {
  if (decision.kind !== 'reject') throw new Error(`not rejected but ${decision.kind}`);
  return decision.rejection.code;
}
