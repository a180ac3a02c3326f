import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

const page = (name: string): Promise<any> => import(new URL(`../public/analysis/${name}.js`, import.meta.url).href);
const { periodBefore, quickDays, yearBefore } = await page('periods');
const { areInTime, changeOf, writerOf } = await page('values');
const { axisOf, inOrder } = await page('order');
const { drilledDown, readView, tidied, withStatistic, writeView } = await page('view');
const { othersOf } = await page('questions');

const named = (id: string, unit = 'cases') => ({ id, zh: id, en: id, unit, formula: '' });
const FAULTS = { ...named('faults'), grains: ['day', 'month', 'year'], measures: [named('count'), named('mean', 'minutes')], dimensions: [named('region'), named('line'), named('month')] };
const MONEY = { ...named('money'), grains: [], measures: [named('amountFen', 'fen')], dimensions: [named('channel'), named('region')] };
const YEAR = { from: '2025-11-27', to: '2026-11-26' };
const read = (search: string) => readView(search, [FAULTS, MONEY], YEAR);

test('the period before has as many days; before whole months, as many months', () => {
  assert.deepEqual(periodBefore({ from: '2026-11-10', to: '2026-11-16' }), { from: '2026-11-03', to: '2026-11-09' });
  assert.deepEqual(periodBefore({ from: '2026-03-01', to: '2026-03-31' }), { from: '2026-02-01', to: '2026-02-28' });
  assert.deepEqual(periodBefore({ from: '2026-01-01', to: '2026-03-31' }), { from: '2025-10-01', to: '2025-12-31' });
  assert.deepEqual(periodBefore({ from: '2026-11-26', to: '2026-11-26' }), { from: '2026-11-25', to: '2026-11-25' });
});

test('a year before are the same days; the end of February is its end', () => {
  assert.deepEqual(yearBefore({ from: '2026-11-03', to: '2026-11-20' }), { from: '2025-11-03', to: '2025-11-20' });
  assert.deepEqual(yearBefore({ from: '2025-02-01', to: '2025-02-28' }), { from: '2024-02-01', to: '2024-02-29' });
  assert.deepEqual(yearBefore({ from: '2024-02-29', to: '2024-02-29' }), { from: '2023-02-28', to: '2023-02-28' });
});

test('usual days are those of Shanghai', () => {
  const now = new Date('2026-12-31T16:00:00Z');
  assert.deepEqual(quickDays('thisMonth', now), { from: '2027-01-01', to: '2027-01-01' });
  assert.deepEqual(quickDays('lastMonth', now), { from: '2026-12-01', to: '2026-12-31' });
  assert.deepEqual(quickDays('thisYear', now), { from: '2027-01-01', to: '2027-01-01' });
  assert.deepEqual(quickDays('allTime', now), { from: '', to: '' });
});

test('an address without a question asks the first statistic by its first dimension, in all measures', () => {
  assert.deepEqual(read(''), { statistic: 'faults', measures: ['count', 'mean'], by: ['region'], grain: '', ...YEAR, filters: {}, compare: '', top: '', asOf: '', changesSince: '', chart: 'count', sort: '' });
});

test('what an old address has that there is no more is left out, and the rest shown', () => {
  const view = read('?asOf=yesterday&top=gone:x&statistic=faults&measures=count,gone&by=line,gone,line&from=2026-02-30&to=2026-11-01&where.gone=1&where.line=L1&compare=never&chart=gone');
  assert.deepEqual(view, { statistic: 'faults', measures: ['count'], by: ['line'], grain: '', from: '', to: '2026-11-01', filters: { line: ['L1'] }, compare: '', top: '', asOf: '', changesSince: '', chart: 'count', sort: '' });
});

test('property: a link reopens the view', () => {
  const views = fc.record({
    statistic: fc.constant('faults'), measures: fc.constantFrom(['count'], ['mean'], ['count', 'mean']), by: fc.subarray(['region', 'line', 'month']), from: fc.constantFrom('', '2026-01-31'), to: fc.constantFrom('', '2026-02-28'),
    filters: fc.dictionary(fc.constantFrom('region', 'line'), fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text.isWellFormed() && !text.includes(',')), { minLength: 1, maxLength: 3 })), compare: fc.constantFrom('', 'previous', 'yearBefore'),
    top: fc.constantFrom('', 'line:5:mean', 'region:20:count'), asOf: fc.constantFrom('', '1764115200.42'), changesSince: fc.constantFrom('', '1764115200.7'), grain: fc.constantFrom('', 'month'), sort: fc.constantFrom('', '-count', 'region'),
  });
  fc.assert(fc.property(views, (made) => {
    const view = tidied({ ...made, chart: made.measures[0] }, FAULTS);
    const again = read(writeView(view));
    assert.deepEqual({ ...again, filters: { ...again.filters } }, { ...view, filters: { ...view.filters } });
  }));
});

