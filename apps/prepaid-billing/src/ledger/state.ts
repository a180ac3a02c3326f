import { KeyTable } from './key-table.ts';

/** One account number's prepaid money in the ledger. */
export interface Account {
  /** Prepaid, never below zero. */
  balanceFen: bigint;
  /** What is owed beyond it. */
  receivableFen: bigint;
  thresholdFen: bigint;
  /** Whether a low-balance episode is open. */
  low: boolean;
  /** Low-balance episodes so far. */
  episodes: number;
  /** Shard sequences of its top-ups and charges, oldest first: the statement, and the count of its events. */
  readonly postings: number[];
}

/** What one shard knows. Changed in place by `evolve`, and by nothing else. */
export interface Ledger {
  readonly shard: number;
  readonly accounts: Map<string, Account>;
  /** Totals of the accounts that are no customer's (cash:<collector>, kiosk, online, bank, charges), debit positive. */
  readonly totals: Map<string, bigint>;
  readonly keys: KeyTable;
  /** charge_id → shard sequences of its refusals, oldest first. */
  readonly refusals: Map<string, number[]>;
  /** Postings so far: the newest one's shard sequence. */
  sequence: number;
  /** Invoice numbers given out so far. */
  invoices: number;
  /** The newest posting's time, in ms: posting time never goes backwards. */
  postedAtMs: number;
}

export function emptyLedger(shard: number): Ledger {
  return { shard, accounts: new Map(), totals: new Map(), keys: new KeyTable(), refusals: new Map(), sequence: 0, invoices: 0, postedAtMs: 0 };
}

export function newAccount(thresholdFen: bigint): Account {
  return { balanceFen: 0n, receivableFen: 0n, thresholdFen, low: false, episodes: 0, postings: [] };
}
