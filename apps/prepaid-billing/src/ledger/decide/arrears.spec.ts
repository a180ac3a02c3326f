import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, openLedger, posted } from '../ledger-fixture.ts';

const noonOf = (day: string) => new Date(`${day}T04:00:00Z`);
type Desk = ReturnType<typeof openLedger>;
const told = (desk: Desk) => desk.events.filter(({ topic }) => topic === 'prepaid-billing.arrears.v1').map(({ type, sequence, data }) => {
  const { itemId, owedFen, paidFen } = data as Record<string, string>;
  return [type.replace('youdian.billing.v1.Arrears', ''), sequence, itemId, owedFen ?? paidFen];
});

test('a charge that is not covered is owed until its due day, and in arrears from the day after', () => {
  const desk = openLedger();
  desk.topUp(1_000n);
  desk.charge(4_000n, { chargeId: 'CH1', dueOn: '2026-03-20' });
  desk.at = noonOf('2026-03-20');
  assert.deepEqual(desk.beginDay(), []);
  desk.at = noonOf('2026-03-21');
  assert.equal(desk.beginDay().length, 1);
  assert.deepEqual(told(desk), [['Started', 1n, 'CH1', '3000']]);
  assert.deepEqual(desk.beginDay(), [], 'once');
});

test('a charge that is paid by its due day is never in arrears', () => {
  const desk = openLedger();
  desk.charge(4_000n, { dueOn: '2026-03-20' });
  desk.at = noonOf('2026-03-20');
  desk.topUp(4_000n);
  desk.at = noonOf('2026-03-21');
  assert.deepEqual(desk.beginDay(), []);
  assert.deepEqual(told(desk), []);
});

test('money settles the oldest due first, whatever came first', () => {
  const desk = openLedger();
  desk.charge(300n, { chargeId: 'APRIL', dueOn: '2026-04-20' });
  desk.charge(200n, { chargeId: 'MARCH', dueOn: '2026-03-20' });
  desk.charge(100n, { chargeId: 'MARCH-2', dueOn: '2026-03-20' });
  const { settled } = posted(desk.topUp(350n));
  assert.deepEqual(settled, [{ itemId: 'MARCH', amountFen: 200n }, { itemId: 'MARCH-2', amountFen: 100n }, { itemId: 'APRIL', amountFen: 50n }]);
  assert.deepEqual(desk.ledger.accounts.get(ACCOUNT)!.owed.map(({ itemId, remainingFen }) => [itemId, remainingFen]), [['APRIL', 250n]]);
});

test('arrears end when all of the charge is paid, and not before', () => {
  const desk = openLedger();
  desk.charge(3_000n, { chargeId: 'CH1', dueOn: '2026-03-20' });
  desk.at = noonOf('2026-03-25');
  desk.beginDay();
  desk.topUp(1_000n);
  assert.equal(told(desk).length, 1);
  desk.topUp(5_000n);
  assert.deepEqual(told(desk).at(-1), ['Cleared', 2n, 'CH1', '2000']);
});

test('who pays before the clock has looked has been in arrears all the same', () => {
  const desk = openLedger();
  desk.charge(3_000n, { chargeId: 'CH1', dueOn: '2026-03-20' });
  desk.at = noonOf('2026-03-21');
  desk.topUp(3_000n);
  assert.deepEqual(told(desk), [['Started', 1n, 'CH1', '3000'], ['Cleared', 2n, 'CH1', '3000']]);
});

test('a charge that comes after its due day is in arrears at once', () => {
  const desk = openLedger();
  desk.topUp(100n);
  desk.charge(400n, { chargeId: 'LATE', dueOn: '2026-02-20' });
  assert.deepEqual(told(desk), [['Started', 1n, 'LATE', '300']]);
});

test('at the beginning of a day so many arrears begin at once, and the rest next', () => {
  const desk = openLedger();
  for (let no = 1; no <= 30; no++) desk.charge(100n, { accountNo: `${no}`.padStart(10, '0'), dueOn: `2026-03-${10 + (no % 3)}` });
  desk.at = noonOf('2026-03-12');
  assert.equal(desk.beginDay().length, 20, 'due on the 10th and the 11th');
  desk.at = noonOf('2026-03-13');
  assert.equal(desk.beginDay().length, 10);
  assert.equal(desk.ledger.due.size, 0);
});
