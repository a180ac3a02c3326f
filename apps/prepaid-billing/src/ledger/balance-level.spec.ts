import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLedger } from './ledger-fixture.ts';

const noonOf = (day: string) => new Date(`${day}T04:00:00Z`);
const lows = (desk: ReturnType<typeof openLedger>) => desk.events.filter(({ type }) => type.endsWith('BalanceLow')).map(({ data }) => {
  const { level, daysLeft, dailyUseFen } = data as { level: string; daysLeft?: number; dailyUseFen?: string };
  return [level.replace('BALANCE_LEVEL_', ''), daysLeft, dailyUseFen];
});

const MARCH = { period: '2026-03' };

/** A charge a night of ten yuan. */
function nights(desk: ReturnType<typeof openLedger>, from: number, to: number) {
  for (let day = from; day <= to; day++) {
    desk.at = noonOf(`2026-03-${String(day).padStart(2, '0')}`);
    desk.charge(1_000n, MARCH);
  }
}

test('early: the balance lasts less than a week at the account’s own use, told once', () => {
  const desk = openLedger();
  desk.at = noonOf('2026-03-01');
  desk.topUp(20_000n);
  nights(desk, 1, 12); // 8,000 left, eight days
  assert.deepEqual(lows(desk), []);
  nights(desk, 13, 15);
  assert.deepEqual(lows(desk), [['EARLY', 6, '1000'], ]);
});

test('low, then empty: each level is told once on the way down', () => {
  const desk = openLedger();
  desk.topUp(4_000n);
  desk.charge(2_000n);
  desk.charge(500n);
  desk.charge(1_500n);
  desk.charge(1_500n);
  assert.deepEqual(lows(desk).map(([level]) => level), ['LOW', 'EMPTY']);
});

test('a posting that crosses several levels tells of the lowest', () => {
  const desk = openLedger();
  desk.topUp(4_000n);
  desk.charge(9_000n);
  assert.deepEqual(lows(desk).map(([level]) => level), ['EMPTY']);
});

test('who rises above a level is told of it again', () => {
  const desk = openLedger();
  desk.topUp(4_000n);
  desk.charge(4_000n);
  desk.topUp(500n); // no longer empty, but still low: of which he was not told apart
  desk.charge(500n);
  assert.deepEqual(lows(desk).map(([level]) => level), ['EMPTY', 'EMPTY']);
});

test('a first charge on an account that has nothing says that it is empty', () => {
  const desk = openLedger();
  desk.charge(100n);
  desk.charge(100n);
  assert.deepEqual(lows(desk).map(([level]) => level), ['EMPTY']);
});

test('a backlog of months that comes in one night counts as months', () => {
  const desk = openLedger();
  desk.topUp(40_000n);
  for (const month of ['09', '10', '11', '12']) desk.charge(9_000n, { period: `2025-${month}` });
  // 27,000 in the 92 days of October to December; 4,000 left last 13 days.
  assert.deepEqual(lows(desk), []);
  desk.charge(1_000n, { period: '2025-12' }); // 3,000 left: 28,000 in 92 days, 9 days
  desk.charge(900n, { period: '2025-12' }); // below the reminder
  assert.deepEqual(lows(desk), [['LOW', 6, '314']]);
});

test('charges of one single day say nothing about daily use', () => {
  const desk = openLedger();
  desk.topUp(100_000n);
  for (let n = 0; n < 12; n++) desk.charge(8_000n);
  assert.deepEqual(lows(desk), []);
});

test('the use is the recent one: what was used months ago counts no more', () => {
  const desk = openLedger();
  desk.topUp(10_000_000n);
  for (const [month, fen] of [['01', 90_000n], ['02', 90_000n], ['03', 90_000n], ['06', 300n], ['07', 300n], ['08', 300n], ['09', 300n]] as const) {
    desk.at = noonOf(`2027-${month}-01`);
    desk.charge(fen, { period: `2027-${month}` });
  }
  const { use } = desk.ledger.accounts.get('0000000001')!;
  assert.ok(use!.olderFen + use!.newerFen <= 1_200n, `${use!.olderFen} ${use!.newerFen}`);
});
