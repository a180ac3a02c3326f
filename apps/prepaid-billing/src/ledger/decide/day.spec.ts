import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { DayClosed } from '@youdian/contracts-billing/events';
import { evolve } from '../evolve.ts';
import { canonical, MONEY_KINDS, moneyOf } from '../money-kind.ts';
import { NOON, openLedger, posted } from '../ledger-fixture.ts';

const noonOf = (day: string) => new Date(`${day}T04:00:00Z`);
const closings = (desk: ReturnType<typeof openLedger>) =>
  desk.events.filter(({ topic }) => topic === 'prepaid-billing.day.v1').map(({ subject, sequence, data }) => ({ subject, sequence, ...DayClosed.fromJSON(data) }));

test('the first posting of a day closes the one before, with what it was, kind by kind', () => {
  const desk = openLedger(3);
  desk.topUp(5_000n);
  desk.topUp(700n);
  desk.charge(1_200n);
  desk.at = noonOf('2026-03-03');
  desk.topUp(1n);
  const [day, ...others] = closings(desk);
  assert.deepEqual(others, []);
  assert.deepEqual([day!.subject, day!.sequence, day!.day, day!.shard, day!.shards], ['03', 1n, '2026-03-02', 3, 4]);
  assert.deepEqual([day!.firstShardSequence, day!.lastShardSequence], [1n, 3n]);
  const totals = new Map(day!.totals.map(({ kind, count, amountFen }) => [kind, [count, amountFen]]));
  assert.deepEqual([totals.get('TOP_UP'), totals.get('CHARGE'), totals.get('REFUND')], [[2n, 5_700n], [1n, -1_200n], [0n, 0n]]);
  assert.deepEqual([...totals.keys()], [...MONEY_KINDS]);
});

test('days on which nothing happened are closed too', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  desk.at = noonOf('2026-03-05');
  desk.charge(1n);
  assert.deepEqual(closings(desk).map(({ sequence, day, firstShardSequence }) => [sequence, day, firstShardSequence]), [
    [1n, '2026-03-02', 1n], [2n, '2026-03-03', 0n], [3n, '2026-03-04', 0n],
  ]);
});

test('a closed day never changes: a clock that goes back posts on the day that is open', () => {
  const desk = openLedger();
  desk.at = noonOf('2026-03-03');
  desk.topUp(1n);
  desk.at = NOON;
  assert.equal(posted(desk.topUp(1n)).postedOn, '2026-03-03');
  assert.deepEqual(closings(desk), []);
  const late = { ...posted(desk.topUp(1n)), postedOn: '2026-03-02' };
  const other = openLedger();
  for (const posting of desk.postings.slice(0, -1)) evolve(other.ledger, posting);
  assert.throws(() => evolve(other.ledger, late), /2026-03-03 is open/);
});

test('the digest of a day is the chain over its postings, as anybody can compute it from the events', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  desk.charge(1_200n);
  desk.at = noonOf('2026-03-03');
  desk.topUp(1n);
  let digest = Buffer.alloc(32);
  for (const posting of desk.postings.filter(({ postedOn }) => postedOn === '2026-03-02')) {
    const money = moneyOf(posting);
    if (money) digest = createHash('sha256').update(digest).update(canonical(2, posting, money)).digest();
  }
  assert.equal(closings(desk)[0]!.digest, digest.toString('hex'));
});

test('golden vectors: the canonical form and the digest of two postings', () => {
  const desk = openLedger();
  const topUp = posted(desk.topUp(5_000n));
  const charge = posted(desk.charge(1_200n, { chargeId: 'CH-1' }));
  assert.equal(canonical(2, topUp, moneyOf(topUp)!), '2|1|TOP_UP|0000000001|5000|5000|0|2026-03-02|1772424000000|02-00000001');
  assert.equal(canonical(2, charge, moneyOf(charge)!), '2|2|CHARGE|0000000001|-1200|3800|0|2026-03-02|1772424000000|CH-1');
  assert.equal(desk.ledger.day.digest.toString('hex'), GOLDEN);
});

const GOLDEN = 'be1dd83550c90779753dc36383619ab9da8aa55b23ae23c37c0728f72ab38bc7';
