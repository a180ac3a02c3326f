import type { LedgerShard, Shards } from './ledger-shard.ts';

/** Asks each shard once for all that is its; the answers come in the order of the items. */
export async function askEach<T, O>(shards: Shards, items: readonly T[], subjectOf: (item: T) => string, ask: (shard: LedgerShard, mine: readonly T[]) => Promise<readonly O[]>): Promise<O[]> {
  const answers = new Array<O>(items.length);
  const byShard = Map.groupBy(items.keys(), (index) => shards.of(subjectOf(items[index]!)));
  await Promise.all(Array.from(byShard, async ([shard, indexes]) => {
    const mine = await ask(shard, indexes.map((index) => items[index]!));
    for (const [i, index] of indexes.entries()) answers[index] = mine[i]!;
  }));
  return answers;
}
