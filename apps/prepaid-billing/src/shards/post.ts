import type { Posting } from '@youdian/contracts-billing/ledger';
import { Rejected } from '@youdian/rejection';
import type { Decision } from '../ledger/decide/command.ts';
import type { Ledger } from '../ledger/state.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { outcomeOf, submitDecision } from './decided.ts';
import type { Decide, LedgerShard, Shards } from './ledger-shard.ts';

export interface Ask {
  readonly accountNo: string;
  /** `openWithFen`: what an account that is new to the ledger opens with; undefined as long as nobody has vouched for it. */
  decide(ledger: Ledger, at: Date, openWithFen: bigint | undefined): Decision;
}

/** Posts, or finds what was posted under the same key before. Throws Rejected. */
export async function post(shard: LedgerShard, directory: AccountDirectory, ask: Ask): Promise<Posting> {
  let decision = await decideOn(shard, ask, undefined);
  if (decision.kind === 'reject' && decision.rejection.code === 'ACCOUNT_UNKNOWN' && (await directory.existing([ask.accountNo])).has(ask.accountNo)) {
    decision = await decideOn(shard, ask, directory.defaultThresholdFen);
  }
  if (decision.kind === 'reject') throw new Rejected(decision.rejection);
  if (decision.kind === 'post') return decision.answer;
  const [first] = await shard.postings([decision.sequence]);
  return first!;
}

export function decideOn(shard: LedgerShard, ask: Ask, openWithFen: bigint | undefined): Promise<Decision> {
  return submitDecision(shard, (ledger, at) => ask.decide(ledger, at, openWithFen));
}

/** Many at once, of any shards: for accounts of which is known that they exist. In the order of the asks. */
export async function decideAll(shards: Shards, asks: readonly Ask[], openWithFen: bigint): Promise<Decision[]> {
  const decisions = new Array<Decision>(asks.length);
  const byShard = Map.groupBy(asks.keys(), (index) => shards.of(asks[index]!.accountNo));
  await Promise.all(Array.from(byShard, async ([shard, indexes]) => {
    const decided = await shard.submitAll(indexes.map((index): Decide<Decision> => (ledger, at) => outcomeOf(asks[index]!.decide(ledger, at, openWithFen))));
    for (const [i, index] of indexes.entries()) decisions[index] = decided[i]!;
  }));
  return decisions;
}
