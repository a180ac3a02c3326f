import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Decision } from '../ledger/decide/command.ts';
import type { Ledger } from '../ledger/state.ts';
import type { LedgerShard } from './ledger-shard.ts';

/** The answering posting of a step that cannot be refused: of now, or of the first time. */
export async function decided(shard: LedgerShard, decide: (ledger: Ledger, at: Date) => Decision): Promise<Posting> {
  const decision = await shard.submit((ledger, at) => {
    const result = decide(ledger, at);
    return { postings: result.kind === 'post' ? result.postings : [], result };
  });
  if (decision.kind === 'reject') throw new Error(`a step of the ledger's own was refused: ${decision.rejection.code}`);
  return decision.kind === 'post' ? decision.answer : (await shard.postings([decision.sequence]))[0]!;
}
