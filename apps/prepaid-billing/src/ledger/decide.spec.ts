import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOP_UP_MAX_FEN } from './limits.ts';
import { inputHash } from './input-hash.ts';
import { ACCOUNT, NOON, openLedger, posted, rejected } from './ledger-fixture.ts';

const account = (desk: ReturnType<typeof openLedger>) => desk.ledger.accounts.get(ACCOUNT)!;

test('a top-up is prepaid money of the account and cash in the hand of the collector', () => {
  const desk = openLedger();
  const posting = posted(desk.topUp(10_000n));
  assert.deepEqual(posting.entries, [
    { account: 'cash:C01', amountFen: 10_000n },
    { account: `prepaid:${ACCOUNT}`, amountFen: -10_000n },
  ]);
  assert.equal(account(desk).balanceFen, 10_000n);
  assert.equal(desk.ledger.totals.get('cash:C01'), 10_000n);
});

test('an account opens in the ledger at its first use, once', () => {
  const desk = openLedger();
  desk.topUp(10_000n);
  desk.topUp(5_000n);
  assert.equal(desk.postings.filter((posting) => posting.accountOpening).length, 1);
  assert.equal(desk.postings.length, 4); // the day's beginning, the opening, two top-ups
});

test('an account for which nobody vouches is refused and leaves no trace', () => {
  const desk = openLedger();
  assert.equal(rejected(desk.topUp(10_000n, { openWithFen: undefined })), 'ACCOUNT_UNKNOWN');
  assert.equal(desk.postings.length, 1); // the day's beginning
});

test('a charge takes from what is prepaid', () => {
  const desk = openLedger();
  desk.topUp(10_000n);
  const posting = posted(desk.charge(4_000n));
  assert.deepEqual(posting.entries, [
    { account: `prepaid:${ACCOUNT}`, amountFen: 4_000n },
    { account: 'charges', amountFen: -4_000n },
  ]);
  assert.equal(posting.balanceFen, 6_000n);
});

test('a charge over the balance never takes it below zero: the rest is owed', () => {
  const desk = openLedger();
  desk.topUp(1_000n);
  const posting = posted(desk.charge(4_000n));
  assert.deepEqual(posting.entries, [
    { account: `prepaid:${ACCOUNT}`, amountFen: 1_000n },
    { account: `receivable:${ACCOUNT}`, amountFen: 3_000n },
    { account: 'charges', amountFen: -4_000n },
  ]);
  assert.deepEqual([posting.balanceFen, posting.receivableFen], [0n, 3_000n]);
});

test('a top-up settles what is owed first', () => {
  const desk = openLedger();
  desk.charge(3_000n);
  assert.deepEqual([posted(desk.topUp(1_000n)).balanceFen, account(desk).receivableFen], [0n, 2_000n]);
  assert.deepEqual([posted(desk.topUp(5_000n)).balanceFen, account(desk).receivableFen], [3_000n, 0n]);
});

test('the same command again gets its first answer and posts nothing', () => {
  const desk = openLedger();
  const first = posted(desk.topUp(1_000n, { key: 'K' }));
  desk.topUp(2_000n);
  const again = desk.topUp(1_000n, { key: 'K' });
  assert.deepEqual(again, { kind: 'repeat', sequence: 3, refused: false });
  assert.equal(first.postingId, '02-3');
  assert.equal(account(desk).balanceFen, 3_000n);
});

test('the same key with another input is a conflict', () => {
  const desk = openLedger();
  desk.topUp(1_000n, { key: 'K' });
  assert.equal(rejected(desk.topUp(2_000n, { key: 'K' })), 'IDEMPOTENCY_KEY_REUSED');
});

test('a refused command does not use up its key', () => {
  const desk = openLedger();
  assert.equal(rejected(desk.topUp(1_000n, { key: 'K', openWithFen: undefined })), 'ACCOUNT_UNKNOWN');
  assert.equal(posted(desk.topUp(1_000n, { key: 'K' })).balanceFen, 1_000n);
});

