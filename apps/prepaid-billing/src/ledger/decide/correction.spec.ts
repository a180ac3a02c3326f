import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evolve } from '../evolve.ts';
import { ACCOUNT, NOON, openLedger, posted, rejected, THRESHOLD_FEN } from '../ledger-fixture.ts';
import { moneyOf } from '../money-kind.ts';
import { decideCorrection, legsOf, type PostLeg } from './correction.ts';

const OTHER = '0000000002';
const CORRECTION = { correctionId: 'C01.2026-03-02.1/abc', differenceKind: 'WRONG_AMOUNT' };
const entries = (...sides: [account: string, amountFen: bigint][]) => sides.map(([account, amountFen]) => ({ account, amountFen }));
const account = (desk: ReturnType<typeof openLedger>, no = ACCOUNT) => desk.ledger.accounts.get(no)!;
const total = (desk: ReturnType<typeof openLedger>, name: string) => desk.ledger.totals.get(name) ?? 0n;

function correct(desk: ReturnType<typeof openLedger>, sides: ReturnType<typeof entries>, more: Partial<PostLeg> = {}) {
  return legsOf(CORRECTION, sides).map((leg) => {
    const decision = decideCorrection(desk.ledger, CORRECTION, { ...leg, openWithFen: THRESHOLD_FEN, ...more }, { at: NOON, actor: 'manager:M02' });
    if (decision.kind === 'post') for (const posting of decision.postings) evolve(desk.ledger, posting);
    return decision;
  });
}

test('a payment that was not posted is posted: into the till, to the account', () => {
  const desk = openLedger();
  desk.topUp(100n);
  const [decision] = correct(desk, entries(['cash:C01', 5_000n], [`prepaid:${ACCOUNT}`, -5_000n]));
  assert.deepEqual([account(desk).balanceFen, total(desk, 'cash:C01')], [5_100n, 5_100n]);
  assert.deepEqual(moneyOf(posted(decision!)), { kind: 'CORRECTION', amountFen: 5_000n, reference: CORRECTION.correctionId });
});

test('what was used of money that is taken back is owed, never below zero', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  desk.charge(4_000n);
  correct(desk, entries([`prepaid:${ACCOUNT}`, 5_000n], ['cash:C01', -5_000n]));
  assert.deepEqual([account(desk).balanceFen, account(desk).receivableFen, total(desk, 'cash:C01')], [0n, 4_000n, 0n]);
});

test('money under a wrong account goes to the right one by way of transfers, which come to zero', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  correct(desk, entries([`prepaid:${ACCOUNT}`, 2_000n], [`prepaid:${OTHER}`, -2_000n]));
  assert.deepEqual([account(desk).balanceFen, account(desk, OTHER).balanceFen, total(desk, 'transfers')], [3_000n, 2_000n, 0n]);
});

test('what is no account’s moves between the accounts of the chart', () => {
  const desk = openLedger();
  correct(desk, entries(['cash:C01', -2_000n], ['suspense:cash-short', 2_000n]));
  assert.deepEqual([total(desk, 'cash:C01'), total(desk, 'suspense:cash-short')], [-2_000n, 2_000n]);
});

test('a correction is posted once', () => {
  const desk = openLedger();
  desk.topUp(1n);
  const sides = entries(['cash:C01', 5_000n], [`prepaid:${ACCOUNT}`, -5_000n]);
  correct(desk, sides);
  assert.equal(correct(desk, sides)[0]!.kind, 'repeat');
  assert.equal(account(desk).balanceFen, 5_001n);
});

test('money of an account that is closed, or that nobody knows, waits in suspense; no leg is stuck', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  posted(desk.reverse(desk.postings.at(-1)!));
  posted(desk.closeAccount());
  correct(desk, entries(['cash:C01', 100n], [`prepaid:${ACCOUNT}`, -100n]));
  assert.equal(total(desk, 'suspense:account-closed'), -100n);
  const another = openLedger();
  const sides = entries([`prepaid:${OTHER}`, 100n], ['cash:C01', -100n]);
  assert.equal(rejected(correct(another, sides, { openWithFen: undefined })[0]!), 'ACCOUNT_UNKNOWN');
  correct(another, sides, { openWithFen: undefined, nobodys: true });
  assert.equal(total(another, 'suspense:account-unknown'), 100n);
});

test('whatever is corrected, each leg sums to zero, all legs together are the correction, and no balance is below zero', () => {
  const names = [`prepaid:${ACCOUNT}`, `prepaid:${OTHER}`, 'cash:C01', 'transit:C01', 'suspense:unexplained', 'bank'];
  const sides = fc.uniqueArray(fc.record({ account: fc.constantFrom(...names), amountFen: fc.bigInt(-9_999n, 9_999n).filter((fen) => fen !== 0n) }), { minLength: 1, maxLength: 4, selector: ({ account: name }) => name });
  const balanced = sides.map((some) => {
    const sumFen = some.reduce((sum, { amountFen }) => sum + amountFen, 0n);
    return sumFen === 0n ? some : [...some, { account: 'online', amountFen: -sumFen }];
  });
  fc.assert(fc.property(balanced, fc.bigInt(1n, 9_999n), (some, paidFen) => {
    const desk = openLedger();
    desk.topUp(paidFen);
    desk.topUp(paidFen, { accountNo: OTHER });
    const before = new Map(desk.ledger.totals);
    const has = (no: string) => account(desk, no).balanceFen - account(desk, no).receivableFen;
    correct(desk, some);
    for (const { account: name, amountFen } of some) {
      const no = name.startsWith('prepaid:') ? name.slice(8) : undefined;
      assert.equal(no === undefined ? total(desk, name) - (before.get(name) ?? 0n) : paidFen - has(no), amountFen);
    }
    assert.equal(total(desk, 'transfers'), 0n);
    for (const { balanceFen, receivableFen } of desk.ledger.accounts.values()) assert.ok(balanceFen >= 0n && receivableFen >= 0n && (balanceFen === 0n || receivableFen === 0n));
  }));
});
