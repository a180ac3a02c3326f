import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evolve } from '../evolve.ts';
import { ACCOUNT, openLedger, posted, rejected } from '../ledger-fixture.ts';
import { decideShiftBarrier } from './shift.ts';

const OTHER = '0000000002';
const noonOf = (day: string) => new Date(`${day}T04:00:00Z`);
const account = (desk: ReturnType<typeof openLedger>, no = ACCOUNT) => desk.ledger.accounts.get(no)!;

test('a top-up is taken back on the same day, its invoice void, its cash gone', () => {
  const desk = openLedger();
  const topUp = posted(desk.topUp(5_000n));
  const { reversal } = posted(desk.reverse(topUp));
  assert.deepEqual([reversal!.reversedPostingId, reversal!.invoiceNo, reversal!.amountFen], [topUp.postingId, topUp.topUp!.invoiceNo, 5_000n]);
  assert.deepEqual([account(desk).balanceFen, desk.ledger.totals.get('cash:C01')], [0n, 0n]);
  assert.equal(posted(desk.topUp(1n)).topUp!.invoiceNo, '02-00000002', 'the void number is not given out again');
});

test('what was used of a reversed top-up is owed, never below zero', () => {
  const desk = openLedger();
  const topUp = posted(desk.topUp(5_000n));
  desk.charge(4_000n);
  desk.reverse(topUp);
  assert.deepEqual([account(desk).balanceFen, account(desk).receivableFen], [0n, 4_000n]);
});

test('a top-up is taken back once, and only on its day', () => {
  const desk = openLedger();
  const topUp = posted(desk.topUp(5_000n));
  const late = posted(desk.topUp(100n));
  desk.reverse(topUp);
  assert.equal(rejected(desk.reverse(topUp)), 'ALREADY_REVERSED');
  assert.equal(rejected(desk.reverse(posted(desk.charge(1n)))), 'TOP_UP_UNKNOWN');
  desk.at = noonOf('2026-03-03');
  assert.equal(rejected(desk.reverse(late)), 'REVERSAL_TOO_LATE');
});

test('after its barrier a shift takes nothing more, nor gives anything back', () => {
  const desk = openLedger();
  const topUp = posted(desk.topUp(5_000n, { shiftId: 'C01.1' }));
  evolve(desk.ledger, posted(decideShiftBarrier(desk.ledger, 'C01.1', { at: desk.at, actor: 'cashier:C01' })));
  assert.equal(rejected(desk.topUp(100n, { shiftId: 'C01.1' })), 'SHIFT_CLOSED');
  assert.equal(rejected(desk.reverse(topUp)), 'SHIFT_CLOSED');
  assert.equal(posted(desk.topUp(100n, { shiftId: 'C01.2' })).shiftId, 'C01.2');
});

test('a refund moves nothing before another person has approved it', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  const { postingId } = posted(desk.askRefund(3_000n));
  assert.equal(account(desk).balanceFen, 5_000n);
  assert.equal(rejected(desk.decideRefund(postingId, true)), 'SECOND_PERSON_NEEDED');
  desk.actor = 'manager:C01';
  assert.equal(rejected(desk.decideRefund(postingId, true)), 'SECOND_PERSON_NEEDED', 'the same person in another role');
  desk.actor = 'manager:M01';
  assert.equal(posted(desk.decideRefund(postingId, true)).balanceFen, 2_000n);
  assert.equal(desk.ledger.totals.get('refunds'), -3_000n);
  assert.equal(rejected(desk.decideRefund(postingId, true)), 'REFUND_UNKNOWN', 'decided once');
});

test('a refund that is refused, or no longer covered, leaves the money where it is', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  const first = posted(desk.askRefund(3_000n)).postingId;
  const second = posted(desk.askRefund(5_000n)).postingId;
  assert.equal(rejected(desk.askRefund(5_001n)), 'BALANCE_TOO_LOW');
  desk.actor = 'manager:M01';
  desk.decideRefund(first, false);
  desk.charge(1n);
  assert.equal(rejected(desk.decideRefund(second, true)), 'BALANCE_TOO_LOW');
  assert.equal(account(desk).balanceFen, 4_999n);
});

