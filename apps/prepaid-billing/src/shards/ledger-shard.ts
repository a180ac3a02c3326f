import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Ledger } from '../ledger/state.ts';

export type Decide<T> = (ledger: Ledger, at: Date) => { readonly postings: readonly Posting[]; readonly result: T };

/**
 * What one process may ask of another's shard: by its name, with an input and an output that are plain data (bigint, Date,
 * Buffer, Map and Set included). Decisions are closures and stay in the process that owns the shard.
 */
export interface Job<I, O> {
  readonly name: string;
  run(shard: LedgerShard, input: I): Promise<O>;
}

/** One shard of the ledger. This process may own it, or another; only jobs and durable postings are to be had either way. */
export interface LedgerShard {
  /** Does a job in the process that owns the shard: this one, or one hop away. Throws Rejected as `submit` does. */
  ask<I, O>(job: Job<I, O>, input: I): Promise<O>;
  /**
   * Decides on the newest state, in turn, and answers once the postings (or, without any, all that the decision saw)
   * are durable. Throws Rejected `unavailable` when that cannot be known: the same key finds out.
   */
  submit<T>(decide: Decide<T>): Promise<T>;
  /** Many at once, each decided on what those before it left; each must refuse by its result. */
  submitAll<T>(decides: readonly Decide<T>[]): Promise<T[]>;
  /** What is durable and current: nothing that another owner could have changed meanwhile. */
  read<T>(look: (ledger: Ledger) => T): Promise<T>;
  /** Durable postings by their shard sequences; cheapest in ascending order. */
  postings(sequences: readonly number[]): Promise<Posting[]>;
}

/** All shards. A subject (account number, or a key that is unique across shards) belongs to one of them for ever. */
export interface Shards {
  of(subject: string): LedgerShard;
  each(): readonly LedgerShard[];
}
