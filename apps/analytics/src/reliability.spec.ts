import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import { Story } from './testing/story.ts';

let story: Story;
let statistics: StatisticsUnderTest;
const JUNE = { from: '2026-06-01', to: '2026-06-30' };

beforeEach(async () => {
  story = new Story();
  statistics = await new StatisticsUnderTest(story).start();
});
afterEach(() => statistics.stop());

function customers(count: number, { lineId = 'R1-L1', from = '2026-01-01T00:00:00Z', first = 0 } = {}): void {
  for (let n = first; n < first + count; n++) story.account(String(n).padStart(10, '0'), { usageNature: 'RESIDENTIAL', kva: 8, regionId: lineId.slice(0, 2), lineId, from });
}

/** All have power again at once. */
function outage(id: string, startedAt: string, minutes: number, count: number, more: object = {}): void {
  story.outage(id, { lineId: 'R1-L1', regionId: 'R1', startedAt, customers: count, steps: [[new Date(Date.parse(startedAt) + minutes * 60_000).toISOString(), count]], ...more });
}

async function indices(asked: object = {}): Promise<string[]> {
  const { rows } = await statistics.ask('reliability', { ...JUNE, ...asked });
  return rows.map(({ keys, values }) => `${keys.join(',')}: ${values.map((value) => (value === '' ? '' : String(Number(Number(value).toFixed(6))))).join(' ')}`);
}

test('IEEE 1366: of 10,000 customers 100 were off for 5 minutes, 200 for 10 and 300 for 11', async () => {
  customers(10_000);
  outage('o1', '2026-06-02T00:00:00Z', 5, 100);
  outage('o2', '2026-06-03T00:00:00Z', 10, 200);
  outage('o3', '2026-06-04T00:00:00Z', 11, 300);
  await statistics.arrives();
  const { rows, totals, rowCount } = await statistics.ask('reliability', { ...JUNE, measures: ['saifi', 'saidi', 'caidi'], totals: true });
  const [saifi, saidi, caidi] = rows[0]!.values.map(Number);
  assert.deepEqual([saifi, saidi?.toFixed(2), caidi?.toFixed(2), rowCount], [0.06, '0.58', '9.67', 1]);
  assert.deepEqual(totals?.values, rows[0]!.values);
  assert.deepEqual(await indices({ measures: ['asai', 'cemi3'] }), [`: ${(1 - 5_800 / (10_000 * 30 * 1_440)).toFixed(6)} 0.01`], 'the smallest of three outages of one line lies within the others');
});

test('where nobody was interrupted SAIFI and SAIDI are 0 and CAIDI is undefined; without customers all are', async () => {
  assert.deepEqual(await indices(), [':     ']);
  customers(3);
  await statistics.arrives();
  assert.deepEqual(await indices(), [': 0 0  1 0']);
  assert.deepEqual(await indices({ groupBy: ['region'] }), ['R1: 0 0  1 0'], 'a region without outages is a row');
});

test('who had power again before 5 minutes, or has none yet, does not count; power comes back by steps', async () => {
  customers(100);
  story.outage('o1', { lineId: 'R1-L1', startedAt: '2026-06-02T00:00:00Z', customers: 50, steps: [['2026-06-02T00:04:59Z', 10], ['2026-06-02T00:30:00Z', 20]] });
  await statistics.arrives();
  assert.deepEqual(await indices(), [': 0.2 6 30 0.999861 0']);
  story.outage('o1', { lineId: 'R1-L1', startedAt: '2026-06-02T00:00:00Z', customers: 50, steps: [['2026-06-02T00:04:59Z', 10], ['2026-06-02T00:30:00Z', 20], ['2026-06-02T01:00:00Z', 20]] });
  await statistics.arrives();
  assert.deepEqual(await indices(), [': 0.4 18 45 0.999583 0']);
  story.outage('o1', { lineId: 'R1-L1', startedAt: '2026-06-02T00:00:00Z', customers: 50, cancelled: true });
  await statistics.arrives();
  assert.deepEqual(await indices(), [': 0 0  1 0'], 'it was recorded by mistake');
});

test('customers are those of the period: who came in mid-month is half of one, who was loaded at the beginning was there before', async () => {
  customers(10);
  customers(10, { first: 10, from: '2026-06-15T16:00:00Z', lineId: 'R2-L1' });
  await statistics.arrives();
  const count = async (from: string, to: string, groupBy: string[] = []) => statistics.table('customers', { from, to, groupBy, measures: ['customers'] });
  assert.deepEqual(await count('2026-06-01', '2026-06-30'), [': 15.0']);
  assert.deepEqual(await count('2026-06-01', '2026-06-30', ['region']), ['R1: 10.0', 'R2: 5.0']);
  assert.deepEqual(await count('2025-06-01', '2025-06-30'), [': 10.0']);
  assert.deepEqual(await statistics.table('customers', { from: '2026-05-01', to: '2026-07-31', grain: 'month', measures: ['customers'] }), ['2026-05: 10.0', '2026-06: 15.0', '2026-07: 20.0']);
});

