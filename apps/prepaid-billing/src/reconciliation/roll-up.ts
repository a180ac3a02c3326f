import type { Diagnosis, Sums } from './diagnose.ts';
import { SIDES, type Side } from './difference.ts';
import { KINDS, type Kind } from './kinds.ts';

export interface Totals {
  readonly id: string;
  readonly shifts: number;
  /** Shifts whose bank statement is not there: `sums.bank` is without them. */
  readonly withoutBank: number;
  readonly sums: Readonly<Record<Side, bigint>>;
  readonly takenFen: bigint;
  /** Every shift balances: two errors that cancel do not make a team balance. */
  readonly balanced: boolean;
  readonly differences: number;
  readonly byKind: Readonly<Partial<Record<Kind, number>>>;
}

export interface RollUp {
  readonly collectors: readonly Totals[];
  readonly outlets: readonly Totals[];
  readonly teams: readonly Totals[];
  readonly company: Totals;
}

/** Totals of shifts by whom they belong to, each sorted by id. A shift counts once in each grouping. */
export function rollUp(shifts: readonly Diagnosis[]): RollUp {
  const by = (idOf: (shift: Diagnosis) => string) =>
    Array.from(Map.groupBy(shifts, idOf), ([id, group]) => total(id, group)).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return {
    collectors: by(({ collectorId }) => collectorId),
    outlets: by(({ outletId }) => outletId),
    teams: by(({ teamId }) => teamId),
    company: total('', shifts),
  };
}

function total(id: string, shifts: readonly Diagnosis[]): Totals {
  const sumOf = (side: keyof Sums) => shifts.reduce((sumFen, { sums }) => sumFen + (sums[side] ?? 0n), 0n);
  const differences = shifts.flatMap((shift) => shift.differences);
  const counts = Map.groupBy(differences, ({ kind }) => kind);
  return {
    id,
    shifts: shifts.length,
    withoutBank: shifts.filter(({ sums }) => sums.bank === undefined).length,
    sums: Object.fromEntries(SIDES.map((side) => [side, sumOf(side)])) as Record<Side, bigint>,
    takenFen: shifts.reduce((sumFen, { takenFen }) => sumFen + takenFen, 0n),
    balanced: shifts.every(({ balanced }) => balanced),
    differences: differences.length,
    byKind: Object.fromEntries(KINDS.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind)!.length]] : []))),
  };
}
