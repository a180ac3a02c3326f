import type { ReceivedEvent } from './event.ts';

/** Where a partition stands. With `catchUp`, its events up to `offset` still come from the owner's history, after `cursor`. */
export interface InboxPosition {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to be handled. */
  readonly offset: bigint;
  readonly catchUp?: { readonly cursor?: string | undefined } | undefined;
}

/** Where a subject stands. */
export interface SubjectState {
  /** Applied up to here; 0 before the first. */
  readonly sequence: bigint;
  /** The dead-lettered event that must be replayed or skipped before anything goes on. */
  readonly blockedAt?: bigint | undefined;
  /** The reasons of events that an operator left out: what is built on this subject is not whole. */
  readonly incomplete?: string | undefined;
}

export interface SubjectKey {
  readonly topic: string;
  readonly subject: string;
}

/** All that one step changes. */
export interface InboxStep<E> {
  readonly clusterId: string;
  readonly effects: readonly E[];
  readonly park: readonly ReceivedEvent[];
  readonly subjects: readonly (SubjectKey & SubjectState)[];
  /** Parked events at or below `through` are applied or ignored by now. */
  readonly unpark: readonly (SubjectKey & { readonly through: bigint })[];
  readonly positions: readonly InboxPosition[];
  readonly progress: readonly { readonly topic: string; readonly partition: number; readonly through: Date }[];
}

export interface Remembered {
  /** Absent before the first step. */
  readonly clusterId?: string | undefined;
  readonly positions: readonly InboxPosition[];
  /** Subjects that have parked events, with how many. */
  readonly parked: readonly (SubjectKey & { readonly count: number })[];
}

/**
 * The durable side of one consumer group. `commit` is atomic, or so ordered that a crash at any point followed by the
 * same events again ends in the same state: effects (idempotent), parked, subjects, unparked, positions. Each call may
 * throw while the database is away; the caller tries again.
 */
export interface InboxStore<E> {
  open(): Promise<Remembered>;
  /** Subjects never seen are left out. */
  subjects(topic: string, subjects: readonly string[]): Promise<Map<string, SubjectState>>;
  /** The parked events of a subject above `above`, in sequence order, at most `limit`. */
  parked(topic: string, subject: string, above: bigint, limit: number): Promise<ReceivedEvent[]>;
  commit(step: InboxStep<E>): Promise<void>;
}
