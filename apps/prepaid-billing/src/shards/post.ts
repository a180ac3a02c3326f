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

type DecideWith = (openWithFen: bigint | undefined) => Promise<Decision>;

/** The same for a decision that may be taken in another process. */
export async function postBy(decide: DecideWith, shard: LedgerShard, directory: AccountDirectory, accountNo: string): Promise<Posting> {
  const decision = await vouched(decide, directory, accountNo);
  return decision.kind === 'post' ? decision.answer : (await shard.postings([decision.sequence]))[0]!;
}

/** Where the ledger does not know the account, the directory vouches for it. Throws Rejected. */
export async function vouched(decide: DecideWith, directory: AccountDirectory, accountNo: string): Promise<Exclude<Decision, { kind: 'reject' }>> {
  let decision = await decide(undefined);
  if (decision.kind === 'reject' && decision.rejection.code === 'ACCOUNT_UNKNOWN' && (await directory.existing([accountNo])).has(accountNo)) {
    decision = await decide(directory.defaultThresholdFen);
  }
  if (decision.kind === 'reject') throw new Rejected(decision.rejection);
  return decision;
}

export function decideOn(shard: LedgerShard, ask: Ask, openWithFen: bigint | undefined): Promise<Decision> {
  return submitDecision(shard, (ledger, at) => ask.decide(ledger, at, openWithFen));
}

/** Many at once, for accounts of which is known that they exist. In the order of the asks. */
export function decideAll(shard: LedgerShard, asks: readonly Ask[], openWithFen: bigint): Promise<Decision[]> {
  return shard.submitAll(asks.map((ask): Decide<Decision> => (ledger, at) => outcomeOf(ask.decide(ledger, at, openWithFen))));
}
