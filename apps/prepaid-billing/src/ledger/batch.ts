/** Batches of charges: which of a batch's lines have come to a shard, and what became of them. */
import type { ChargeLine, ChargeOutcome } from '@youdian/contracts-billing/ledger';
import { CHARGE_MAX_FEN } from './limits.ts';

export interface Counted {
  count: number;
  amountFen: bigint;
}

export interface BatchTally {
  /** A bit a line. */
  lines: Uint8Array;
  readonly accepted: Counted;
  readonly duplicate: Counted;
  readonly rejected: Counted;
}

/** A batch's own words about itself. */
export interface Manifest {
  readonly count: number;
  readonly sumFen: bigint;
}

const OUTCOMES: Readonly<Record<ChargeOutcome, 'accepted' | 'duplicate' | 'rejected' | undefined>> = {
  CHARGE_OUTCOME_UNSPECIFIED: undefined, CHARGE_OUTCOME_ACCEPTED: 'accepted', CHARGE_OUTCOME_DUPLICATE: 'duplicate', CHARGE_OUTCOME_REJECTED: 'rejected',
};

export function emptyTally(): BatchTally {
  const nothing = () => ({ count: 0, amountFen: 0n });
  return { lines: new Uint8Array(0), accepted: nothing(), duplicate: nothing(), rejected: nothing() };
}

export function hasLine(tally: BatchTally | undefined, line: number): boolean {
  return ((tally?.lines[line >> 3] ?? 0) & (1 << (line & 7))) !== 0;
}

/** Throws when the line was counted before: a shard that counts twice must not go on. */
export function countLine(tally: BatchTally, { line, outcome, amountFen }: ChargeLine): void {
  const kind = OUTCOMES[outcome];
  if (!kind || hasLine(tally, line)) throw new Error(`line ${line} of a batch was counted before, or has no outcome`);
  const byte = line >> 3;
  if (byte >= tally.lines.length) {
    const larger = new Uint8Array(Math.max(64, (byte + 1) * 2));
    larger.set(tally.lines);
    tally.lines = larger;
  }
  tally.lines[byte]! |= 1 << (line & 7);
  tally[kind].count += 1;
  tally[kind].amountFen += countedFen(amountFen);
}

/** What no charge may be is rejected with its reason, and counts as nothing: the sums of a batch's lines fit into 64 bits. */
function countedFen(amountFen: bigint): bigint {
  return amountFen < -CHARGE_MAX_FEN || amountFen > CHARGE_MAX_FEN ? 0n : amountFen;
}

/** The first line, from 1, that is in none of them. */
export function firstMissing(lines: readonly Uint8Array[]): number {
  for (let byte = 0; ; byte++) {
    let there = byte === 0 ? 1 : 0; // there is no line 0
    for (const bits of lines) there |= bits[byte] ?? 0;
    if (there !== 0xff) return (byte << 3) + lowestZero(there);
  }
}

function lowestZero(byte: number): number {
  let bit = 0;
  while ((byte & (1 << bit)) !== 0) bit += 1;
  return bit;
}

/** Without the lines: what several shards have together. */
export function sumOf(tallies: readonly (Omit<BatchTally, 'lines'> | undefined)[]): Omit<BatchTally, 'lines'> {
  const { lines: _, ...sum } = emptyTally();
  for (const tally of tallies) {
    for (const kind of ['accepted', 'duplicate', 'rejected'] as const) {
      sum[kind].count += tally?.[kind].count ?? 0;
      sum[kind].amountFen += tally?.[kind].amountFen ?? 0n;
    }
  }
  return sum;
}
