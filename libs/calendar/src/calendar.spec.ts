import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextDay, shanghaiDay, shanghaiInstant, shanghaiMonth, shanghaiWall, startOfDay } from './index.ts';

test('a month ends at midnight in Shanghai, which is 16:00 of the day before in UTC', () => {
  assert.equal(shanghaiMonth(new Date('2026-10-31T15:59:59Z')), '2026-10');
  assert.equal(shanghaiMonth(new Date('2026-10-31T16:00:00Z')), '2026-11');
  assert.equal(shanghaiDay(new Date('2026-12-31T16:00:00Z')), '2027-01-01');
});

test('in the summers of 1986 to 1991 the clock was an hour ahead', () => {
  assert.equal(shanghaiWall(new Date('1988-07-01T00:00:00Z')), '1988-07-01T09:00:00');
  assert.equal(shanghaiDay(new Date('1988-06-30T15:30:00Z')), '1988-07-01');
  assert.equal(startOfDay('1988-07-01')?.toISOString(), '1988-06-30T15:00:00.000Z');
});

test('a day that is not on the calendar is none', () => {
  for (const wrong of ['2026-02-29', '2026-13-01', '2026-1-1', 'today', '2026-11-24T25:00']) assert.equal(shanghaiInstant(wrong), undefined, wrong);
});

test('the wall clock and the instant say the same', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1992-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const whole = new Date(Math.floor(date.getTime() / 1000) * 1000);
      assert.equal(shanghaiInstant(shanghaiWall(whole))?.getTime(), whole.getTime());
    }),
  );
});

test('the day after the last day of February', () => {
  assert.equal(nextDay('2028-02-28'), '2028-02-29');
  assert.equal(nextDay('2026-12-31'), '2027-01-01');
});
