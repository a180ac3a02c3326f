import type { ShiftDay, Surroundings } from '../lines.ts';
import { cleanShift, dayAfter, type CleanShift, type ShiftPlan } from './clean-shift.ts';
import type { Expected, Own, Plant, Scene, Witness } from './plant.ts';
import { devicePlants } from './plants-devices.ts';
import { documentPlants } from './plants-documents.ts';
import { slipPlants, tillPlants } from './plants-money.ts';
import { seeded, uniqueAmounts, type Amounts, type Random } from './random.ts';

export const PLANTS: readonly Plant[] = [...documentPlants, ...devicePlants, ...slipPlants, ...tillPlants];

const DAY = '2026-03-02';
const DAY_BEFORE = '2026-03-01';
const NEIGHBOUR_PAYMENTS = 12;
/** Below what the main slip holds, so that it can always be taken from it. */
const OFF_FEN = [501n, 49_999n] as const;

/**
 * Pairs that tell the same as another story, however clever the reader, because one sum is all there is to see of both.
 * Everything else may come together.
 */
const INDISTINGUISHABLE: readonly (readonly [Witness, Witness, why: string])[] = [
  ['decided', 'cash', 'an unpaid invoice of 30 and a till 20 short are a till 50 short and a payment not posted'],
  ['cash', 'cash', 'two shortages are one; a shortage and a surplus are their difference'],
  ['cash', 'count', 'a till 20 short and counted 5 too high is one 15 short, with 5 not deposited'],
  ['count', 'count', 'two miscounts are one'],
  ['count', 'deposit', 'counted 5 too high with 20 not deposited is 5 over with 25 not deposited'],
  ['deposit', 'deposit', 'two short deposits are one; a short and an over-deposit are their difference'],
  ['fitting', 'deposit', 'a lost slip over 300 and 20 not deposited are 320 not deposited'],
  ['float', 'float', 'one float, one sum that came back'],
  ['float', 'float-banked', 'one float, one sum that came back'],
  ['float-banked', 'float-banked', 'one float, one sum that came back'],
  ['float-banked', 'deposit', 'a float of 50 banked with 20 of the takings kept is a float kept with 30 too much banked'],
  ['float-banked', 'count', 'a float of 50 banked and a count 20 too high is a float kept with deposits 30 too high'],
];

export interface PlantedDay {
  readonly shift: ShiftDay;
  readonly surroundings: Surroundings;
  readonly names: readonly string[];
  readonly expected: readonly Expected[];
}

/** A day with `plants` discrepancies of random kinds, or of the kinds given. */
export function plantedDay(seed: number, count: number, given?: readonly Plant[]): PlantedDay {
  const random = seeded(seed);
  const amounts = uniqueAmounts(random);
  const plants = given ?? choosePlants(random, count);
  const reserved = plants.length;
  const common = { collectorId: 'C01', outletId: 'O1', teamId: 'T1', payments: NEIGHBOUR_PAYMENTS, reserved };
  const today = cleanShift({ ...common, shiftId: 'today', day: DAY, ordinal: 2, payments: random.int(10, 60) }, random, amounts);
  const dayBefore = cleanShift({ ...common, shiftId: 'before', day: DAY_BEFORE, ordinal: 1 }, random, amounts);
  const after = cleanShift({ ...common, shiftId: 'after', day: dayAfter(DAY), ordinal: 3 }, random, amounts);
  const other = cleanShift({ ...common, shiftId: 'other', collectorId: 'C02', day: DAY, ordinal: 4 }, random, amounts);
  const bankLines = [today, dayBefore, after, other].flatMap((clean) => clean.bankLines);
  bankLines.push({ entryRef: 'E-rent', bankAccount: '4400123456789', amountFen: -1_234_500n, bookedOn: DAY });
  const scene: Scene = { shift: today.shift, dayBefore, dayAfter: after, other, bankLines, main: today.main! };
  const expected = plants.map((plant, n) => plant.apply(scene, ownOf(n, today, amounts, random)));
  const shifts = [dayBefore, today, after, other].map(({ shift }) => shift);
  return { shift: today.shift, surroundings: { shifts, bankLines: scene.bankLines }, names: plants.map(({ name }) => name), expected };
}

function ownOf(n: number, today: CleanShift, amounts: Amounts, random: Random): Own {
  const swapped = (amountFen: bigint): bigint => {
    const digits = [...amountFen.toString()];
    for (;;) {
      const at = random.int(1, digits.length - 2);
      const otherFen = BigInt([...digits.slice(0, at), digits[at + 1], digits[at], ...digits.slice(at + 2)].join(''));
      const offFen = otherFen > amountFen ? otherFen - amountFen : amountFen - otherFen;
      if (offFen > 0n && amounts.claim(offFen)) return otherFen;
    }
  };
  return { ...today.payments[n]!, ...today.slips[n]!, n, amount: (mostFen: bigint = OFF_FEN[1]) => amounts.draw(OFF_FEN[0], mostFen), swapped };
}

function choosePlants(random: Random, count: number): Plant[] {
  for (;;) {
    const plants = Array.from({ length: count }, () => random.pick(PLANTS));
    if (plants.every((one, i) => plants.slice(i + 1).every((other) => areDistinguishable(one, other)))) return plants;
  }
}

export function areDistinguishable(one: Plant, other: Plant): boolean {
  return !INDISTINGUISHABLE.some(([a, b]) => (one.witness === a && other.witness === b) || (one.witness === b && other.witness === a));
}

/** Clean shifts of some collectors over one day, with some `lines` invoices and records between them. */
export function cleanDay(seed: number, lines: number, shiftsOfDay = 8): Surroundings & { readonly count: number } {
  const random = seeded(seed);
  const amounts = uniqueAmounts(random);
  const clean = Array.from({ length: shiftsOfDay }, (_, ordinal) => {
    const plan: ShiftPlan = {
      shiftId: `S${ordinal}`, collectorId: `C${ordinal}`, outletId: `O${ordinal % 4}`, teamId: `T${ordinal % 2}`, day: DAY, ordinal, payments: Math.ceil(lines / 2 / shiftsOfDay), reserved: 0,
    };
    return cleanShift(plan, random, amounts);
  });
  const shifts = clean.map(({ shift }) => shift);
  const bankLines = clean.flatMap((one) => one.bankLines);
  const count = shifts.reduce((sum, { invoices, records, slips, offlineReceipts }) => sum + invoices.length + records.length + slips.length + offlineReceipts.length, bankLines.length);
  return { shifts, bankLines, count };
}
