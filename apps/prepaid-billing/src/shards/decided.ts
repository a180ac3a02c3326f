import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Decision } from '../ledger/decide/command.ts';
import type { Ledger } from '../ledger/state.ts';
import type { LedgerShard } from './ledger-shard.ts';

export type Decide = (ledger: Ledger, at: Date) => Decision;

/** One decision, with its postings durable. */
export function submitDecision(shard: LedgerShard, decide: Decide): Promise<Decision> {
  return shard.submit((ledger, at) => outcomeOf(decide(ledger, at)));
}

export function outcomeOf(decision: Decision): { readonly postings: readonly Posting[]; readonly result: Decision } {
  return { postings: decision.kind === 'post' ? decision.postings : [], result: decision };
}

/** The answering posting of a step that cannot be refused: of now, or of the first time. */
export async function decided(shard: LedgerShard, decide: Decide): Promise<Posting> {
  const decision = await submitDecision(shard, decide);
  if (decision.kind === 'reject') throw new Error(`a step of the ledger's own was refused: ${decision.rejection.code}`);
  return decision.kind === 'post' ? decision.answer : (await shard.postings([decision.sequence]))[0]!;
}