test('an account that was closed is a customer until then: of the month of its closing in part, of later ones not at all', async () => {
  customers(10);
  story.closed('0000000003', '2026-06-15T16:00:00Z');
  story.closed('9999999999', '2026-06-15T16:00:00Z');
  outage('o1', '2026-07-02T00:00:00Z', 10, 9);
  await statistics.arrives();
  assert.deepEqual(await statistics.table('customers', { from: '2026-05-01', to: '2026-07-31', grain: 'month', measures: ['customers'] }), ['2026-05: 10.0', '2026-06: 9.5', '2026-07: 9.0']);
  assert.deepEqual(await statistics.table('reliability', { from: '2026-07-01', to: '2026-07-31', measures: ['saifi'] }), [': 1.0']);
  story.account('0000000003', { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R1', lineId: 'R1-L1', from: '2026-07-10T00:00:00Z' });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('customers', { from: '2026-07-01', to: '2026-07-31', measures: ['customers'] }), [': 9.0'], 'a correction that comes later opens it not again');
});

test('a line that moves to another region in mid-month keeps its past where it was', async () => {
  customers(10);
  outage('before', '2026-06-10T00:00:00Z', 60, 10);
  for (let n = 0; n < 10; n++) story.account(String(n).padStart(10, '0'), { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R2', lineId: 'R1-L1', from: '2026-06-15T16:00:00Z' });
  outage('after', '2026-06-20T00:00:00Z', 30, 10, { regionId: 'R2' });
  await statistics.arrives();
  assert.deepEqual(await indices({ groupBy: ['region'], measures: ['saifi', 'saidi'] }), ['R1: 2 120', 'R2: 2 60'], 'half a month each with 10 customers');
  assert.deepEqual(await indices({ groupBy: ['line'], measures: ['saifi', 'saidi'] }), ['R1-L1: 2 90']);
});

test('by a cause the customers are the same for all causes', async () => {
  customers(10);
  outage('o1', '2026-06-02T00:00:00Z', 10, 10, { cause: 'STORM' });
  outage('o2', '2026-06-03T00:00:00Z', 10, 5, { cause: 'MAINTENANCE', planned: true });
  await statistics.arrives();
  assert.deepEqual(await indices({ groupBy: ['cause'], measures: ['saifi'] }), ['MAINTENANCE: 0.5', 'STORM: 1']);
  assert.deepEqual(await indices({ conditions: [{ dimension: 'planned', values: ['YES'], exclude: true }], measures: ['saifi'] }), [': 1']);
});

test('a major event day is beyond 2.5 deviations of the logarithms of five years before, and can be left out', async () => {
  customers(1_000);
  for (const [i, minutes] of [10, 20, 40, 20, 10].entries()) outage(`past-${i}`, `2025-03-0${i + 1}T00:00:00Z`, minutes, 100);
  outage('ordinary', '2026-06-02T00:00:00Z', 40, 100);
  outage('storm', '2026-06-03T00:00:00Z', 600, 900);
  await statistics.arrives();
  const of = (value: string) => indices({ measures: ['saidi'], conditions: [{ dimension: 'majorEventDay', values: [value], exclude: false }] });
  assert.deepEqual([await of('YES'), await of('NO'), await indices({ measures: ['saidi'] })], [[': 540'], [': 4'], [': 544']]);
  assert.deepEqual(await statistics.table('outages', { groupBy: ['majorEventDay'], from: '2025-01-01', to: '2025-12-31', measures: ['count'] }), ['NO: 5'], 'without years before there is none');
});

test('faults of a line within 30 days after the one before are repeats, whatever order they arrive in', async () => {
  for (const [id, day, lineId] of [['f1', '2026-06-01', 'R1-L1'], ['f2', '2026-07-01', 'R1-L1'], ['f3', '2026-08-01', 'R1-L1'], ['f4', '2026-07-02', 'R1-L2']] as const) {
    story.opened(id, { kind: 'FAULT', openedAt: `${day}T00:00:00Z`, regionId: 'R1', lineId });
  }
  await statistics.arrives([...story.events].reverse());
  assert.deepEqual(await statistics.table('repeat-faults', { groupBy: ['line'] }), ['R1-L1: 1,0.3333333333333333', 'R1-L2: 0,0.0']);
  assert.deepEqual(await statistics.table('repeat-faults', { from: '2026-07-01', to: '2026-07-01' }), [': 1,1.0'], 'the one before was well before the day asked for');
});
