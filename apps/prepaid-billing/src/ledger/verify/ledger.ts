import { verifyShard, type KnownHead, type ShardDefinition, type ShardStore, type Verdict, type Verification } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Ledger } from '../state.ts';
import { AcrossShards } from './across.ts';
import { checkPosting } from './check.ts';
import { difference } from './difference.ts';

export interface LedgerVerdict {
  readonly shards: readonly Verdict<Ledger>[];
  /** What is wrong between shards; only when each is right in itself. */
  readonly across?: string;
  /** Why shards were not held against each other, although each is right. */
  readonly notHeld?: string;
}

const withKeys: Verification<Ledger, Posting>['difference'] = async (replayed, snapshot, pages) =>
  difference(replayed, snapshot) ?? (await replayed.keys.difference(snapshot.keys, pages));

/** The whole ledger, shard after shard. `heads` by the shard's name; `told` hears of each shard as it is done. */
export async function verifyLedger(
  store: ShardStore, definitions: readonly ShardDefinition<Ledger, Posting>[], heads: ReadonlyMap<string, readonly KnownHead[]>, told: (verdict: Verdict<Ledger>) => void = () => {},
): Promise<LedgerVerdict> {
  const transfers = new AcrossShards();
  const check = (ledger: Ledger, posting: Posting) => {
    checkPosting(ledger, posting);
    transfers.take(posting);
  };
  const shards: Verdict<Ledger>[] = [];
  for (const definition of definitions) {
    const verdict = await verifyShard(store, definition, { check, difference: withKeys, heads: heads.get(definition.shard) ?? [] });
    shards.push(verdict);
    told(verdict);
  }
  if (shards.some(({ fault }) => fault !== undefined)) return { shards };
  const across = transfers.fault(shards.map(({ state }) => state));
  if (across === undefined) return { shards };
  // One was read after the other: in a ledger that is being written a transfer may have ended between the two.
  const moved = await Promise.all(shards.map(async ({ shard, tail }) => (await store.log.newest(shard)) > tail.seq));
  return moved.includes(true) ? { shards, notHeld: across } : { shards, across };
}
