import type { Clock } from '@youdian/telemetry';
import type { Leases } from '../relay/lease.ts';
import type { Timers } from '../relay/timers.ts';
import type { ShardCommit, Tail } from './commit.ts';
import type { Mark } from './locate.ts';

/** What a shard needs of the database. Whatever keeps `testing/shard-store-contract.ts` will do. */
export interface ShardStore {
  readonly log: ShardLog;
  readonly snapshots: SnapshotFiles;
  readonly pages: PageFiles;
  readonly positions: Positions;
  readonly leases: Leases;
}

/** All that a shard does not decide itself. */
export interface ShardSurroundings {
  readonly store: ShardStore;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** What tells one commit from another, and where its postings end. */
export type Standing = Pick<ShardCommit, 'epoch' | 'hash' | 'first' | 'count'>;

/** The commits. They are only ever added; their unique `_id` is the fence between writers. */
export interface ShardLog {
  /**
   * True when it stands, on a majority's disks; false when something stands, or is about to, under its `_id`.
   * @throws Unanswered when it may or may not have happened, now or still to come.
   */
  insert(commit: ShardCommit, timeoutMs: number): Promise<boolean>;
  /** Linearizable: what was there at a moment between call and answer, and will not go away. @throws Unanswered */
  standing(id: string, timeoutMs: number): Promise<Standing | undefined>;
  /** All durable commits after `seq`, in order. */
  after(shard: string, seq: number): AsyncIterable<ShardCommit>;
  /** The first `limit` of them. */
  page(shard: string, seq: number, limit: number): Promise<ShardCommit[]>;
  /** The newest commit's seq; 0 when there is none. */
  newest(shard: string): Promise<number>;
  /** Those of these commits that are there, in any order. */
  commits(shard: string, seqs: readonly number[]): Promise<ShardCommit[]>;
  /** Which of their postings are the first. */
  marks(shard: string, seqs: readonly number[]): Promise<Mark[]>;
}

/** Written last: a snapshot without it does not exist. */
export interface Manifest extends Tail {
  /** `<shard>:<seq>` */
  readonly _id: string;
  readonly form: number;
  /** In order. Some may have been written for an earlier snapshot. */
  readonly chunks: readonly ChunkRef[];
  /** Over the hashes of all chunks. */
  readonly sha256: string;
}

export interface ChunkRef {
  /** `<shard>:<seq>:<number>` */
  readonly _id: string;
  readonly sha256: string;
}

/** Snapshots in pieces. No call here is atomic with another. */
export interface SnapshotFiles {
  /** Newest first. */
  manifests(shard: string, limit?: number): Promise<Manifest[]>;
  putManifest(manifest: Manifest): Promise<void>;
  /** Chunk ids are `<manifest _id>:<number>`. */
  chunk(id: string): Promise<Buffer | undefined>;
  addChunk(id: string, bytes: Buffer): Promise<void>;
  dropChunks(manifestId: string): Promise<void>;
  /** Manifests, then chunks but for those of `keep`, of the shard's snapshots before this one. */
  dropBefore(shard: string, manifestId: string, keep: readonly string[]): Promise<void>;
}

export interface Page {
  /** SHA-256 (hex) of the bytes. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What has left a shard's memory. It is only ever added. */
export interface PageFiles {
  /** True when all stand, on a majority's disks; false when some stood before, or are about to. @throws when that is not known. */
  add(shard: string, pages: readonly Page[]): Promise<boolean>;
  /** Those of them that a majority has, in any order. */
  read(shard: string, names: readonly string[]): Promise<Page[]>;
}

/** How far a shard's commits are published. */
export interface Positions {
  /** 0 when nothing is. */
  load(shard: string): Promise<number>;
  /** Never goes back, not even when a paused writer wakes up. */
  raise(shard: string, seq: number): Promise<void>;
}
