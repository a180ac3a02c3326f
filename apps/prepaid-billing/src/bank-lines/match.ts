/** Lines of the bank find the slips that brought the money in, whichever comes first. */
import { isRejection } from '@youdian/rejection';
import { inBatches } from '../batches.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import { slipsOf } from '../shifts/shift-day.ts';
import type { Shift } from '../shifts/state.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { matchLine, type Filed } from './decide.ts';
import type { BankLine } from './state.ts';
import { findLines, type BankLineStore } from './store.ts';

interface Numbered {
  readonly bankAccount: string;
  readonly slipNo?: string | undefined;
}

const NUMBERS_AT_ONCE = 500;

/**
 * Who filed the slip of a line, the earliest shift where several did; by its number and, where the slip says it, its account. `known`: shifts
 * that may be newer than their read documents.
 */
export async function filedSlips(shifts: ShiftStore, lines: readonly Numbered[], known: readonly Shift[] = []): Promise<(line: Numbered) => Filed | undefined> {
  const numbers = [...new Set(lines.flatMap(({ slipNo }) => slipNo || []))];
  const found = new Map(known.map((shift) => [shift.shiftId, shift]));
  for (const some of inBatches(numbers, NUMBERS_AT_ONCE)) {
    const { items } = await shifts.find({ 'state.declared.slips.slipNo': { $in: some } }, { limit: 1_000 });
    for (const { id, state } of items) found.set(id, state!);
  }
  const earliestFirst = [...found.values()].sort((a, b) => (a.day === b.day ? (a.shiftId < b.shiftId ? -1 : 1) : a.day < b.day ? -1 : 1));
  const filed = earliestFirst.flatMap((shift) => slipsOf(shift).map(({ slipNo, bankAccount, collectorId }) => ({ slipNo, bankAccount, shiftId: shift.shiftId, collectorId })));
  const byNumber = Map.groupBy(filed, ({ slipNo }) => slipNo);
  return ({ slipNo = '', bankAccount }) => {
    const slip = byNumber.get(slipNo)?.find((one) => one.bankAccount === '' || one.bankAccount === bankAccount);
    return slip && { shiftId: slip.shiftId, collectorId: slip.collectorId };
  };
}

/** Matches what has come before its slip was filed. */
export async function matchLines(store: BankLineStore, shifts: ShiftStore, lines: readonly BankLine[], known: readonly Shift[] = []): Promise<string[]> {
  const filedOf = await filedSlips(shifts, lines, known);
  const matches = lines.flatMap((line) => {
    const filed = line.collectorId === '' ? filedOf(line) : undefined;
    return filed ? [{ lineId: line.lineId, filed }] : [];
  });
  await store.executeMany(matches.map(({ lineId, filed }) => ({
    id: lineId,
    command: { operation: 'MatchBankLine', key: 'match', actor: CLOCKWORK, input: {} },
    decide: (line, at) => {
      const events = matchLine(line, filed, at);
      return isRejection(events) ? events : { events };
    },
  })));
  return matches.map(({ lineId }) => lineId);
}

/** Lines with a number of the shift's slips. */
export function linesOfSlips(store: BankLineStore, shift: Shift): Promise<BankLine[]> {
  return findLines(store, { 'state.slipNo': { $in: shift.declared!.slips.map(({ slipNo }) => slipNo) } });
}
