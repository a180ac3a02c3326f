import { SIDES, type Difference, type Side } from './difference.ts';
import { act } from './corrections.ts';
import { compareDocuments } from './documents.ts';
import { tell } from './document-stories.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { ShiftDay } from './lines.ts';
import { compareSlips } from './slips.ts';
import type { Index } from './surroundings.ts';
import { settle } from './till.ts';

const RANK: ReadonlyMap<Kind, number> = new Map(KINDS.map((kind, rank) => [kind, rank]));

/** A side's sum; `bank` is undefined while its statement is not there. */
export type Sums = Readonly<Record<Exclude<Side, 'bank'>, bigint>> & { readonly bank: bigint | undefined };

export interface Diagnosis extends Pick<ShiftDay, 'shiftId' | 'collectorId' | 'outletId' | 'teamId' | 'day'> {
  readonly sums: Sums;
  /** What was really taken: each side but `float` comes to this, less what the differences explain of it. */
  readonly takenFen: bigint;
  /** 三者统一: nothing differs, to the line. */
  readonly balanced: boolean;
  /** In the order of `kinds.ts`. */
  readonly differences: readonly Difference[];
}

/**
 * Closes a shift's day: invoices = records = bank slips, and what differs named to the line. What is compared, what
 * competes and in which order: see `kinds.ts`. Linear in the shift's lines but for sorting its numbers.
 */
export function diagnose(shift: ShiftDay, index: Index): Diagnosis {
  const { shiftId, collectorId, outletId, teamId, day } = shift;
  const findings = compareDocuments(shift, index);
  const slips = compareSlips(shift, index);
  const sums: Sums = {
    invoices: shift.invoices.reduce((sumFen, { voided, amountFen }) => (voided ? sumFen : sumFen + amountFen), 0n),
    records: shift.records.reduce((sumFen, { reversed, amountFen }) => (reversed ? sumFen : sumFen + amountFen), 0n),
    cash: shift.countedCashFen - shift.floatFen,
    slips: slips.slipsFen,
    bank: slips.bankFen,
    float: shift.floatReturnedFen - shift.floatFen,
  };
  const { differences: found, takenFen } = settle(shift, sums.invoices, findings, slips);
  const differences = inOrder([...found, ...unexplained(sums, takenFen, found)].map((difference) => withoutUnknown(difference, sums)));
  return { shiftId, collectorId, outletId, teamId, day, sums, takenFen, balanced: differences.length === 0, differences };
}

/** The last net: a side that the rules leave with a residue says so. */
function unexplained(sums: Sums, takenFen: bigint, differences: readonly Difference[]): Difference[] {
  return SIDES.flatMap((side) => {
    const sumFen = sums[side];
    if (sumFen === undefined) return [];
    const explainedFen = differences.reduce((total, { explains }) => total + (explains[side] ?? 0n), 0n);
    const restFen = sumFen - explainedFen - (side === 'float' ? 0n : takenFen);
    if (restFen === 0n) return [];
    return [tell('UNEXPLAINED', restFen, { [side]: restFen }, {}, `差额原因不明（${side}）。`, `A residue that nothing explains (${side}).`, act('请主管调查。', 'The supervisor looks into it.'))];
  });
}

/** Leaves out sides that a difference does not change, and the bank's while that is not known. */
function withoutUnknown(difference: Difference, sums: Sums): Difference {
  const explains = Object.fromEntries(Object.entries(difference.explains).filter(([side, offFen]) => offFen !== 0n && sums[side as Side] !== undefined));
  return { ...difference, explains };
}

/** The keys are made once: a torn day has as many differences as lines. */
function inOrder(differences: readonly Difference[]): Difference[] {
  const keyed = differences.map((difference) => ({ difference, rank: RANK.get(difference.kind)!, reference: reference(difference) }));
  keyed.sort((a, b) => a.rank - b.rank || (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
  return keyed.map(({ difference }) => difference);
}

function reference({ references: { invoiceNos, postingIds, slipNos } }: Difference): string {
  return [invoiceNos, postingIds, slipNos].map((numbers) => numbers?.join() ?? '').join('|');
}
