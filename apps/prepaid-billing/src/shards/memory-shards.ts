/** Shards without a store, for unit tests of what is built on them. */
import assert from 'node:assert/strict';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf } from '@youdian/messaging';
import { evolve } from '../ledger/evolve.ts';
import { eventsOf, type LedgerEvent } from '../ledger/events.ts';
import { emptyLedger, type Ledger } from '../ledger/state.ts';
import { wire } from './job.ts';
import type { LedgerShard } from './ledger-shard.ts';
import type { Peers, ReachedShards } from './peers.ts';
import { rolling } from './rolling.ts';

export interface MemoryShards extends ReachedShards {
  readonly ledgers: readonly Ledger[];
  readonly posted: Posting[];
  readonly events: LedgerEvent[];
  /** Fails the n-th submission from now on, as a crash before its append would. */
  failAt(submission: number): void;
}

/** No other process. */
const ALONE: Peers = { addressOf: () => undefined, calls: () => assert.fail('there is nobody else'), close: () => {} };

const overWire = <T>(value: T): T => wire.read(wire.write(value));

export function memoryShards(count: number, now: Date): MemoryShards {
  const posted: Posting[] = [];
  const events: LedgerEvent[] = [];
  let failIn = 0;
  const ledgers = Array.from({ length: count }, (_, shard) => emptyLedger(shard));
  const shards = ledgers.map((ledger): LedgerShard => {
    const mine: Posting[] = [];
    const submitOne = <T>(decide: (ledger: Ledger, at: Date) => { readonly postings?: readonly Posting[]; readonly result: T }): T => {
      if (failIn > 0 && --failIn === 0) throw new Error('killed');
      const { postings = [], result } = decide(ledger, now);
      for (const posting of postings) {
        evolve(ledger, posting);
        mine.push(posting);
        posted.push(posting);
        events.push(...eventsOf(posting, { shards: count, chainHead: '' }));
      }
      return result;
    };
    const shard = rolling({
      submit: async (decide) => submitOne(decide),
      submitAll: async (decides) => decides.map(submitOne),
      postings: async (sequences) => sequences.map((sequence) => mine[sequence - 1]!),
    });
    // As if another process owned it.
    return { ...shard, ask: async (job, input) => overWire(await job.run(shard, overWire(input))) };
  });
  return {
    ledgers, posted, events,
    failAt: (submission) => (failIn = submission),
    here: shards,
    peers: ALONE,
    numberOf: (subject) => partitionOf(subject, count),
    each: () => shards,
    of: (subject) => shards[partitionOf(subject, count)]!,
  };
}
