import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountFiles, caseFiles, outageFiles, topUpFiles } from './csv.ts';
import { instantOf, untilRoomMs } from './days.ts';
import { makeTown } from './town.ts';

const options = { seed: 7, size: 2_000, today: '2026-03-01' };
const town = makeTown(options);

test('the same seed, size and day make the same town; another seed another one', () => {
  const files = (one: typeof town) => [...accountFiles(one), ...topUpFiles(one), ...caseFiles(one), ...outageFiles(one)].map(({ text }) => text).join('');
  assert.equal(files(makeTown(options)), files(town));
  assert.notEqual(files(makeTown({ ...options, seed: 8 })), files(town));
});

test('the town has six regions, 48 lines, accounts of all usage natures and large customers of every capacity band', () => {
  assert.equal(town.regions.length, 6);
  assert.equal(town.lines.length, 48);
  assert.equal(town.accounts.length, 2_000);
  assert.equal(new Set(town.accounts.map(({ accountNo }) => accountNo)).size, 2_000);
  assert.equal(new Set(town.accounts.map(({ usageNature }) => usageNature)).size, 5);
  const large = town.accounts.filter(({ installedCapacityKva }) => installedCapacityKva >= 100);
  assert.equal(new Set(large.map(({ customerNo }) => customerNo)).size, 30);
  for (const [from, to] of [[100, 499], [500, 800], [801, Infinity]] as const) {
    assert.ok(large.some(({ installedCapacityKva: kva }) => kva >= from && kva <= to), `${from} kVA and more`);
  }
});

test('nothing of the past lies in today, and every matter is finished after it began', () => {
  const today = instantOf(options.today);
  for (const { openedAt, resolvedAt, closedAt } of town.cases) assert.ok(openedAt < resolvedAt && resolvedAt < closedAt && closedAt < today);
  for (const { takenAt } of town.topUps) assert.ok(takenAt < today);
  for (const { issuedAt } of town.charges) assert.ok(issuedAt < today);
});

test('an outage takes the power from some customers of its line, and gives it back to all of them, by steps', () => {
  const today = instantOf(options.today);
  const customers = (line: string) => town.accounts.filter(({ lineId }) => lineId === line).length;
  for (const { startedAt, lineId, customersAffected, steps } of town.outages) {
    assert.ok(customersAffected >= 1 && customersAffected <= Math.max(1, customers(lineId)));
    assert.equal(steps.reduce((sum, { customersRestored }) => sum + customersRestored, 0), customersAffected);
    assert.ok(steps.every(({ restoredAt, customersRestored }) => customersRestored > 0 && restoredAt > startedAt && restoredAt < today));
  }
  assert.ok(town.outages.some(({ steps }) => steps.length === 3) && town.outages.some(({ planned }) => planned));
  for (const storm of town.storms) {
    for (const { lineId } of storm.lines) assert.ok(town.outages.some((outage) => outage.lineId === lineId && outage.startedAt >= instantOf(storm.day, storm.startsAt) && !outage.planned));
  }
});

test('who pays well has more than the reminder asks for, who pays badly owes', () => {
  const left = new Map<string, bigint>();
  for (const { accountNo, amountFen } of town.topUps) left.set(accountNo, (left.get(accountNo) ?? 0n) + amountFen);
  for (const { accountNo, amountFen } of town.charges) left.set(accountNo, (left.get(accountNo) ?? 0n) - amountFen);
  for (const { accountNo, payer } of town.accounts) {
    const fen = left.get(accountNo)!;
    assert.ok(payer === 'GOOD' ? fen >= 3_000n : payer === 'BAD' ? fen < 0n : fen >= 0n && fen < 3_000n, `${accountNo} ${payer} ${fen}`);
  }
});

test('storms bring lightning to some lines, and summer more overload than spring', () => {
  const faults = town.cases.filter(({ kind }) => kind === 'FAULT');
  for (const storm of town.storms.filter(({ lines }) => lines.length > 0)) {
    assert.ok(faults.some(({ lineId, openedAt }) => lineId === storm.lines[0]!.lineId && openedAt >= instantOf(storm.day, storm.startsAt)));
  }
  const year = makeTown({ ...options, size: 20_000 }).cases.filter(({ classification }) => classification === 'OVERLOAD');
  const inMonths = (months: string[]) => year.filter(({ openedAt }) => months.includes(openedAt.toISOString().slice(5, 7))).length;
  assert.ok(inMonths(['07', '08']) > 2 * inMonths(['03', '04']));
});

test('what would reach over midnight waits for the new day, and nothing else waits', () => {
  const waits = (minutes: number) => untilRoomMs(instantOf('2026-03-02', minutes), 3);
  assert.deepEqual([0, 600, 1_437].map(waits), [0, 0, 0]);
  assert.deepEqual([1_437.5, 1_439].map(waits), [150_000, 60_000]);
});
