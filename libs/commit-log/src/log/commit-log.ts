import type { Collection, CollectionOptions, Db } from 'mongodb';
import type { Clock } from '@youdian/telemetry';
import { APPEND_LIMITS, Appender, type AppendLimits } from './appender.ts';
import { BatchedLookup } from './batched-lookup.ts';
import type { Commit } from './commit.ts';
import type { ShardCommit } from '../shard/commit.ts';
import { SharedInserts } from '../shard/shared-inserts.ts';

export interface CommitLogOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly limits?: Partial<AppendLimits>;
}

/** Told of each commit of this process the moment it is durable, in stream order. */
export type CommitListener = (commit: Commit, after: StateAfter) => void;

/** The stream's state right after a commit. */
export interface StateAfter<S = unknown> {
  readonly state: S;
  readonly version: number;
  readonly eventCount: number;
}

/** A service's one collection `commits`. */
export interface CommitLog {
  readonly db: Db;
  readonly clock: Clock;
  readonly commits: Collection<Commit>;
  readonly appender: Appender;
  /** Of all shards of this process. */
  readonly shardInserts: SharedInserts;
  byId(id: string): Promise<Commit | undefined>;
  byKey(key: string): Promise<Commit | undefined>;
  onCommitted(listener: CommitListener): void;
  committed(commit: Commit, after: StateAfter): void;
}

/** 64-bit integers are `bigint`, binary is a `Buffer`, and a write counts only once a majority has it on disk. */
export const STORED: CollectionOptions = {
  useBigInt64: true, promoteBuffers: true, ignoreUndefined: true, writeConcern: { w: 'majority', journal: true },
};

const LOOKUP_TIMEOUT_MS = 10_000;

export async function openCommitLog({ db, clock, limits }: CommitLogOptions): Promise<CommitLog> {
  if (db.client.options.retryWrites !== false) {
    throw new TypeError('the commit log needs a client with retryWrites: false, since it finds out itself what became of a write');
  }
  const commits = db.collection<Commit>('commits', STORED);
  await commits.createIndexes([
    { key: { key: 1 }, name: 'key', unique: true, partialFilterExpression: { key: { $exists: true } } },
    // `_id` is in it so that open commits come in stream order without a sort.
    { key: { open: 1, _id: 1 }, name: 'open', partialFilterExpression: { open: { $exists: true } } },
  ]);
  const listeners: CommitListener[] = [];
  const lookUp = (field: '_id' | 'key') =>
    new BatchedLookup<Commit>(async (values) => {
      // Linearizable: what is answered from here is as durable as a first answer.
      const found = commits.find({ [field]: { $in: values } }, { readConcern: 'linearizable', timeoutMS: LOOKUP_TIMEOUT_MS });
      return new Map((await found.toArray()).map((commit) => [commit[field], commit]));
    });
  const ids = lookUp('_id');
  const keys = lookUp('key');
  return {
    db, clock, commits,
    appender: new Appender(commits, { ...APPEND_LIMITS, ...limits }),
    shardInserts: new SharedInserts(db.collection<ShardCommit>('commits', STORED)),
    byId: (id) => ids.get(id),
    byKey: (key) => keys.get(key),
    onCommitted: (listener) => void listeners.push(listener),
    committed: (commit, after) => {
      for (const listener of listeners) listener(commit, after);
    },
  };
}
