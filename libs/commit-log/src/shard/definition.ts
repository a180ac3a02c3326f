import type { Event } from '@youdian/messaging';
import type { Pages } from './pages.ts';

/** An event as a posting drafts it; the shard adds id and source. */
export type EventDraft = Omit<Event, 'id' | 'source'>;

/** The commit that holds a posting. */
export interface EventCommit {
  readonly seq: number;
  /** Head of the hash chain (SHA-256, hex) with this commit. */
  readonly hash: string;
}

/**
 * What of a state is in pages of the store and not in memory. A decision looks only into memory: where what it looks for may be
 * outside, it says so, and is decided again once that has been read.
 */
export interface Outside<S> {
  /** What was looked for since the last call and may be outside: what was decided meanwhile does not count. */
  missed(state: S): readonly string[];
  /** Reads it, and keeps what there is of it at hand until `forget`. */
  recall(state: S, missed: ReadonlySet<string>, pages: Pages): Promise<void>;
  forget(state: S): void;
  /**
   * What may leave once the state, as it is now, is durable; undefined: nothing yet. It is written in pages, then what is returned takes
   * it out of memory: the state means the same before and after. One at a time.
   */
  leave(state: S): ((pages: Pages) => Promise<() => void>) | undefined;
}

/** What a shard is for: S is its whole state in memory, P a posting. */
export interface ShardDefinition<S, P> {
  /** `ledger-0`; also the prefix of its commits' `_id`. */
  readonly shard: string;
  /** `/youdian/<service>` */
  readonly source: string;
  /** All that `events` may name. */
  readonly topics: readonly string[];
  readonly codec: { encode(postings: readonly P[]): Uint8Array; decode(bytes: Uint8Array): P[] };
  readonly machine: {
    initial(): S;
    /** Changes the state in place. Throws when the posting contradicts the state: the shard then does not go on. */
    apply(state: S, posting: P): void;
  };
  /** Of the posting and its commit alone, so that they are the same again after a crash and in the history. */
  events(posting: P, commit: EventCommit): readonly EventDraft[];
  /**
   * The state as bytes. `encode` stops the writer, so it should copy and not reckon; its parts must not change afterwards, and
   * what they have in common with the snapshot before is not written again. `decode` gets the parts one after the other. Raise
   * `form` when the bytes change: older snapshots are then left aside and the commits are read.
   */
  readonly snapshot: { readonly form: number; encode(state: S): readonly Uint8Array[]; decode(bytes: Buffer): S };
  /** Optional; without, all of the state is in memory. */
  readonly outside?: Outside<S>;
  /** Optional: whether a subject's events can be in this shard at all. */
  holds?(topic: string, subject: string): boolean;
  /**
   * Optional: numbers of the postings that hold a subject's events from a sequence on, oldest first. With it the owner
   * answers `history.read` from a few commits; without, all of the shard's commits are read.
   */
  locate?(state: S, topic: string, subject: string, fromSequence: bigint): readonly number[];
}

export interface ShardLimits {
  readonly batchPostings: number;
  readonly batchBytes: number;
  /** Commands that wait to be decided; above it `unavailable`. */
  readonly queuedCommands: number;
  readonly insertTimeoutMs: number;
  /** How long callers wait for an unknown outcome before they are told to retry. The shard itself goes on asking. */
  readonly resolveMs: number;
  /** Commits, or postings, since the last snapshot that make the next one due; at a clean close a tenth of them. */
  readonly snapshotCommits: number;
  readonly snapshotPostings: number;
  /** What of it is written at a time: the server takes no document above 16 MiB. */
  readonly snapshotChunkBytes: number;
  readonly relayQueuedPostings: number;
  readonly drainMs: number;
}

export const SHARD_LIMITS: ShardLimits = {
  batchPostings: 4_000, batchBytes: 4 * 1024 * 1024, queuedCommands: 50_000, insertTimeoutMs: 5_000, resolveMs: 8_000,
  snapshotCommits: 5_000, snapshotPostings: 500_000, snapshotChunkBytes: 1024 * 1024,
  relayQueuedPostings: 50_000, drainMs: 5_000,
};
