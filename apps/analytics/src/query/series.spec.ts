import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { pieceOf } from '../testing/recount-time.ts';
import { Story } from '../testing/story.ts';
import { addDays, GRAINS, isWhole, keyOf, laterKey, periodBefore, periodOfEarlier, piecesOf, startOf, startOfNext, yearBefore, type Grain } from './periods.ts';

let story: Story;
let statistics: StatisticsUnderTest;

beforeEach(async () => {
  story = new Story();
  statistics = await new StatisticsUnderTest(story).start();
});
afterEach(() => statistics.stop());

let n = 0;
const complaint = (openedAt: string, lineId = 'R1-L1'): void => story.opened(`c${n++}`, { kind: 'COMPLAINT', openedAt, regionId: lineId.slice(0, 2), lineId });

test('a series by each grain, where years, quarters, weeks and days end at midnight in Shanghai', async () => {
  complaint('2026-12-31T15:59:59Z');
  complaint('2026-12-31T16:00:00Z');
  await statistics.arrives();
  const by = (grain: Grain) => statistics.table('complaints', { grain });
  assert.deepEqual(await by('hour'), ['2026-12-31 23: 1', '2027-01-01 00: 1']);
  assert.deepEqual(await by('day'), ['2026-12-31: 1', '2027-01-01: 1']);
  assert.deepEqual(await by('week'), ['2026-W53: 2'], 'the week of that Thursday');
  assert.deepEqual(await by('month'), ['2026-12: 1', '2027-01: 1']);
  assert.deepEqual(await by('quarter'), ['2026-Q4: 1', '2027-Q1: 1']);
  assert.deepEqual(await by('year'), ['2026: 1', '2027: 1']);
});

test('from 1986 to 1991 days began at the summer’s midnight, also those of which customers are counted', async () => {
  for (const [instant, key] of [['1986-05-03T16:30:00Z', '1986-05-04 00'], ['1986-05-03T18:30:00Z', '1986-05-04 03'], ['1988-06-30T15:30:00Z', '1988-07-01 00'], ['1991-09-14T15:30:00Z', '1991-09-15 00'], ['1991-12-31T16:30:00Z', '1992-01-01 00']] as const) {
    complaint(instant);
    await statistics.arrives();
    assert.ok((await statistics.table('complaints', { grain: 'hour' })).includes(`${key}: 1`), key);
  }
  const lengths = (from: string, to: string) => piecesOf({ from, to }, 'day', 10)!.map(({ since, until }) => (until.getTime() - since.getTime()) / 3_600_000);
  assert.deepEqual(lengths('1988-04-16', '1988-04-18'), [24, 23, 24]);
  assert.deepEqual(lengths('1988-09-10', '1988-09-12'), [24, 25, 24]);
});

test('beside each month stands the month before and that of the year before; what was not there is 0', async () => {
  complaint('2025-01-10T00:00:00Z');
  complaint('2025-12-10T00:00:00Z');
  complaint('2025-12-11T00:00:00Z');
  complaint('2026-01-10T00:00:00Z');
  complaint('2026-02-10T00:00:00Z');
  await statistics.arrives();
  const { rows, totals } = await statistics.ask('complaints', { grain: 'month', from: '2026-01-01', to: '2026-02-28', compare: ['previous', 'yearBefore'], totals: true });
  assert.deepEqual(rows.map(({ keys, values, previousValues, yearBeforeValues }) => [keys[0], values[0], previousValues[0], yearBeforeValues[0]]), [['2026-01', '1', '2', '1'], ['2026-02', '1', '1', '0']]);
  assert.deepEqual([totals!.values, totals!.previousValues, totals!.yearBeforeValues], [['2'], ['2'], ['1']], 'all of it beside the two months before');
});

test('whole months are compared with whole months, days with as many days', () => {
  assert.deepEqual(periodBefore({ from: '2026-03-01', to: '2026-03-31' }), { from: '2026-02-01', to: '2026-02-28' });
  assert.deepEqual(periodBefore({ from: '2026-01-01', to: '2026-06-30' }), { from: '2025-07-01', to: '2025-12-31' });
  assert.deepEqual(periodBefore({ from: '2026-03-02', to: '2026-03-08' }), { from: '2026-02-23', to: '2026-03-01' });
  assert.deepEqual(yearBefore({ from: '2028-02-01', to: '2028-02-29' }), { from: '2027-02-01', to: '2027-02-28' });
  assert.deepEqual(yearBefore({ from: '2025-02-01', to: '2025-02-28' }), { from: '2024-02-01', to: '2024-02-29' });
  assert.deepEqual(yearBefore({ from: '2028-02-10', to: '2028-02-29' }), { from: '2027-02-10', to: '2027-02-28' });
});

test('the pieces of any period are those of the calendar, without a hole between them', () => {
  const day = fc.integer({ min: 0, max: 100_000 }).map((days) => addDays('1900-01-01', days));
  fc.assert(fc.property(day, fc.integer({ min: 0, max: 800 }), fc.constantFrom(...GRAINS.filter((grain) => grain !== 'hour')), (from, days, grain) => {
    const to = addDays(from, days);
    const pieces = piecesOf({ from, to }, grain, 1_000)!;
    for (let i = 1; i < pieces.length; i++) assert.equal(pieces[i]!.since.getTime(), pieces[i - 1]!.until.getTime());
    assert.equal(new Set(pieces.map(({ key }) => key)).size, pieces.length);
    assert.equal(keyOf(grain, from), pieceOf(grain, from));
    const whole = { from: startOf(grain, from), to: addDays(startOfNext(grain, to), -1) };
    assert.ok(isWhole(whole, grain));
    const keys = piecesOf(whole, grain, 1_000)!.map(({ key }) => key);
    const before = piecesOf(periodOfEarlier(whole, grain, 'previous'), grain, 1_002)!.map(({ key }) => laterKey(key, grain, 'previous'));
    assert.deepEqual(before.slice(0, keys.length), keys, 'each has the one before it');
    const yearBack = new Set(piecesOf(periodOfEarlier(whole, grain, 'yearBefore'), grain, 1_010)!.map(({ key }) => laterKey(key, grain, 'yearBefore')));
    assert.deepEqual(keys.filter((key) => !yearBack.has(key) && !key.endsWith('-02-29') && !key.endsWith('W53')), [], 'and that of the year before');
  }), { numRuns: process.env['SOAK'] ? 10_000 : 500 });
});
