import { openShard, type CommitLog, type Shard } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf, type Publisher } from '@youdian/messaging';
import type { Ledger } from '../ledger/state.ts';
import { LEDGER_LIMITS, ledgerDefinition } from './definition.ts';
import type { ClockedShard } from './clockwork.ts';
import type { Shards } from './ledger-shard.ts';
import { rolling } from './rolling.ts';

export interface OpenShards extends Shards {
  readonly all: readonly Shard<Ledger, Posting>[];
  /** The same, as the ledger uses them. */
  readonly clocked: readonly ClockedShard[];
}

/** Takes over all shards, in the background; each answers as soon as it is here. */
export async function openShards(log: CommitLog, count: number, options: { publisher: Publisher; owner: string }): Promise<OpenShards> {
  await fixCount(log, count);
  const numbers = Array.from({ length: count }, (_, shard) => shard);
  const all = await Promise.all(numbers.map((shard) => openShard(log, ledgerDefinition(shard, count), { ...options, limits: LEDGER_LIMITS })));
  const clocked = all.map((shard): ClockedShard => ({ ledger: rolling(shard), owned: () => shard.owned }));
  const ledgers = clocked.map(({ ledger }) => ledger);
  return { all, clocked, each: () => ledgers, of: (subject) => ledgers[partitionOf(subject, count)]! };
}

/** With another count every account would be looked for in another shard. */
async function fixCount({ db }: CommitLog, count: number): Promise<void> {
  const settings = db.collection<{ _id: string; count: number }>('settings');
  await settings.insertOne({ _id: 'shards', count }).catch((error: { code?: unknown }) => {
    if (error.code !== DUPLICATE_KEY) throw error;
  });
  const fixed = await settings.findOne({ _id: 'shards' });
  if (Number(fixed!.count) !== count) throw new ShardCountDiffers(`LEDGER_SHARDS is ${count}, but this ledger was begun with ${fixed!.count} shards`);
}

const DUPLICATE_KEY = 11_000;

export class ShardCountDiffers extends Error {
  override readonly name = 'ShardCountDiffers';
}
