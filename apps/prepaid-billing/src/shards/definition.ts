import type { ShardDefinition, ShardLimits } from '@youdian/commit-log';
import { PostingBatch, type Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf } from '@youdian/messaging';
import { settlingOf } from '../ledger/decide/batch.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { evolve } from '../ledger/evolve.ts';
import { KEY_LIMITS } from '../ledger/key-run.ts';
import { ARREARS_TOPIC, BALANCE_TOPIC, CHARGE_BATCH_TOPIC, DAY_TOPIC, eventsOf, POSTING_TOPIC, TOPICS } from '../ledger/events.ts';
import { packLedger, SNAPSHOT_FORM, unpackLedger } from '../ledger/snapshot.ts';
import { emptyLedger, type Ledger } from '../ledger/state.ts';

/** Together they bound what a restart reads after the snapshot: 4 shards of 100,000 postings are a few seconds. */
export const LEDGER_LIMITS: Partial<ShardLimits> = { snapshotPostings: 100_000, snapshotCommits: 20_000 };

export function shardName(shard: number): string {
  return `ledger-${shard.toString().padStart(2, '0')}`;
}

export function decodePostings(bytes: Uint8Array): Posting[] {
  return PostingBatch.decode(bytes).postings;
}

function settledAt({ keys }: Ledger, batchId: string): number[] {
  const settled = keys.find(settlingOf(batchId), NO_HASH);
  return settled ? [settled.sequence] : [];
}

/** The shard in which all events of a subject are; undefined: they are in none. */
export function shardOfEvents(topic: string, subject: string, shards: number): number | undefined {
  if (!(TOPICS as readonly string[]).includes(topic)) return undefined;
  if (topic !== DAY_TOPIC) return partitionOf(subject, shards);
  return /^\d\d$/.test(subject) && Number(subject) < shards ? Number(subject) : undefined;
}

/** How the commit log keeps a shard of the ledger, one of `shards`. */
export function ledgerDefinition(shard: number, shards: number, keyLimits = KEY_LIMITS): ShardDefinition<Ledger, Posting> {
  return {
    shard: shardName(shard),
    source: '/youdian/prepaid-billing',
    topics: TOPICS,
    codec: { encode: (postings) => PostingBatch.encode({ postings: postings as Posting[] }).finish(), decode: decodePostings },
    machine: { initial: () => emptyLedger(shard, keyLimits), apply: evolve },
    events: (posting, commit) => {
      const drafts = eventsOf(posting, { shards, chainHead: commit.hash });
      if (drafts.length === 0) return [];
      const { moneySequence, postedOn, traceparent } = posting;
      const time = posting.postedAt!;
      const place = { ce_shard: String(shard), ce_postedon: postedOn };
      const extensions = moneySequence > 0n ? { ...place, ce_shardsequence: moneySequence.toString() } : place;
      return drafts.map(({ topic, type, subject, sequence, data }) => {
        const draft = { topic, type, subject, sequence, time, extensions, data: Buffer.from(JSON.stringify(data)) };
        return traceparent ? { ...draft, traceparent } : draft;
      });
    },
    snapshot: { form: SNAPSHOT_FORM, encode: packLedger, decode: (bytes) => unpackLedger(bytes, keyLimits) },
    outside: {
      missed: ({ keys }) => keys.missed(),
      recall: ({ keys }, missed, pages) => keys.recall(missed, pages),
      forget: ({ keys }) => keys.forget(),
      leave: ({ keys }) => keys.leave(),
    },
    holds: (topic, subject) => shardOfEvents(topic, subject, shards) === shard,
    locate: (ledger, topic, subject, from) => {
      const skipped = Math.max(0, Number(from) - 1); // who names no sequence asks for all
      if (topic === DAY_TOPIC) return ledger.barriers.slice(skipped).map(({ sequence }) => sequence);
      if (topic === CHARGE_BATCH_TOPIC) return settledAt(ledger, subject);
      const account = ledger.accounts.get(subject);
      if (topic === POSTING_TOPIC) return account?.postings(skipped) ?? [];
      // An account's episodes are opened by its postings.
      if (topic === BALANCE_TOPIC) return account?.postings() ?? [];
      if (topic === ARREARS_TOPIC) return account?.arrearsPostings ?? [];
      return (ledger.refusals.get(subject) ?? []).slice(skipped);
    },
  };
}
