import assert from 'node:assert/strict';
import { test } from 'node:test';

// The page's modules are plain JavaScript for browsers; what decides something in them runs here as it is.
const page = (name: string): Promise<any> => import(new URL(`../public/${name}.js`, import.meta.url).href);
const { daysOf, isDay, shanghaiDay } = await page('days');
const { formatFigure, sum } = await page('figures');
const { inOrder } = await page('table');

test('today is the day in Shanghai', () => {
  assert.equal(shanghaiDay(new Date('2026-11-24T15:59:59Z')), '2026-11-24');
  assert.deepEqual(daysOf('today', new Date('2026-11-24T16:00:00Z')), { from: '2026-11-25', to: '2026-11-25' });
});

test('this month begins on its first day', () => {
  assert.deepEqual(daysOf('month', new Date('2026-11-24T03:00:00Z')), { from: '2026-11-01', to: '2026-11-24' });
});

test('the past year has one year and not a day more', () => {
  assert.deepEqual(daysOf('year', new Date('2026-11-24T03:00:00Z')), { from: '2025-11-25', to: '2026-11-24' });
  assert.deepEqual(daysOf('year', new Date('2028-02-29T03:00:00Z')), { from: '2027-03-01', to: '2028-02-29' });
  assert.deepEqual(daysOf('year', new Date('2026-12-31T03:00:00Z')), { from: '2026-01-01', to: '2026-12-31' });
});

test('a day that is not on the calendar is none', () => {
  assert.ok(isDay('2028-02-29'));
  for (const wrong of ['2026-02-29', '2026-13-01', '', '2026-1-1', '24.11.2026']) assert.ok(!isDay(wrong), wrong);
});

test('money is added and shown to the fen, however much it is', () => {
  assert.equal(sum('amountFen', ['9007199254740993', '2', null]), '9007199254740995');
  assert.equal(formatFigure('amountFen', '9007199254740995'), '90,071,992,547,409.95');
  assert.equal(formatFigure('amountFen', '-5'), '-0.05');
});

test('what is undefined is a dash, and means are not added up', () => {
  assert.equal(formatFigure('restoreMinutesMean', null), '—');
  assert.equal(formatFigure('restoreMinutesMean', 46.25), '46.3');
  assert.equal(sum('restoreMinutesMean', [1, 2]), null);
  assert.equal(formatFigure('count', 12_345), '12,345');
});

test('the largest is on top, by money where there is money; equal ones stay where they are', () => {
  const row = (key: string | null, count: number, amountFen = '0') => ({ keys: { channel: key }, labels: {}, values: { count, amountFen } });
  const keys = (measures: string[], rows: object[]) => inOrder({ dimension: 'channel', measures: measures.map((id) => ({ id })) }, rows).map((one: any) => one.keys.channel);
  assert.deepEqual(keys(['count'], [row('B', 2), row('A', 2), row(null, 9)]), [null, 'A', 'B']);
  assert.deepEqual(keys(['count', 'amountFen'], [row('B', 9, '1'), row('A', 1, '900')]), ['A', 'B']);
});
