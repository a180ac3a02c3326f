import type { Publisher } from '@youdian/messaging';
import type { AggregateStore } from '../aggregate/store.ts';

/** Something else that publishes in this service, and can say when it is through: a shard. */
export interface ProgressSource {
  readonly topics: readonly string[];
  /** True when everything acknowledged before the call has been published; false when that takes longer than `limitMs`. */
  published(limitMs: number): Promise<boolean>;
}

export interface RelayOptions {
  readonly publisher: Publisher;
  readonly aggregates: readonly AggregateStore<any, any>[];
  readonly sources?: readonly ProgressSource[];
  /** This instance, unlike any other: a random id will do. */
  readonly owner: string;
  readonly limits?: Partial<RelayLimits>;
}

export interface RelayLimits {
  readonly batchCommits: number;
  /** Above it commits are left to the sweep. */
  readonly queuedCommits: number;
  readonly sweepCommits: number;
  readonly sweepMs: number;
  readonly drainMs: number;
}

export const RELAY_LIMITS: RelayLimits = { batchCommits: 500, queuedCommits: 20_000, sweepCommits: 20_000, sweepMs: 1_000, drainMs: 5_000 };
