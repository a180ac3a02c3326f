import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shanghaiInstant, shanghaiWall } from '@youdian/calendar';
import fc from 'fast-check';
import { goesAt, quietUntil, type QuietHours, type Timed } from './quiet-hours.ts';

const NIGHT: QuietHours = { from: '21:00', to: '08:00' };
const at = (wall: string) => shanghaiInstant(wall)!;
/** Given what it is and until when it must be out, when it is asked for at this time, then it goes at that. */
const goes = (given: Timed, when: string, quiet = NIGHT) => shanghaiWall(goesAt(given, at(when), quiet)).slice(0, 16);
const LOW: Timed = { urgency: 'BY_DAY' };
const by = (wall: string): Timed => ({ urgency: 'BY_DAY', deadline: at(wall) });

test('given a low balance, when it is found after midnight, then it waits for the morning', () => {
  assert.equal(goes(LOW, '2026-03-04T00:40'), '2026-03-04T08:00');
  assert.equal(goes(LOW, '2026-03-03T21:00'), '2026-03-04T08:00', 'the first quiet minute');
  assert.equal(goes(LOW, '2026-03-03T20:59'), '2026-03-03T20:59');
  assert.equal(goes(LOW, '2026-03-04T08:00'), '2026-03-04T08:00', 'the hours are over');
  assert.equal(goes(LOW, '2026-03-04T07:59:59'), '2026-03-04T08:00');
});

test('given the receipt of what somebody paid just now, when it is night, then it goes at once', () => {
  assert.equal(goes({ urgency: 'AT_ONCE' }, '2026-03-04T02:00'), '2026-03-04T02:00');
});

test('given an announcement, when it would be too late in the morning, then it goes at once; when not, it waits', () => {
  assert.equal(goes(by('2026-03-04T06:30'), '2026-03-03T22:00'), '2026-03-03T22:00', 'the team is there at 7:30');
  assert.equal(goes(by('2026-03-04T08:00'), '2026-03-03T22:00'), '2026-03-03T22:00', 'sending takes time, too');
  assert.equal(goes(by('2026-03-04T08:01'), '2026-03-03T22:00'), '2026-03-04T08:00');
  assert.equal(goes(by('2026-03-03T12:00'), '2026-03-03T22:00'), '2026-03-03T22:00', 'it is late already');
});

test('the night before the first of a month, of a year, and of the 29th of February ends the next morning', () => {
  assert.equal(goes(LOW, '2026-04-30T23:59'), '2026-05-01T08:00');
  assert.equal(goes(LOW, '2026-12-31T22:00'), '2027-01-01T08:00');
  assert.equal(goes(LOW, '2028-02-28T21:30'), '2028-02-29T08:00');
});

test('hours that do not cross midnight, and hours of no length', () => {
  const noon = { from: '12:00', to: '14:00' };
  assert.deepEqual(['11:59', '12:00', '13:59', '14:00', '23:00'].map((time) => goes(LOW, `2026-03-04T${time}`, noon).slice(11)), ['11:59', '14:00', '14:00', '14:00', '23:00']);
  assert.equal(goes(LOW, '2026-03-04T00:00', { from: '00:00', to: '00:00' }), '2026-03-04T00:00');
  assert.equal(goes(LOW, '2026-03-04T23:30', { from: '22:00', to: '00:00' }), '2026-03-05T00:00', 'until midnight');
  assert.equal(goes(LOW, '2026-03-04T00:00', { from: '00:00', to: '06:00' }), '2026-03-04T06:00', 'from midnight on');
});

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const instant = fc.date({ min: new Date('1992-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const minute = fc.nat({ max: DAY_MINUTES - 1 });
const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const hours = fc.oneof(fc.tuple(minute, minute), minute.map((one) => [one, one] as const));
/** By counting minutes. */
const isQuiet = (moment: Date, [from, to]: readonly [number, number]) => {
  const now = ((((moment.getTime() / MINUTE_MS + 8 * 60) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES - from + DAY_MINUTES) % DAY_MINUTES;
  return now < (to - from + DAY_MINUTES) % DAY_MINUTES;
};

test('never inside the quiet hours unless it is urgent or its deadline is; never after its deadline; never late without need', () => {
  const when = fc.record({ urgency: fc.constantFrom('AT_ONCE' as const, 'BY_DAY' as const), deadlineMinutes: fc.option(fc.integer({ min: -100, max: 2 * DAY_MINUTES })), now: instant, window: hours });
  fc.assert(
    fc.property(when, ({ urgency, deadlineMinutes, now, window }) => {
      const quiet = { from: clock(window[0]), to: clock(window[1]) };
      const deadline = deadlineMinutes === null ? undefined : new Date(now.getTime() + deadlineMinutes * MINUTE_MS);
      const then = goesAt({ urgency, deadline }, now, quiet);
      assert.ok(then >= now && then.getTime() - now.getTime() < DAY_MINUTES * MINUTE_MS);
      if (then > now) {
        assert.ok(urgency === 'BY_DAY' && isQuiet(now, window), 'only that waits');
        assert.ok(!isQuiet(then, window), 'then they are over');
        assert.ok(isQuiet(new Date(then.getTime() - 1), window), 'and no sooner');
        assert.ok(deadline === undefined || then < deadline, 'and it is in time');
        assert.equal(goesAt({ urgency, deadline }, then, quiet).getTime(), then.getTime(), 'it does not wait twice');
      } else if (isQuiet(now, window)) {
        assert.ok(urgency === 'AT_ONCE' || (deadline !== undefined && deadline <= quietUntil(now, quiet)!), 'or it could have waited');
      }
    }),
    { numRuns: process.env['SOAK'] ? 100_000 : 2_000 },
  );
});
