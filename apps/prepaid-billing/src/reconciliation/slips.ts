import { nextDay } from '@youdian/calendar';
import type { Difference } from './difference.ts';
import type { BankLine, BankSlip, ShiftDay } from './lines.ts';
import * as stories from './slip-stories.ts';
import { dayOfSlip, elsewhere, filedBefore, movedSlips, neighbours, slipKey, type Elsewhere, type Index } from './surroundings.ts';

/** A slip that nobody filed may be booked after the weekend. */
const BOOKED_WITHIN_DAYS = 3;

/** A story that is told if the shift's deposits are off by exactly `deltaFen`, in place of the one told otherwise. */
export interface SlipChoice {
  readonly story?: Difference;
  readonly otherwise: Difference;
  /** How much more the shift deposited by `otherwise`. */
  readonly deltaFen: bigint;
}

export interface SlipFindings {
  readonly certain: readonly Difference[];
  readonly choices: readonly SlipChoice[];
  /** What the shift's own deposits come to, wherever filed and whenever made, by the stories that are told first. */
  readonly depositedFen: bigint;
  /** The sides as filed: deposited by the end of the day, and what the bank booked for that. */
  readonly slipsFen: bigint;
  readonly bankFen: bigint | undefined;
}

/** Each slip by itself, then against the bank. */
export function compareSlips(shift: ShiftDay, index: Index): SlipFindings {
  const certain: Difference[] = [];
  const choices: SlipChoice[] = [];
  const { before, after } = neighbours(index, shift);
  const ofDayBefore = new Set(before ? movedSlips(before, shift, index) : []);
  const seen = new Set<string>();
  let [depositedFen, slipsFen, bankFen] = [0n, 0n, 0n];
  for (const slip of shift.slips) {
    const key = slipKey(slip);
    const lines = index.bank?.get(key) ?? [];
    const counted = dayOfSlip(slip) <= shift.day;
    const isFirst = !seen.has(key);
    seen.add(key);
    const netFen = counted && isFirst ? lines.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n) : 0n;
    slipsFen += counted ? slip.amountFen : 0n;
    bankFen += netFen;
    const notOurs = tooMany(slip, { isFirst, isOfDayBefore: ofDayBefore.has(slip), explains: { slips: counted ? slip.amountFen : 0n, bank: netFen } }, { shift, before, index });
    if (notOurs) {
      certain.push(notOurs);
      continue;
    }
    if (!counted) certain.push(stories.lateDeposit(slip));
    const atBank = index.bank ? checkAtBank(slip, lines, counted, shift) : {};
    if (atBank.certain) certain.push(atBank.certain);
    if (atBank.choice) choices.push(atBank.choice);
    depositedFen += slip.amountFen - (atBank.choice?.deltaFen ?? 0n);
  }
  for (const { line: slip, shift: other } of strays(shift, index, seen)) {
    certain.push(stories.strayedSlip(slip, { slips: -slip.amountFen, bank: -slip.amountFen }, other));
    depositedFen += slip.amountFen;
  }
  for (const slip of after ? movedSlips(shift, after, index) : []) {
    certain.push(stories.nextDaySlip(slip, { slips: -slip.amountFen, bank: -slip.amountFen }, shift, after!));
    depositedFen += slip.amountFen;
  }
  choices.push(...unfiled(shift, index, seen));
  return { certain, choices, depositedFen, slipsFen, bankFen: index.bank && bankFen };
}

/** Why a slip that is filed here does not count here. */
function tooMany(
  slip: BankSlip,
  { isFirst, isOfDayBefore, explains }: { isFirst: boolean; isOfDayBefore: boolean; explains: { slips: bigint; bank: bigint } },
  { shift, before, index }: { shift: ShiftDay; before: ShiftDay | undefined; index: Index },
): Difference | undefined {
  if (!isFirst) return stories.doubleSlip(slip, explains, undefined, shift);
  if (slip.collectorId !== shift.collectorId) return stories.foreignSlip(slip, explains, shift);
  const earlier = filedBefore(slip, shift, index);
  if (earlier) return stories.doubleSlip(slip, explains, earlier, shift);
  return isOfDayBefore ? stories.nextDaySlip(slip, explains, before!, before!) : undefined;
}

/** A late slip is in neither side of its day, so what the bank made of it changes none. */
function checkAtBank(slip: BankSlip, lines: readonly BankLine[], counted: boolean, shift: ShiftDay): { certain?: Difference; choice?: SlipChoice } {
  const { amountFen } = slip;
  const netFen = lines.reduce((sumFen, line) => sumFen + line.amountFen, 0n);
  const bankOff = (offFen: bigint) => (counted ? { bank: offFen } : {});
  if (netFen === amountFen) return {};
  if (netFen === 0n) return { certain: stories.slipNotAtBank(slip, bankOff(-amountFen), lines, shift) };
  if (lines.every((line) => line.amountFen === amountFen)) return { certain: stories.bankDoubleCredit(slip, bankOff(netFen - amountFen), lines, netFen - amountFen, shift) };
  const mistyped = stories.slipMistyped(slip, netFen, lines, shift);
  // A late slip's whole amount is explained as late; if it was mistyped, both sides lack so much less.
  const story = counted ? mistyped : { ...mistyped, explains: { slips: amountFen - netFen, bank: amountFen - netFen } };
  return { choice: { story, otherwise: stories.bankDiffers(slip, netFen, bankOff(netFen - amountFen), lines, shift), deltaFen: amountFen - netFen } };
}

/** The collector's own slips among somebody else's; of several shifts of a day they are the one's that lacks exactly so much. */
function strays(shift: ShiftDay, index: Index, filed: ReadonlySet<string>): Elsewhere<BankSlip>[] {
  const { collectorId, day, slips, countedCashFen, floatReturnedFen } = shift;
  const found = elsewhere(index.strays.get(collectorId), shift).filter(({ line }) => dayOfSlip(line) === day && !filed.has(slipKey(line)));
  const isOnlyShift = !index.ofCollector.get(collectorId)?.some((other) => other.shiftId !== shift.shiftId && other.day === day);
  if (isOnlyShift || found.length === 0) return found;
  const lackingFen = countedCashFen - floatReturnedFen - slips.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n);
  return found.filter(({ line }) => line.amountFen === lackingFen);
}

function unfiled(shift: ShiftDay, index: Index, filed: ReadonlySet<string>): SlipChoice[] {
  const { day } = shift;
  let last = day;
  for (let n = 0; n < BOOKED_WITHIN_DAYS; n++) last = nextDay(last);
  return index.unfiled
    .filter((line) => line.bookedOn >= day && line.bookedOn <= last && !filed.has(slipKey(line)))
    .map((line) => ({ otherwise: stories.slipNotFiled(line, shift), deltaFen: line.amountFen }));
}