test('another statistic keeps what it also has; one level down chooses a value and shows the next dimension', () => {
  const view = read('?by=region,line&where.line=L1&where.region=R1');
  assert.deepEqual(withStatistic(view, MONEY), { ...view, statistic: 'money', measures: ['amountFen'], by: ['region'], filters: { region: ['R1'] }, chart: 'amountFen' });
  const down = drilledDown(read('?by=region'), FAULTS, 'region', 'R1');
  assert.deepEqual([down.by, down.filters], [['line'], { region: ['R1'] }]);
  assert.deepEqual(drilledDown(read('?by=region,line'), FAULTS, 'region', 'R1').by, ['line']);
});

test('values of a column have the same places; money is exact to the fen, ratios are percent, undefined is a dash', () => {
  const write = (unit: string, ...values: unknown[]) => values.map(writerOf(named('x', unit), values));
  assert.deepEqual(write('cases', 12_345, 7, null), ['12,345', '7', '—']);
  assert.deepEqual(write('minutes', 188.94, 72.5, 60), ['188.9', '72.5', '60.0']);
  assert.deepEqual(write('minutes', 0.06, 0.5833, undefined), ['0.060', '0.583', '—']);
  assert.deepEqual(write('fen', '9007199254740993', '-5', 150.5), ['90,071,992,547,409.93', '-0.05', '1.51']);
  assert.deepEqual(write('share', 0.5, 1), ['50.0', '100.0']);
});

test('a share near all or near nothing has the places that count', () => {
  assert.equal(writerOf(named('x', 'share'), [0.99982, 0.98])(0.99982), '99.982');
});

test('one level down in time are the days of the piece, within what was asked, in finer pieces', () => {
  const view = { ...read('?grain=month&from=2026-01-15&to=2026-11-24'), by: [] };
  const days = (key: string, around = view) => { const { from, to } = drilledDown(around, FAULTS, 'time', key); return [from, to]; };
  assert.deepEqual([days('2026-02'), days('2026-01'), days('2026-11')], [['2026-02-01', '2026-02-28'], ['2026-01-15', '2026-01-31'], ['2026-11-01', '2026-11-24']]);
  const all = { ...view, from: '', to: '' };
  assert.deepEqual([days('2026', all), days('2026-Q4', all), days('2026-W01', all), days('2026-W53', all)], [['2026-01-01', '2026-12-31'], ['2026-10-01', '2026-12-31'], ['2025-12-29', '2026-01-04'], ['2026-12-28', '2027-01-03']]);
  assert.deepEqual([drilledDown(view, FAULTS, 'time', '2026-02').grain, drilledDown({ ...view, grain: 'day' }, FAULTS, 'time', '2026-02-03').grain], ['day', 'day']);
});

test('a change says by how much; against nothing it says nothing', () => {
  assert.deepEqual([changeOf(19, 38), changeOf(3, 2), changeOf('300', '100'), changeOf(5, 5), changeOf(5, 0), changeOf(null, 5), changeOf(50, 1)], ['-50.0%', '+50.0%', '+200.0%', '0.0%', '', '', '50×']);
});

test('time runs as it does and is the axis; everything else is largest first, undefined last', () => {
  assert.ok(areInTime(['2026-11', '2026-12']) && areInTime(['2026-11-24']) && areInTime(['08']) && areInTime(['2026-Q4']) && areInTime(['2026-W48']));
  assert.ok(!areInTime(['R1']) && !areInTime([null]) && !areInTime(['100_TO_499']) && !areInTime([]));
  const row = (region: string | null, month: string, count: number | null) => ({ keys: { region, month }, labels: {}, values: { count } });
  const rows = [row('R1', '2026-02', 5), row('R2', '2026-01', 9), row(null, '2026-01', null), row('R3', '2026-02', 1)];
  const order = (by: string[], sort = '') => inOrder(rows, { by, sort }, [named('count')]).map(({ keys }: any) => `${keys.region}/${keys.month}`);
  assert.deepEqual(order(['region']), ['R2/2026-01', 'R1/2026-02', 'R3/2026-02', 'null/2026-01']);
  assert.deepEqual(order(['region'], 'count'), ['R3/2026-02', 'R1/2026-02', 'R2/2026-01', 'null/2026-01']);
  assert.deepEqual(order(['region', 'month']), ['R2/2026-01', 'null/2026-01', 'R1/2026-02', 'R3/2026-02']);
  assert.deepEqual(axisOf(rows, ['region', 'month']), { axis: 'month', series: 'region', inTime: true });
});

test('the largest are of something that is grouped by; changes are asked for alone', () => {
  assert.equal(read('?by=line&measures=mean&top=region:5:count').top, 'line:5:mean');
  assert.equal(read('?by=&top=line:5:count').top, '');
  const changes = read('?by=line&top=line:5:count&compare=previous&changesSince=17.4');
  assert.deepEqual([changes.top, changes.compare, changes.changesSince], ['', '', '17.4']);
});

test('all others are none of the largest, or what else was asked for', () => {
  const rows = ['L1', null, '*', 'L2'].map((line) => ({ keys: { line } }));
  assert.deepEqual(othersOf('line', rows, undefined), ['!L1', '', 'L2']);
  assert.deepEqual(othersOf('line', rows, ['L1', 'L7', 'L8']), ['L7', 'L8']);
  assert.deepEqual(othersOf('line', rows, ['!L9']), ['!L9', 'L1', '', 'L2']);
});