test('amounts are above zero and within the limit of one top-up', () => {
  const desk = openLedger();
  assert.equal(rejected(desk.topUp(0n)), 'AMOUNT_NOT_POSITIVE');
  assert.equal(rejected(desk.topUp(-1n)), 'AMOUNT_NOT_POSITIVE');
  assert.equal(rejected(desk.topUp(TOP_UP_MAX_FEN + 1n)), 'AMOUNT_TOO_LARGE');
  assert.equal(posted(desk.topUp(TOP_UP_MAX_FEN)).balanceFen, TOP_UP_MAX_FEN);
});

test('money is never taken in the future, and not before 1980', () => {
  const desk = openLedger();
  assert.equal(rejected(desk.topUp(1n, { takenAt: new Date(NOON.getTime() + 1) })), 'TAKEN_AT_IN_FUTURE');
  assert.equal(rejected(desk.topUp(1n, { takenAt: new Date('0226-03-01') })), 'TAKEN_AT_TOO_EARLY');
  assert.deepEqual(posted(desk.topUp(1n, { takenAt: NOON })).topUp!.takenAt, NOON);
});

test('money taken now is taken when it is posted', () => {
  assert.deepEqual(posted(openLedger().topUp(1n)).topUp!.takenAt, NOON);
});

test('the day of posting is the Shanghai day and never goes backwards', () => {
  const desk = openLedger();
  desk.at = new Date('2026-03-02T16:00:00Z');
  assert.equal(posted(desk.topUp(1n)).postedOn, '2026-03-03');
  desk.at = new Date('2026-03-02T15:59:59Z');
  assert.equal(posted(desk.topUp(1n)).postedOn, '2026-03-03');
});

test('invoice numbers are counted per shard without gaps, and a retry or a charge takes none', () => {
  const desk = openLedger(7);
  const first = posted(desk.topUp(1n, { key: 'K' }));
  desk.topUp(1n, { key: 'K' });
  desk.charge(1n);
  assert.equal(rejected(desk.topUp(0n)), 'AMOUNT_NOT_POSITIVE');
  const second = posted(desk.topUp(1n));
  assert.deepEqual([first.topUp!.invoiceNo, second.topUp!.invoiceNo], ['07-00000001', '07-00000002']);
});

test('each way of paying has the account where its money lies', () => {
  const desk = openLedger();
  for (const channel of ['COUNTER', 'ROVING', 'KIOSK', 'ONLINE', 'BANK_TRANSFER'] as const) {
    desk.topUp(100n, { channel: `TOP_UP_CHANNEL_${channel}` });
  }
  assert.deepEqual(Object.fromEntries(desk.ledger.totals), { 'cash:C01': 200n, kiosk: 100n, online: 100n, bank: 100n });
});

test('the balance that falls below the threshold is told once, until it has recovered', () => {
  const desk = openLedger();
  const lows = () => desk.events.filter((event) => event.type.endsWith('BalanceLow')).map((event) => event.sequence);
  desk.topUp(5_000n);
  desk.charge(2_000n); // 3,000: at the threshold is not below it
  assert.deepEqual(lows(), []);
  desk.charge(1n);
  desk.charge(1_000n);
  assert.deepEqual(lows(), [1n]);
  desk.topUp(500n); // 2,499: not recovered
  desk.charge(100n);
  assert.deepEqual(lows(), [1n]);
  desk.topUp(601n); // 3,000: recovered
  assert.equal(account(desk).told, 'BALANCE_LEVEL_UNSPECIFIED');
  desk.charge(5_000n);
  assert.deepEqual(lows(), [1n, 2n]);
});

