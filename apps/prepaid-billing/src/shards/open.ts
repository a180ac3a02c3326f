import { openShard, shareShards, type CommitLog, type Shard, type Sharing } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf, type Publisher } from '@youdian/messaging';
import { isDuplicateKey } from '@youdian/mongo-outcome';
import type { KeyLimits } from '../ledger/key-run.ts';
import type { Ledger } from '../ledger/state.ts';
import { LEDGER_LIMITS, ledgerDefinition } from './definition.ts';
import type { ClockedShard } from './clockwork.ts';
import { connectPeers, reaching, type ReachedShards } from './peers.ts';
import { rolling } from './rolling.ts';

export interface OpenShards extends ReachedShards {
  readonly all: readonly Shard<Ledger, Posting>[];
  readonly clocked: readonly ClockedShard[];
  readonly sharing: Sharing;
  close(): Promise<void>;
}

export interface ShardOwner {
  readonly publisher: Publisher;
  readonly owner: string;
  /** `host:port` where the other processes reach this one. */
  readonly address?: string | undefined;
  /** What of the keys stays in memory. */
  readonly keyLimits?: KeyLimits;
}

/** Takes its share of the shards over, in the background; each answers as soon as it is here. */
export async function openShards(log: CommitLog, count: number, { keyLimits, ...options }: ShardOwner): Promise<OpenShards> {
  await fixCount(log, count);
  const numbers = Array.from({ length: count }, (_, shard) => shard);
  const all = await Promise.all(numbers.map((shard) => openShard(log, ledgerDefinition(shard, count, keyLimits), { ...options, shared: true, limits: LEDGER_LIMITS })));
  const sharing = shareShards(log, all, options);
  const peers = connectPeers(all, sharing);
  const here = all.map(rolling);
  const ledgers = here.map((ledger, number) => reaching(number, ledger, peers));
  const numberOf = (subject: string) => partitionOf(subject, count);
  return {
    all, here, peers, sharing, numberOf,
    clocked: all.map((shard, number) => ({ ledger: ledgers[number]!, owned: () => shard.owned })),
    each: () => ledgers,
    of: (subject) => ledgers[numberOf(subject)]!,
    close: async () => {
      await sharing.close();
      await Promise.all(all.map((shard) => shard.close()));
      peers.close();
    },
  };
}

/** With another count every account would be looked for in another shard. */
async function fixCount({ db }: CommitLog, count: number): Promise<void> {
  const settings = db.collection<{ _id: string; count: number }>('settings');
  await settings.insertOne({ _id: 'shards', count }).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
  });
  const fixed = await settings.findOne({ _id: 'shards' });
  if (Number(fixed!.count) !== count) throw new ShardCountDiffers(`LEDGER_SHARDS is ${count}, but this ledger was begun with ${fixed!.count} shards`);
}

export class ShardCountDiffers extends Error {
  override readonly name = 'ShardCountDiffers';
}
