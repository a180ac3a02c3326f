import type { Posting } from '@youdian/contracts-billing/ledger';
import { Rejected } from '@youdian/rejection';
import type { Decision } from '../ledger/decide/command.ts';
import type { Ledger } from '../ledger/state.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { outcomeOf, submitDecision } from './decided.ts';
import type { Decide, LedgerShard } from './ledger-shard.ts';

export interface Ask {
  readonly accountNo: string;
  /** `openWithFen`: what an account that is new to the ledger opens with; undefined as long as nobody has vouched for it. */
  decide(ledger: Ledger, at: Date, openWithFen: bigint | undefined): Decision;
}

/** Posts, or finds what was posted under the same key before. Throws Rejected. */
export function post(shard: LedgerShard, directory: AccountDirectory, ask: Ask): Promise<Posting> {
  return postBy((openWithFen) => decideOn(shard, ask, openWithFen), shard, directory, ask.accountNo);
}

/** The same for a decision that may be taken in another process. */
export async function postBy(decide: (openWithFen: bigint | undefined) => Promise<Decision>, shard: LedgerShard, directory: AccountDirectory, accountNo: string): Promise<Posting> {
  let decision = await decide(undefined);
  if (decision.kind === 'reject' && decision.rejection.code === 'ACCOUNT_UNKNOWN' && (await directory.existing([accountNo])).has(accountNo)) {
    decision = await decide(directory.defaultThresholdFen);
  }
  if (decision.kind === 'reject') throw new Rejected(decision.rejection);
  if (decision.kind === 'post') return decision.answer;
  const [first] = await shard.postings([decision.sequence]);
  return first!;
}

export function decideOn(shard: LedgerShard, ask: Ask, openWithFen: bigint | undefined): Promise<Decision> {
  return submitDecision(shard, (ledger, at) => ask.decide(ledger, at, openWithFen));
}

/** Many at once, for accounts of which is known that they exist. In the order of the asks. */
export function decideAll(shard: LedgerShard, asks: readonly Ask[], openWithFen: bigint): Promise<Decision[]> {
  return shard.submitAll(asks.map((ask): Decide<Decision> => (ledger, at) => outcomeOf(ask.decide(ledger, at, openWithFen))));
}
