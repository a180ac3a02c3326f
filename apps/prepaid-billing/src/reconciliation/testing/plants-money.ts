import type { Kind } from '../kinds.ts';
import { dayAfter } from './clean-shift.ts';
import { banked, without, type Expected, type Plant, type Witness } from './plant.ts';

function plant(name: string, apply: Plant['apply'], witness?: Witness): Plant {
  return { name, apply, ...(witness && { witness }) };
}

const expected = (kind: Kind, amountFen: bigint, explains: Expected['explains'], ...references: string[]): Expected => ({ kind, amountFen, explains, references });

export const slipPlants: readonly Plant[] = [
  plant('a slip was filed twice', ({ shift }, { slip }) => {
    shift.slips.push({ ...slip });
    return expected('DOUBLE_SLIP', slip.amountFen, { slips: slip.amountFen }, slip.slipNo);
  }),
  plant("yesterday's slip was filed again", ({ shift, dayBefore }, { n }) => {
    const { slip } = dayBefore.slips[n]!;
    shift.slips.push({ ...slip });
    return expected('DOUBLE_SLIP', slip.amountFen, { slips: slip.amountFen, bank: slip.amountFen }, slip.slipNo);
  }),
  plant("a colleague's slip was filed here", ({ shift, other }, { n }) => {
    const { slip } = other.slips[n]!;
    without(other.shift.slips, slip);
    shift.slips.push(slip);
    return expected('FOREIGN_SLIP', slip.amountFen, { slips: slip.amountFen, bank: slip.amountFen }, slip.slipNo);
  }),
  plant('our slip was filed with a colleague', ({ shift, other }, { slip }) => {
    without(shift.slips, slip);
    other.shift.slips.push(slip);
    return expected('FOREIGN_SLIP', slip.amountFen, { slips: -slip.amountFen, bank: -slip.amountFen }, slip.slipNo);
  }),
  plant("our slip was filed with tomorrow's", ({ shift, dayAfter: tomorrow }, { slip, bankLine, n }) => {
    without(shift.slips, slip);
    tomorrow.shift.slips.push(slip);
    if (n % 2 === 0) {
      slip.depositedAt = new Date(slip.depositedAt.getTime() + 86_400_000);
      bankLine.bookedOn = dayAfter(shift.day);
    }
    return expected('NEXT_DAY_SLIP', slip.amountFen, { slips: -slip.amountFen, bank: -slip.amountFen }, slip.slipNo);
  }),
  plant("yesterday's slip was filed today", ({ shift, dayBefore }, { n }) => {
    const { slip } = dayBefore.slips[n]!;
    without(dayBefore.shift.slips, slip);
    shift.slips.push(slip);
    return expected('NEXT_DAY_SLIP', slip.amountFen, { slips: slip.amountFen, bank: slip.amountFen }, slip.slipNo);
  }),
  plant('a slip was deposited a day late', (_, { slip, bankLine }) => {
    slip.depositedAt = new Date(slip.depositedAt.getTime() + 86_400_000);
    bankLine.bookedOn = dayAfter(dayAfter(bankLine.bookedOn));
    return expected('LATE_DEPOSIT', slip.amountFen, { slips: -slip.amountFen, bank: -slip.amountFen }, slip.slipNo);
  }),
  plant('the bank does not know a slip', (scene, { slip, bankLine }) => {
    without(scene.bankLines, bankLine);
    return expected('SLIP_NOT_AT_BANK', slip.amountFen, { bank: -slip.amountFen }, slip.slipNo);
  }),
  plant('the bank booked a slip twice', (scene, { slip, bankLine }) => {
    scene.bankLines.push({ ...bankLine, entryRef: `${bankLine.entryRef}-again` });
    return expected('BANK_DOUBLE_CREDIT', slip.amountFen, { bank: slip.amountFen }, slip.slipNo, bankLine.entryRef, `${bankLine.entryRef}-again`);
  }),
  plant('the bank booked less than was paid in', (_, { slip, bankLine, amount }) => {
    const lessFen = amount(9_999n);
    bankLine.amountFen -= lessFen;
    return expected('BANK_AMOUNT_DIFFERS', lessFen, { bank: -lessFen }, slip.slipNo, bankLine.entryRef);
  }, 'fitting'),
  plant('a slip was entered with another amount', (_, { slip, bankLine, amount }) => {
    const moreFen = amount();
    slip.amountFen += moreFen;
    return expected('WRONG_AMOUNT', moreFen, { slips: moreFen }, slip.slipNo, bankLine.entryRef);
  }),
  plant('two digits of a slip were swapped', (_, { slip, bankLine, swapped }) => {
    const rightFen = slip.amountFen;
    slip.amountFen = swapped(rightFen);
    const offFen = slip.amountFen - rightFen;
    return expected('TRANSPOSED_DIGITS', offFen < 0n ? -offFen : offFen, { slips: offFen }, slip.slipNo, bankLine.entryRef);
  }),
  plant('a slip was lost', ({ shift }, { slip, bankLine }) => {
    without(shift.slips, slip);
    return expected('SLIP_NOT_FILED', slip.amountFen, { slips: -slip.amountFen, bank: -slip.amountFen }, slip.slipNo, bankLine.entryRef);
  }, 'fitting'),
];

export const tillPlants: readonly Plant[] = [
  plant('part of the float was kept', ({ shift }, { amount }) => {
    const keptFen = amount();
    shift.floatReturnedFen -= keptFen;
    return expected('FLOAT_NOT_RETURNED', keptFen, { float: -keptFen });
  }, 'float'),
  plant('part of the float was banked', (scene, { amount }) => {
    const bankedFen = amount();
    scene.shift.floatReturnedFen -= bankedFen;
    banked(scene, bankedFen);
    return expected('FLOAT_NOT_RETURNED', bankedFen, { float: -bankedFen, slips: bankedFen, bank: bankedFen });
  }, 'float-banked'),
  plant('the till was miscounted', ({ shift }, { amount, n }) => {
    const offFen = n % 2 === 0 ? amount() : -amount();
    shift.countedCashFen += offFen;
    return expected('CASH_MISCOUNTED', offFen < 0n ? -offFen : offFen, { cash: offFen });
  }, 'count'),
  plant('the till is short', (scene, { amount }) => {
    const shortFen = amount();
    scene.shift.countedCashFen -= shortFen;
    banked(scene, -shortFen);
    return expected('CASH_SHORT', shortFen, { cash: -shortFen, slips: -shortFen, bank: -shortFen });
  }, 'cash'),
  plant('the till is over', (scene, { amount }) => {
    const overFen = amount();
    scene.shift.countedCashFen += overFen;
    banked(scene, overFen);
    return expected('CASH_OVER', overFen, { cash: overFen, slips: overFen, bank: overFen });
  }, 'cash'),
  plant('less was deposited than counted', (scene, { amount }) => {
    const shortFen = amount();
    banked(scene, -shortFen);
    return expected('SHORT_DEPOSIT', shortFen, { slips: -shortFen, bank: -shortFen });
  }, 'deposit'),
  plant('more was deposited than counted', (scene, { amount }) => {
    // Less than a slip: with more, a slip filed with tomorrow's would look like two unexplained surpluses, one each day.
    const moreFen = amount(19_999n);
    banked(scene, moreFen);
    return expected('UNEXPLAINED', moreFen, { slips: moreFen, bank: moreFen });
  }, 'deposit'),
];
