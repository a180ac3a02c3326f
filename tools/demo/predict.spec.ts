import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTown } from '../town/town.ts';
import { makeDay } from './day.ts';
import { Ledger } from './predict-ledger.ts';
import { predict } from './predict.ts';
import { predictTables } from './predict-statistics.ts';

const town = makeTown({ seed: 5, size: 1_000, today: '2026-03-01' });
const now = new Date('2026-03-01T10:00:00Z');
const script = makeDay({ seed: 5, town, now });
const prediction = predict(town, [script]);

test('the same seed makes the same day', () => {
  assert.deepEqual(makeDay({ seed: 5, town, now }), script);
  assert.notDeepEqual(makeDay({ seed: 6, town, now }).subjects.map(({ id }) => id), script.subjects.map(({ id }) => id));
});

test('the day has everything that can happen in it', () => {
  const steps = script.subjects.flatMap((subject) => subject.steps);
  for (const kind of ['top-up', 'charge', 'bad-charge', 'threshold', 'open', 'classify', 'resolve', 'close', 'register', 'capacity', 'refused', 'outage', 'restore', 'correct-outage', 'cancel-outage', 'equip', 'route', 'amend-route', 'open-shift', 'collect', 'visit', 'close-shift'] as const) {
    assert.ok(steps.some((step) => step.do === kind), kind);
  }
  assert.ok(steps.some((step) => step.do === 'charge' && step.copies > 1));
  assert.ok(prediction.messages.some(({ rule }) => rule === 'BALANCE_LOW'));
  for (const rule of ['ROVING_VISIT', 'ROVING_VISIT_CHANGED', 'ROVING_VISIT_CANCELLED']) assert.ok(prediction.messages.some((message) => message.rule === rule), rule);
  assert.equal(prediction.deadLetters, 2);
  assert.equal(prediction.rejectedCharges.length, 5);
});

test('nothing of the script lies in the future or before its first day', () => {
  for (const step of script.subjects.flatMap((subject) => subject.steps)) {
    for (const value of Object.values(step)) if (value instanceof Date) assert.ok(value <= now);
  }
});

test('an account that is low is told once, until it has recovered', () => {
  const ledger = new Ledger();
  ledger.topUp('1', 5_000n);
  const charge = (amountFen: bigint) => ledger.charge('1', { amountFen, period: '2026-03', today: '2026-03-01' });
  assert.deepEqual([charge(2_000n), charge(1n), charge(500n)], [false, true, false]);
  ledger.topUp('1', 1_000n);
  assert.deepEqual([charge(1_000n), charge(10_000n), charge(1n)], [true, true, false]);
  assert.deepEqual(ledger.purse('1'), { balanceFen: 0n, receivableFen: 7_502n, thresholdFen: 3_000n, low: true });
});

test('what an account has is what was paid less what was charged, for every account', () => {
  const paid = new Map<string, bigint>();
  for (const { account, amountFen } of prediction.topUps) paid.set(account.accountNo, (paid.get(account.accountNo) ?? 0n) + amountFen);
  for (const { account, amountFen } of prediction.charges) paid.set(account.accountNo, (paid.get(account.accountNo) ?? 0n) - amountFen);
  for (const [accountNo, { balanceFen, receivableFen }] of prediction.purses) assert.equal(balanceFen - receivableFen, paid.get(accountNo) ?? 0n, accountNo);
});

test('every grouping of a statistic adds up to the same total', () => {
  const tables = predictTables(town, script.from, prediction);
  const totals = new Map<string, string>();
  for (const { statistic, groupBy, from, to, filter, rows } of tables) {
    if (filter) continue;
    const total = String([...rows.values()].reduce((sum, { count }) => sum + Number(count), 0));
    const key = JSON.stringify([statistic, from, to]);
    assert.equal(totals.get(key) ?? total, total, `${statistic} by ${groupBy.join(',')}`);
    totals.set(key, total);
  }
  assert.ok(tables.every(({ rows }) => rows.size > 0));
});