test('a transfer leaves one shard and arrives in the other, once', () => {
  const [from, to] = [openLedger(1), openLedger(2)];
  from.topUp(5_000n);
  const { postingId: id } = posted(from.transferOut(2_000n, OTHER));
  assert.deepEqual([account(from).balanceFen, from.ledger.totals.get('transfers')], [3_000n, -2_000n]);
  const arrived = posted(to.transferIn(id, from));
  assert.equal(to.transferIn(id, from).kind, 'repeat');
  from.transferEnd(id);
  assert.equal(from.transferEnd(id).kind, 'repeat');
  assert.equal(arrived.balanceFen, 2_000n);
  assert.equal(from.ledger.totals.get('transfers')! + to.ledger.totals.get('transfers')!, 0n);
  assert.equal(from.ledger.transfers.size, 0);
});

test('a transfer that the other side refuses comes back, and stays refused', () => {
  const [from, to] = [openLedger(1), openLedger(2)];
  from.topUp(5_000n);
  const { postingId: id } = posted(from.transferOut(2_000n, OTHER));
  const { transferRefusal } = posted(to.transferIn(id, from, { openWithFen: undefined }));
  assert.equal(transferRefusal!.code, 'ACCOUNT_UNKNOWN');
  assert.deepEqual(to.transferIn(id, from), { kind: 'repeat', sequence: 2, refused: true }, 'also when the account exists by now');
  assert.equal(posted(from.transferEnd(id, 'ACCOUNT_UNKNOWN')).balanceFen, 5_000n);
  assert.equal(from.ledger.totals.get('transfers'), 0n);
});

test('only what is prepaid can be transferred, and not to the account itself', () => {
  const desk = openLedger();
  desk.topUp(100n);
  assert.equal(rejected(desk.transferOut(101n, OTHER)), 'BALANCE_TOO_LOW');
  assert.equal(rejected(desk.transferOut(1n, ACCOUNT)), 'SAME_ACCOUNT');
  assert.equal(rejected(desk.transferOut(0n, OTHER)), 'AMOUNT_NOT_POSITIVE');
});

test('the billing center raises a charge, which is owed like one, or lowers it, which first lowers what is owed of it', () => {
  const desk = openLedger();
  desk.charge(300n, { chargeId: 'OLD', dueOn: '2026-03-10' });
  desk.charge(1_000n, { chargeId: 'CH1', dueOn: '2026-03-20' });
  const credit = posted(desk.adjust(-400n, { chargeId: 'CH1' }));
  assert.deepEqual(credit.settled, [{ itemId: 'CH1', amountFen: 400n }]);
  assert.equal(posted(desk.adjust(50n)).receivableFen, 950n);
  assert.equal(posted(desk.adjust(-1_000n)).balanceFen, 50n);
  assert.equal(rejected(desk.adjust(0n)), 'AMOUNT_ZERO');
});

test('an account is closed when it neither has nor owes, and takes nothing more', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  assert.equal(rejected(desk.closeAccount()), 'ACCOUNT_NOT_EMPTY');
  const refund = posted(desk.askRefund(5_000n)).postingId;
  desk.actor = 'manager:M01';
  desk.decideRefund(refund, true);
  assert.equal(posted(desk.closeAccount()).eventSequence, 3n);
  assert.equal(rejected(desk.topUp(1n)), 'ACCOUNT_CLOSED');
  assert.equal(rejected(desk.closeAccount()), 'ACCOUNT_CLOSED');
});

test('an account with a transfer on its way cannot be closed', () => {
  const desk = openLedger();
  desk.topUp(5_000n);
  desk.transferOut(5_000n, OTHER);
  assert.equal(rejected(desk.closeAccount()), 'SOMETHING_PENDING');
});
