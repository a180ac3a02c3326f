import type { InRecord } from './event.ts';

export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to be handled. */
  readonly offset: bigint;
}

export interface Batch {
  readonly topic: string;
  readonly partition: number;
  /** In offset order, at least one. */
  readonly records: readonly InRecord[];
  /** The offset after the last record. */
  readonly next: bigint;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Resolves when the batch is done for good. Whatever it throws is taken for "not now": the same batch comes again, for ever.
   * A partition's batches come one after the other.
   */
  onBatch(batch: Batch, signal: AbortSignal): Promise<void>;
  /**
   * Where to begin, asked at each assignment. Partitions left out begin at what the group committed to Kafka, else at
   * the earliest record. Asked again when a position turns out to be no more, or not yet, in the topic: if the answer
   * is still out of range, the consumer waits and says so, for it never resets in silence.
   */
  startAt?(partitions: readonly { topic: string; partition: number }[], signal: AbortSignal): Promise<Position[]>;
  readonly sessionTimeoutMs?: number;
  /** How long the broker may hold an empty fetch. Records end it at once, so this costs no latency. */
  readonly maxWaitMs?: number;
  /** How much has to be there before the broker ends a fetch: fewer and larger batches, up to `maxWaitMs` later. */
  readonly minBytes?: number;
  /** How many partitions' batches may be in work at the same time. */
  readonly partitionsAtOnce?: number;
  /**
   * Fetches a partition's next batch while one is in work: one waits at most. Only for a group of one member that alone
   * writes its store, for what is in work when partitions move is finished beside the new assignment.
   */
  readonly fetchAhead?: boolean;
  readonly maxBatchRecords?: number;
}

export interface ConsumerStatus {
  readonly state: 'joining' | 'consuming' | 'waiting' | 'stopped';
  /** Why it waits or stopped, in words, for /readyz. */
  readonly reason?: string | undefined;
}
