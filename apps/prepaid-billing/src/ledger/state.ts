import type { BatchTally, Manifest } from './batch.ts';
import { Accounts } from './accounts.ts';
import { KEY_LIMITS } from './key-run.ts';
import { KeyTable } from './key-table.ts';
import { Words } from './words.ts';

/** Asked for and not yet decided. */
export interface PendingRefund {
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
}

/** On its way to an account that may be in another shard. */
export interface PendingTransfer {
  readonly accountNo: string;
  readonly toAccountNo: string;
  readonly amountFen: bigint;
  readonly startedAtMs: number;
}

/** Money taken in a shift that is open. */
export interface ShiftTotals {
  topUpCount: number;
  topUpFen: bigint;
  reversedCount: number;
  reversedFen: bigint;
  /** Shard sequences of the postings that these are. */
  readonly postings: number[];
}

/** The Shanghai day that is open in a shard. */
export interface OpenDay {
  /** Empty before the ledger's first posting. */
  readonly on: string;
  /** Money sequence of its first posting; 0 when there is none yet. */
  first: number;
  readonly totals: Map<string, { count: number; amountFen: bigint }>;
  /** SHA-256 chained over its postings of money. */
  digest: Buffer;
}

/** What one shard knows. Changed in place by `evolve`, and by nothing else. */
export interface Ledger {
  readonly shard: number;
  readonly accounts: Accounts;
  /** Totals of the accounts that are no customer's (see the chart), debit positive. */
  readonly totals: Map<string, bigint>;
  readonly keys: KeyTable;
  /** charge_id → shard sequences of its refusals, oldest first. */
  readonly refusals: Map<string, number[]>;
  readonly refunds: Map<string, PendingRefund>;
  readonly transfers: Map<string, PendingTransfer>;
  readonly shifts: Map<string, ShiftTotals>;
  readonly closedShifts: Set<string>;
  /** Batches of charges with lines in this shard that are not settled yet. */
  readonly batches: Map<string, BatchTally>;
  /** Batch → shard sequences of the postings with its rejected lines, oldest first; kept after it is settled. */
  readonly rejectedLines: Map<string, number[]>;
  /** Manifests of this shard's batches that are not settled yet. */
  readonly manifests: Map<string, Manifest>;
  /** Due day → accounts with something owed of that day, whose arrears have not begun. */
  readonly due: Map<string, Set<string>>;
  day: OpenDay;
  /** The barriers that closed a day, oldest first. */
  readonly barriers: { readonly day: string; readonly sequence: number }[];
  /** Postings so far: the newest one's shard sequence. */
  sequence: number;
  /** Postings of money so far. */
  moneySequence: number;
  /** Shard sequences of the top-ups with the ledger's own invoice numbers: that of serial n is at n - 1. */
  readonly invoices: Words;
  /** The newest posting's time, in ms: posting time never goes backwards. */
  postedAtMs: number;
}

export function emptyLedger(shard: number, keyLimits = KEY_LIMITS): Ledger {
  return {
    shard, accounts: new Accounts(), totals: new Map(), keys: new KeyTable(keyLimits), refusals: new Map(), refunds: new Map(), transfers: new Map(),
    shifts: new Map(), closedShifts: new Set(), batches: new Map(), rejectedLines: new Map(), manifests: new Map(), due: new Map(), day: openDay(''), barriers: [], sequence: 0, moneySequence: 0, invoices: new Words(), postedAtMs: 0,
  };
}

const DIGEST_BYTES = 32;

export function openDay(on: string): OpenDay {
  return { on, first: 0, totals: new Map(), digest: Buffer.alloc(DIGEST_BYTES) };
}
