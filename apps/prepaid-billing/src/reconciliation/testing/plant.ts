import type { Explains } from '../difference.ts';
import type { Kind } from '../kinds.ts';
import type { BankLine } from '../lines.ts';
import type { CleanShift, LooseShift, ReservedPayment, ReservedSlip } from './clean-shift.ts';

type Loose<T> = { -readonly [K in keyof T]: T[K] };

/** A clean day and its neighbourhood, about to be tampered with. */
export interface Scene {
  readonly shift: LooseShift;
  /** Of the same collector. */
  readonly dayBefore: CleanShift;
  readonly dayAfter: CleanShift;
  /** Of another collector, the same day. */
  readonly other: CleanShift;
  bankLines: Loose<BankLine>[];
  readonly main: ReservedSlip;
}

/** What one plant may touch: nothing of it is touched by another. */
export interface Own extends ReservedPayment, ReservedSlip {
  /** Which of the reserved things of the neighbours are its own. */
  readonly n: number;
  /** An amount that occurs nowhere else, at most so much. */
  readonly amount: (mostFen?: bigint) => bigint;
  /** The amount with two neighbouring digits swapped, off by as much as nothing else is. */
  readonly swapped: (amountFen: bigint) => bigint;
}

/** What has to be found: nothing more, nothing less. */
export interface Expected {
  readonly kind: Kind;
  readonly amountFen: bigint;
  readonly explains: Explains;
  /** All references, of whatever sort. */
  readonly references: readonly string[];
}

/**
 * What shows in a sum only. `decided`: only the till tells which document is right. `cash`: the till is short or over.
 * `count`: it was miscounted. `deposit`: the sum of deposits is off. `fitting`: a line at the bank is recognised by what
 * exactly is lacking. `float`: it came back short. `float-banked`: so, recognised by deposits that are all the till had.
 */
export type Witness = 'decided' | 'cash' | 'count' | 'deposit' | 'fitting' | 'float' | 'float-banked';

export interface Plant {
  readonly name: string;
  readonly witness?: Witness;
  apply(scene: Scene, own: Own): Expected;
}

export function without<Value>(values: Value[], value: Value): void {
  const at = values.indexOf(value);
  if (at === -1) throw new Error('the generator takes out what is not there');
  values.splice(at, 1);
}

/** More or less money than planned was really taken, and banked with the rest. */
export function money({ shift, main }: Scene, changeFen: bigint): void {
  shift.countedCashFen += changeFen;
  banked({ main }, changeFen);
}

export function banked({ main }: Pick<Scene, 'main'>, changeFen: bigint): void {
  main.slip.amountFen += changeFen;
  main.bankLine.amountFen += changeFen;
}
