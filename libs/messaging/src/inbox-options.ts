import type { Logger } from '@youdian/telemetry';
import type { DeadLetter } from './dead-letter.ts';
import type { History, ReceivedEvent } from './event.ts';
import type { InboxStore } from './inbox-store.ts';

export interface InboxLimits {
  /** Parked events of one subject, and of all. At either, the group waits and says so. */
  readonly parkedPerSubject: number;
  readonly parkedTotal: number;
  /** How often a handler is tried on an event before it is a dead letter. */
  readonly attempts: number;
  readonly retryFirstMs: number;
  /** How long a missing event may be just behind before the owner's history is asked. */
  readonly graceMs: number;
  /** Subjects whose state is kept in memory. */
  readonly knownSubjects: number;
  /** Events of a history or of the parked that make one step. */
  readonly healBatch: number;
}

export const DEFAULT_INBOX_LIMITS: InboxLimits = {
  parkedPerSubject: 10_000, parkedTotal: 100_000, attempts: 4, retryFirstMs: 50, graceMs: 1_000, knownSubjects: 1_000_000, healBatch: 1_000,
};

export interface InboxOptions<E> {
  readonly group: string;
  readonly store: InboxStore<E>;
  /** The effects of one event. `Poison` dead-letters it at once; what `isUnavailable` is waited for; other errors are tried again a few times first. */
  handle(event: ReceivedEvent): E[] | Promise<E[]>;
  /** Absent: gaps wait for the missing event to be published again. */
  readonly history?: History | undefined;
  /** Resolves when they are durable. */
  bury(letters: readonly DeadLetter[]): Promise<void>;
  /** Told after the step with it is durable. */
  onProgress?(topic: string, partition: number, through: Date): void;
  readonly log: Logger;
  readonly limits?: Partial<InboxLimits> | undefined;
  /** Milliseconds that only go forward. */
  readonly nowMs?: (() => number) | undefined;
  /** Each event with a traceparent is handled inside a span of its trace. */
  readonly traced?: boolean;
}
