import type { Random } from './random.ts';

export const FAULTS = [
  // on the way to the database, and from the clients
  'request lost', 'reply lost', 'duplicate', 'reorder',
  // in the database: a write that was never acknowledged goes away; a snapshot's piece is not what was written
  'rolled back', 'torn write',
  // of processes
  'crash', 'paused writer', 'lease stolen', 'stale writer',
  // on the way to the broker
  'publish lost', 'publish unacknowledged', 'publish in part', 'publish twice',
] as const;

export type Fault = (typeof FAULTS)[number];

/** Decides what goes wrong, and counts it. */
export class Faults {
  readonly counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  /** Off, nothing goes wrong any more: whatever is left must come right. */
  active = true;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  happens(fault: Fault, probability: number): boolean {
    if (!this.active || !this.#random.chance(probability)) return false;
    this.counts[fault] += 1;
    return true;
  }

  /** Something that came about by itself. */
  note(fault: Fault): void {
    this.counts[fault] += 1;
  }
}
