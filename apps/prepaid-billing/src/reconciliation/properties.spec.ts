import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diagnose } from './diagnose.ts';
import { SIDES } from './difference.ts';
import type { ShiftDay } from './lines.ts';
import { rollUp, type Totals } from './roll-up.ts';
import { number } from './shift-fixture.ts';
import { indexSurroundings } from './surroundings.ts';

/** Few numbers, accounts and amounts, so that lines meet, clash and nearly match in every way. */
const amountFen = fc.constantFrom(0n, 1n, 100n, 250n, 520n, 1_250n, 1_520n, 99_999n);
const invoiceNo = fc.constantFrom('', 'no number', ...[1, 2, 3, 4, 5, 30].map(number));
const accountNo = fc.constantFrom('0000000001', '0000000002');
const instant = fc.constantFrom('2026-03-01T04:00:00Z', '2026-03-02T04:00:00Z', '2026-03-03T04:00:00Z').map((text) => new Date(text));
const collectorId = fc.constantFrom('C01', 'C02');
const slipNo = fc.constantFrom('700001', '700002', '700003', '700004');
const anyInvoice = fc.record({ invoiceNo, accountNo, amountFen, voided: fc.boolean(), takenAt: instant, reprints: fc.nat(2) });
const anyRecord = fc.record({ postingId: fc.uuid(), invoiceNo, accountNo, amountFen, reversed: fc.boolean(), takenAt: instant, postedAt: instant });
const anySlip = fc.record({ slipNo, bank: fc.constant('ICBC'), bankAccount: fc.constant('6222'), collectorId, amountFen, depositedAt: instant });
const count = fc.nat(3);
const signed = fc.record({ receiptCount: count, receiptFen: amountFen, voidCount: count, voidFen: amountFen });
const anyDevice = fc.record({
  deviceId: fc.constant('D1'), highestSequence: count, missing: fc.subarray([{ from: 1, to: 1 }, { from: 3, to: 5 }]), missingCount: count, declared: fc.option(signed, { nil: undefined }), came: signed, listed: signed,
  beyond: fc.constantFrom(0, 9), forked: fc.subarray([1, 2]),
});
const anyShift = (shiftId: string): fc.Arbitrary<ShiftDay> =>
  fc.record({
    shiftId: fc.constant(shiftId), collectorId, outletId: fc.constantFrom('O1', 'O2'), teamId: fc.constantFrom('T1', 'T2'),
    day: fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-03'),
    floatFen: amountFen, floatReturnedFen: amountFen, countedCashFen: amountFen,
    invoiceBlocks: fc.subarray([{ from: number(1), to: number(2) }, { from: number(3), to: number(5) }, { from: 'x', to: 'y' }]),
    invoices: fc.array(anyInvoice, { maxLength: 5 }), records: fc.array(anyRecord, { maxLength: 5 }), slips: fc.array(anySlip, { maxLength: 4 }),
    offlineReceipts: fc.array(fc.record({ deviceId: fc.constant('D1'), invoiceNo, accountNo, amountFen, takenAt: instant }), { maxLength: 2 }),
    devices: fc.array(anyDevice, { maxLength: 2 }),
  });
const anyBankLine = fc.record({
  entryRef: fc.uuid(), bankAccount: fc.constant('6222'), amountFen: fc.oneof(amountFen, amountFen.map((fen) => -fen)), bookedOn: fc.constantFrom('2026-03-02', '2026-03-04'), slipNo,
});
const anyDay = fc.record({
  shifts: fc.tuple(anyShift('S1'), anyShift('S2'), anyShift('S3')),
  bankLines: fc.option(fc.array(anyBankLine, { maxLength: 6 }), { nil: undefined }),
});
const RUNS = { numRuns: process.env['SOAK'] ? 50_000 : 2_000 };

test('whatever the lines say, each side is what was taken and what the differences explain of it, to the fen', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const index = indexSurroundings(day);
      for (const shift of day.shifts) {
        const { sums, takenFen, differences } = diagnose(shift, index);
        for (const side of SIDES) {
          const explainedFen = differences.reduce((sumFen, { explains }) => sumFen + (explains[side] ?? 0n), 0n);
          assert.equal(sums[side] ?? takenFen + explainedFen, explainedFen + (side === 'float' ? 0n : takenFen), side);
        }
      }
    }),
    RUNS,
  );
});

test('whatever the lines say, the last net catches nothing: the rules leave no side with a residue', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const index = indexSurroundings(day);
      for (const shift of day.shifts) {
        for (const { kind, correction } of diagnose(shift, index).differences) assert.ok(kind !== 'UNEXPLAINED' || correction.kind === 'posting');
      }
    }),
    RUNS,
  );
});

test('a correction is a posting whose entries come to zero, or says what to do; in both languages', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const index = indexSurroundings(day);
      for (const { correction, zh, en, amountFen } of day.shifts.flatMap((shift) => diagnose(shift, index).differences)) {
        if (correction.kind === 'posting') assert.equal(correction.entries.reduce((sumFen, entry) => sumFen + entry.amountFen, 0n), 0n);
        for (const text of [zh, correction.zh]) assert.match(text, /\p{Script=Han}/u);
        for (const text of [en, correction.en]) assert.match(text, /^[^\p{Script=Han}]+$/u);
        assert.ok(amountFen >= 0n);
      }
    }),
    RUNS,
  );
});

test("a team's totals are those of its shifts, and any grouping adds up to the company", () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const index = indexSurroundings(day);
      const shifts = day.shifts.map((shift) => diagnose(shift, index));
      const { collectors, outlets, teams, company } = rollUp(shifts);
      for (const team of teams) {
        const own = shifts.filter(({ teamId }) => teamId === team.id);
        assert.equal(team.takenFen, own.reduce((sumFen, { takenFen }) => sumFen + takenFen, 0n));
        for (const side of SIDES) assert.equal(team.sums[side], own.reduce((sumFen, { sums }) => sumFen + (sums[side] ?? 0n), 0n));
        assert.equal(team.balanced, own.every(({ balanced }) => balanced));
      }
      for (const grouping of [collectors, outlets, teams]) assert.deepEqual(flat(...grouping), flat(company));
    }),
  );
});

function flat(...totals: readonly Totals[]): object {
  const total = (of: (totals: Totals) => bigint | number) => totals.reduce((sum, one) => sum + BigInt(of(one)), 0n);
  const kinds = new Set(totals.flatMap(({ byKind }) => Object.keys(byKind) as (keyof Totals['byKind'])[]));
  return {
    shifts: total((one) => one.shifts), withoutBank: total((one) => one.withoutBank), takenFen: total((one) => one.takenFen), differences: total((one) => one.differences),
    sums: SIDES.map((side) => total((one) => one.sums[side])),
    byKind: [...kinds].sort().map((kind) => [kind, total((one) => one.byKind[kind] ?? 0)]),
    balanced: totals.every(({ balanced }) => balanced),
  };
}