test('only what lowers the balance tells of it: neither a small top-up nor a raised threshold does', () => {
  const desk = openLedger();
  desk.topUp(100n);
  desk.topUp(4_900n);
  desk.threshold(8_000n);
  assert.equal(desk.events.length, 2);
  assert.equal(account(desk).told, 'BALANCE_LEVEL_UNSPECIFIED');
  desk.charge(1n);
  const low = desk.events.at(-1)!;
  assert.equal(low.type, 'youdian.billing.v1.BalanceLow');
  assert.deepEqual(low.data, {
    accountNo: ACCOUNT, balanceFen: '4999', thresholdFen: '8000', episode: '1', postedAt: NOON.toISOString(), level: 'BALANCE_LEVEL_LOW',
  });
});

test('a threshold lowered to the balance or below it closes the episode', () => {
  const desk = openLedger();
  desk.topUp(4_000n);
  desk.charge(2_000n);
  assert.equal(account(desk).told, 'BALANCE_LEVEL_LOW');
  desk.threshold(2_000n);
  assert.equal(account(desk).told, 'BALANCE_LEVEL_UNSPECIFIED');
});

test('a threshold lies between zero and its limit', () => {
  const desk = openLedger();
  assert.equal(rejected(desk.threshold(-1n)), 'THRESHOLD_INVALID');
  assert.equal(rejected(desk.threshold(10n ** 12n)), 'THRESHOLD_INVALID');
});

test('the events of an account are counted from one without gaps', () => {
  const desk = openLedger();
  desk.topUp(1_000n);
  desk.threshold(0n);
  desk.charge(1n);
  desk.topUp(1n);
  assert.deepEqual(desk.events.map((event) => [event.subject, event.sequence]), [[ACCOUNT, 1n], [ACCOUNT, 2n], [ACCOUNT, 3n]]);
});

test('a top-up says in its event who took the money and when, and what the account has afterwards', () => {
  const desk = openLedger();
  desk.topUp(1_000n, { takenAt: new Date('2026-03-01T00:00:00Z') });
  assert.deepEqual(desk.events, [
    {
      topic: 'prepaid-billing.posting.v1', type: 'youdian.billing.v1.TopUpPosted', subject: ACCOUNT, sequence: 1n,
      data: {
        postingId: '02-3', accountNo: ACCOUNT, amountFen: '1000', channel: 'TOP_UP_CHANNEL_COUNTER', invoiceNo: '02-00000001', collectorId: 'C01',
        balanceFen: '1000', postedOn: '2026-03-02', postedAt: NOON.toISOString(), takenAt: '2026-03-01T00:00:00.000Z',
      },
    },
  ]);
});

const refusal = (code: string) => ({ chargeId: 'CH1', accountNo: ACCOUNT, code, reasonZh: '无', reasonEn: 'none' });
const claim = (input: string, more: object = {}) => ({ key: 'charge|CH1', inputHash: inputHash(input), whenReused: () => refusal('CHARGE_ID_REUSED'), ...more });

test('a charge id is claimed once; the same charge again is the same claim', () => {
  const desk = openLedger();
  assert.deepEqual(desk.claim(claim('a'), claim('a')), ['claimed', 'claimed']);
  assert.deepEqual(desk.claim(claim('a')), ['claimed']);
  assert.equal(desk.postings.filter((posting) => posting.claimedKeys).length, 1);
});

test('another charge under a used id is refused, each once', () => {
  const desk = openLedger();
  assert.deepEqual(desk.claim(claim('a'), claim('b'), claim('b')), ['claimed', 'reused', 'reused']);
  assert.deepEqual(desk.claim(claim('b'), claim('c')), ['reused', 'reused']);
  assert.deepEqual(desk.events.map(({ subject, sequence, type }) => [subject, sequence, type]), [
    ['CH1', 1n, 'youdian.billing.v1.ChargeRejected'],
    ['CH1', 2n, 'youdian.billing.v1.ChargeRejected'],
  ]);
});

test('a refused charge stays refused, and is told once', () => {
  const desk = openLedger();
  assert.deepEqual(desk.claim(claim('a', { refusal: refusal('ACCOUNT_UNKNOWN') })), ['refused']);
  assert.deepEqual(desk.claim(claim('a')), ['refused']);
  assert.equal(desk.events.length, 1);
});
