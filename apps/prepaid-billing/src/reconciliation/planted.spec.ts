import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from './diagnose.ts';
import type { Difference } from './difference.ts';
import { KINDS } from './kinds.ts';
import { indexSurroundings } from './surroundings.ts';
import { areDistinguishable, cleanDay, plantedDay, PLANTS, type PlantedDay } from './testing/planted-day.ts';
import { seeded } from './testing/random.ts';

const SEED = Number(process.env['YOUDIAN_SEED'] ?? Date.now()) >>> 0;
const SOAK = Boolean(process.env['SOAK']);
const DAYS = SOAK ? 10_000 : 500;
const CLEAN_LINES = SOAK ? 1_000_000 : 20_000;
const LINES_A_DAY = 20_000;

test(`of ${DAYS} days with one or two discrepancies each is found and named, and nothing else (YOUDIAN_SEED=${SEED})`, () => {
  const random = seeded(SEED);
  for (let n = 0; n < DAYS; n++) {
    const seed = random.int(0, 2 ** 31);
    check(plantedDay(seed, 1 + (n % 3 === 0 ? 0 : 1)), seed);
  }
});

test(`each pair of discrepancies that can be told apart is told apart (YOUDIAN_SEED=${SEED})`, () => {
  const random = seeded(SEED + 1);
  for (const one of PLANTS) {
    for (const other of PLANTS) {
      if (!areDistinguishable(one, other)) continue;
      const seed = random.int(0, 2 ** 31);
      check(plantedDay(seed, 2, [one, other]), seed);
    }
  }
});

test('every kind is planted', () => {
  const planted = new Set(PLANTS.map((plant, n) => plantedDay(n, 1, [plant]).expected[0]!.kind));
  assert.deepEqual([...planted].sort(), [...KINDS].sort());
});

test(`no false alarm in ${CLEAN_LINES} clean lines (YOUDIAN_SEED=${SEED})`, () => {
  let seen = 0;
  for (let n = 0; seen < CLEAN_LINES; n++) {
    const day = cleanDay(SEED + n, LINES_A_DAY);
    seen += day.count;
    const index = indexSurroundings(day);
    for (const shift of day.shifts) {
      const { differences, balanced, sums, takenFen } = diagnose(shift, index);
      assert.deepEqual(differences, [], `seed ${SEED + n}, shift ${shift.shiftId}`);
      assert.ok(balanced);
      assert.deepEqual(sums, { invoices: takenFen, records: takenFen, cash: takenFen, slips: takenFen, bank: takenFen, float: 0n });
    }
  }
});

function check({ shift, surroundings, expected, names }: PlantedDay, seed: number): void {
  const { differences } = diagnose(shift, indexSurroundings(surroundings));
  const found = differences.map(({ kind, amountFen, explains, references }) => line({ kind, amountFen, explains, references: flat(references) }));
  assert.deepEqual(found.sort(), expected.map(line).sort(), `seed ${seed}: ${names.join(' + ')}`);
}

function line({ kind, amountFen, explains, references }: { kind: string; amountFen: bigint; explains: object; references: readonly string[] }): string {
  const sides = Object.entries(explains).map(([side, offFen]) => `${side} ${offFen}`).sort();
  return `${kind} ${amountFen} [${sides.join(', ')}] ${[...references].sort().join(' ')}`;
}

function flat({ invoiceNos = [], postingIds = [], slipNos = [], entryRefs = [], deviceRecords = [] }: Difference['references']): string[] {
  return [...invoiceNos, ...postingIds, ...slipNos, ...entryRefs, ...deviceRecords];
}
