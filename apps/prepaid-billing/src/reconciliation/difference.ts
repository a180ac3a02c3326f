import type { Kind } from './kinds.ts';

/**
 * Where money shows. Each but `float` says what the shift took: `invoices` those not void, `records` those not reversed,
 * `cash` the till less the float it began with, `slips` those deposited by the end of the day, `bank` what the bank
 * booked for these. `float` says how much more of it came back than was given out.
 */
export const SIDES = ['invoices', 'records', 'cash', 'slips', 'bank', 'float'] as const;
export type Side = (typeof SIDES)[number];

/** In fen, by how much a side is too high (or too low: negative) because of a difference; a side left out is right. */
export type Explains = Readonly<Partial<Record<Side, bigint>>>;

export interface References {
  readonly invoiceNos?: readonly string[];
  readonly postingIds?: readonly string[];
  readonly slipNos?: readonly string[];
  readonly entryRefs?: readonly string[];
  /** `<device>.<sequence>`, `<device>.<first>-<last>`: records of devices. */
  readonly deviceRecords?: readonly string[];
  /** The other shift that it is about. */
  readonly shiftId?: string;
}

/** Debit positive, credit negative, as in the ledger's chart. */
export interface Entry {
  readonly account: string;
  readonly amountFen: bigint;
}

/** Money moves by a posting whose entries come to zero; where none need move, people do something else. */
export type Correction = ({ readonly kind: 'posting'; readonly entries: readonly Entry[] } | { readonly kind: 'no-posting' }) & { readonly zh: string; readonly en: string };

export interface Difference {
  readonly kind: Kind;
  /** What it is about, never negative; the sign is in `explains`. Zero where a number, not money, is wrong. */
  readonly amountFen: bigint;
  readonly explains: Explains;
  readonly references: References;
  readonly zh: string;
  readonly en: string;
  readonly correction: Correction;
}

/** Where only the money can tell which document is right, both stories; the first is told unless the money tells the other. */
export interface Finding {
  readonly story: Difference;
  readonly otherwise?: Difference;
}
