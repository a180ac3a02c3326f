import type { BalanceLevel } from '@youdian/contracts-billing/events';

/** A part of what an account owes: the rest of a charge, or of a used top-up that was reversed. */
export interface OwedItem {
  /** The charge's id, or the reversal's posting. */
  readonly itemId: string;
  /** The month of usage; empty for a reversal. */
  readonly period: string;
  /** The last Shanghai day on which it may be paid. */
  readonly dueOn: string;
  remainingFen: bigint;
  /** Whether its arrears have begun, and been told. */
  inArrears: boolean;
}

/** What was charged over the last 45 to 90 days, in two spans, so that the daily use is the account's own recent one. Days since 1970. */
export interface RecentUse {
  /** The first charge of the older span: it paid for what was used before. */
  readonly from: number;
  readonly middle: number;
  readonly to: number;
  /** Charged after `from`, up to `middle`. */
  readonly olderFen: bigint;
  /** Charged after `middle`. */
  readonly newerFen: bigint;
}

/** One account number's prepaid money in the ledger. */
export interface Account {
  /** Prepaid, never below zero. */
  balanceFen: bigint;
  /** What is owed beyond it: the sum of `owed`. */
  receivableFen: bigint;
  /** Earliest due first. */
  readonly owed: readonly OwedItem[];
  insertOwed(at: number, item: OwedItem): void;
  removeOwed(at: number): void;
  thresholdFen: bigint;
  /** The lowest level of which the customer counts as told; unspecified: none. */
  told: BalanceLevel;
  /** Low-balance episodes so far. */
  episodes: number;
  get use(): RecentUse | undefined;
  set use(use: RecentUse);
  closed: boolean;
  /** How many postings of money it has: the count of its events. */
  readonly moves: number;
  /** Their shard sequences, oldest first, without the first so many. */
  postings(skipped?: number): number[];
  /** Takes the newest posting of money in. */
  addPosting(sequence: number): void;
  /** Arrears events so far. */
  readonly arrearsEvents: number;
  /** Shard sequences of the postings with arrears events, oldest first. */
  readonly arrearsPostings: readonly number[];
  addArrears(events: number, sequence: number): void;
  /** All that it says, to be printed and compared. */
  toJSON(): unknown;
}

/** What is decided of an account before it changes. */
export type AccountBefore = Readonly<Pick<Account, 'balanceFen' | 'receivableFen' | 'owed' | 'thresholdFen' | 'told' | 'episodes' | 'use' | 'closed' | 'moves' | 'arrearsEvents'>>;

/** One that is about to be opened. */
export function newAccount(thresholdFen: bigint): AccountBefore {
  return { balanceFen: 0n, receivableFen: 0n, owed: [], thresholdFen, told: 'BALANCE_LEVEL_UNSPECIFIED', episodes: 0, use: undefined, closed: false, moves: 0, arrearsEvents: 0 };
}
