import { shanghaiDay } from '@youdian/calendar';
import { choose } from './choose.ts';
import type { BankLine, BankSlip, Invoice, LedgerRecord, ShiftDay, Surroundings } from './lines.ts';

export interface Elsewhere<Line> {
  readonly shift: ShiftDay;
  readonly line: Line;
}

/** Surroundings by number, built once for all shifts of a day. */
export interface Index {
  readonly shifts: readonly ShiftDay[];
  readonly invoices: ReadonlyMap<string, readonly Elsewhere<Invoice>[]>;
  readonly records: ReadonlyMap<string, readonly Elsewhere<LedgerRecord>[]>;
  readonly slips: ReadonlyMap<string, readonly Elsewhere<BankSlip>[]>;
  /** Slips filed with a shift of somebody else than who paid in. */
  readonly strays: ReadonlyMap<string, readonly Elsewhere<BankSlip>[]>;
  readonly ofCollector: ReadonlyMap<string, readonly ShiftDay[]>;
  readonly bank: ReadonlyMap<string, readonly BankLine[]> | undefined;
  /** Credits that carry the number of a slip which no shift has filed. */
  readonly unfiled: readonly BankLine[];
}

export function indexSurroundings({ shifts, bankLines }: Surroundings): Index {
  const all = <Line>(linesOf: (shift: ShiftDay) => readonly Line[]) => shifts.flatMap((shift) => linesOf(shift).map((line) => ({ shift, line })));
  const slips = all((shift) => shift.slips);
  const slipsByKey = Map.groupBy(slips, ({ line }) => slipKey(line));
  const withSlipNo = (bankLines ?? []).filter(({ slipNo }) => slipNo !== undefined);
  return {
    shifts,
    invoices: Map.groupBy(all((shift) => shift.invoices), ({ line }) => line.invoiceNo),
    records: Map.groupBy(all((shift) => shift.records), ({ line }) => line.invoiceNo),
    slips: slipsByKey,
    strays: Map.groupBy(slips.filter(({ shift, line }) => shift.collectorId !== line.collectorId), ({ line }) => line.collectorId),
    ofCollector: Map.groupBy(shifts, ({ collectorId }) => collectorId),
    bank: bankLines && Map.groupBy(withSlipNo, (line) => slipKey(line)),
    unfiled: withSlipNo.filter((line) => line.amountFen > 0n && !slipsByKey.has(slipKey(line))),
  };
}

/** Numbers of slips are a bank's own: the account goes with them. */
export function slipKey({ bankAccount, slipNo }: { bankAccount: string; slipNo?: string | undefined }): string {
  return `${bankAccount}|${slipNo}`;
}

/** What other shifts have under a number. */
export function elsewhere<Line>(found: readonly Elsewhere<Line>[] | undefined, { shiftId }: ShiftDay): Elsewhere<Line>[] {
  return found?.filter(({ shift }) => shift.shiftId !== shiftId) ?? [];
}

export function dayOfSlip({ depositedAt }: BankSlip): string {
  return shanghaiDay(depositedAt);
}

/**
 * Slips filed with `later` that are `earlier`'s: they make up exactly what `later` banked beyond its own takings where
 * `earlier` banked too little, or what `earlier` lacks where `later` does not come out. Whichever of the two shifts is
 * diagnosed asks this, so both come to the same answer.
 */
export function movedSlips(earlier: ShiftDay, later: ShiftDay, index: Index): readonly BankSlip[] {
  const surplusFen = surplusOf(later, index);
  if (surplusFen === 0n) return [];
  const bySurplus = surplusFen > 0n && bankedTooLittle(earlier, index) ? fitting(earlier, later, surplusFen) : undefined;
  return bySurplus ?? lackedBy(earlier, later, index);
}

/** Slips of `later` that come to exactly what `earlier` lacks. */
function lackedBy(earlier: ShiftDay, later: ShiftDay, index: Index): readonly BankSlip[] {
  const lackingFen = -surplusOf(earlier, index);
  return (lackingFen > 0n ? fitting(earlier, later, lackingFen) : undefined) ?? [];
}

function fitting(earlier: ShiftDay, later: ShiftDay, targetFen: bigint): readonly BankSlip[] | undefined {
  const filedEarlier = new Set(earlier.slips.map(slipKey));
  const candidates = later.slips.filter((slip) => slip.collectorId === later.collectorId && !filedEarlier.has(slipKey(slip)));
  return choose(candidates, ({ amountFen }) => amountFen, [targetFen]);
}

/** What the collector's own slips come to, taken at their word, beyond what the till had for the bank. */
function surplusOf(shift: ShiftDay, index: Index): bigint {
  return ownSlips(shift, index).reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n) - (shift.countedCashFen - shift.floatReturnedFen);
}

/** By the till, or where that was miscounted by the records; a slip counts for no more than the bank booked. */
function bankedTooLittle(shift: ShiftDay, index: Index): boolean {
  const { countedCashFen, floatReturnedFen, records } = shift;
  const recordedFen = records.reduce((sumFen, { reversed, amountFen }) => (reversed ? sumFen : sumFen + amountFen), 0n);
  const { before } = neighbours(index, shift);
  const ofDayBefore = new Set(before && surplusOf(shift, index) !== 0n ? lackedBy(before, shift, index) : []);
  let bankedFen = 0n;
  for (const slip of ownSlips(shift, index)) {
    if (ofDayBefore.has(slip)) continue;
    const bookedFen = index.bank?.get(slipKey(slip))?.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n) ?? 0n;
    bankedFen += bookedFen > 0n && bookedFen < slip.amountFen ? bookedFen : slip.amountFen;
  }
  return bankedFen < countedCashFen - floatReturnedFen || bankedFen < recordedFen;
}

/** Each once, and none that an earlier shift has filed. */
function ownSlips(shift: ShiftDay, index: Index): BankSlip[] {
  const own = shift.slips.filter((slip) => slip.collectorId === shift.collectorId && !filedBefore(slip, shift, index));
  return [...new Map(own.map((slip) => [slipKey(slip), slip])).values()];
}

/** The collector's earlier shift with which a slip is filed already. */
export function filedBefore(slip: BankSlip, shift: ShiftDay, { slips }: Index): ShiftDay | undefined {
  const isBefore = (other: ShiftDay) => (other.day === shift.day ? other.shiftId < shift.shiftId : other.day < shift.day);
  return elsewhere(slips.get(slipKey(slip)), shift).find(({ shift: other }) => other.collectorId === shift.collectorId && isBefore(other))?.shift;
}

/** The collector's next shift on a later day, and the last on an earlier one. */
export function neighbours({ ofCollector }: Index, { collectorId, day }: ShiftDay): { before?: ShiftDay; after?: ShiftDay } {
  let before: ShiftDay | undefined;
  let after: ShiftDay | undefined;
  for (const shift of ofCollector.get(collectorId) ?? []) {
    if (shift.day < day && (!before || shift.day > before.day)) before = shift;
    if (shift.day > day && (!after || shift.day < after.day)) after = shift;
  }
  return { ...(before && { before }), ...(after && { after }) };
}
