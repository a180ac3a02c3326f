/** The ledger's shards in this process on a real database, without Kafka: what it does by itself. */
import '../young.ts';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openCommitLog, openShard } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf, type Publisher } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { systemClock } from '@youdian/telemetry';
import { eventually } from '@youdian/testing';
import { MongoClient } from 'mongodb';
import type { AccountDirectory } from '../accounts/directory.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { inputHash } from '../ledger/input-hash.ts';
import type { Ledger } from '../ledger/state.ts';
import { askEach } from '../shards/ask-each.ts';
import { LEDGER_LIMITS, ledgerDefinition } from '../shards/definition.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decideAll, type Ask } from '../shards/post.ts';
import { rolling } from '../shards/rolling.ts';

export const SHARDS = 4;
/** As many postings as one stream hands over at a time, and how many of such are under way. */
export const BATCH = 1_000;
const UNDER_WAY = 6;
const AGAIN_MS = 50;
export const OPEN_LIMIT_MS = 120_000;

/** What is published goes nowhere. */
export const TO_NOBODY: Publisher = { publish: async () => {}, progress: async () => {} };

/** Everybody exists. */
export const DIRECTORY: AccountDirectory = { defaultThresholdFen: 3_000n, existing: async (accountNos) => new Set(accountNos), places: async () => new Map(), close: () => {} };

export const accountNo = (i: number) => i.toString().padStart(10, '0');

export interface LedgerHere {
  readonly shards: Shards;
  readonly openMs: number;
  /** How long at most nothing else could happen in this process since the last call. */
  longestPauseMs(): number;
  close(): Promise<void>;
  /** As a power cut does: whatever has not reached the database is gone. */
  abandon(): Promise<void>;
}

/** With all that a service has, except that what is published goes nowhere. */
export async function openHere(uri: string, owner = 'bench'): Promise<LedgerHere> {
  const began = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const client = new MongoClient(uri, { retryWrites: false, useBigInt64: true });
  const log = await openCommitLog({ db: client.db(), clock: systemClock });
  const numbers = Array.from({ length: SHARDS }, (_, shard) => shard);
  const all = await Promise.all(numbers.map((shard) => openShard<Ledger, Posting>(log, ledgerDefinition(shard, SHARDS), { owner, publisher: TO_NOBODY, limits: LEDGER_LIMITS })));
  await eventually('the shards', () => all.every(({ owned }) => owned), OPEN_LIMIT_MS);
  const ledgers = all.map(rolling);
  return {
    shards: { each: () => ledgers, of: (subject) => ledgers[partitionOf(subject, SHARDS)]! },
    openMs: performance.now() - began,
    longestPauseMs: () => {
      const longest = delay.max / 1e6;
      delay.reset();
      delay.enable();
      return longest;
    },
    close: async () => {
      await Promise.all(all.map((shard) => shard.close()));
      await client.close();
    },
    abandon: () => client.close(true),
  };
}

/** `from` to `to`, in batches of which several are under way; on a machine that stands still for long a shard may change hands. */
export async function inBatches(from: number, to: number, take: (from: number, to: number) => Promise<unknown>): Promise<void> {
  let next = from;
  const work = async () => {
    for (let at = next; at < to; at = next) {
      next = Math.min(to, at + BATCH);
      await insist(() => take(at, Math.min(to, at + BATCH)));
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, work));
}

/** As every sender does: while it is not known what became of it, the same again. */
export async function insist(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Rejected) || error.rejection.kind !== 'unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Gives each of so many accounts an amount, by top-ups. */
export async function fund({ shards }: LedgerHere, accounts: number, amountFenOf: (i: number) => bigint, name = 'fund'): Promise<void> {
  const ask = (i: number): Ask => {
    const no = accountNo(i);
    const command = { key: `bench|${name}|${no}`, inputHash: inputHash(no, name), accountNo: no, amountFen: amountFenOf(i), channel: 'TOP_UP_CHANNEL_ONLINE' as const, collectorId: '' };
    return { accountNo: no, decide: (ledger, at, openWithFen) => decideTopUp(ledger, { ...command, openWithFen }, { at, actor: 'service:bench' }) };
  };
  await inBatches(0, accounts, (from, to) => askEach(shards, Array.from({ length: to - from }, (_, i) => ask(from + i)), ({ accountNo }) => accountNo, (shard, asks) => decideAll(shard, asks, DIRECTORY.defaultThresholdFen)));
}
