/** A shard does not go on from a posting that contradicts what it knows: whoever wrote it, it is not taken in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { evolve } from './evolve.ts';
import { NOON, openLedger, posted } from './ledger-fixture.ts';

const DAY_MS = 86_400_000;

/** The next posting of a ledger, altered, and taken in by another that has all those before it. */
function taken(decide: (desk: ReturnType<typeof openLedger>) => void, alter: (posting: Posting) => Partial<Posting>): void {
  const desk = openLedger();
  desk.topUp(5_000n);
  decide(desk);
  const other = openLedger();
  for (const posting of desk.postings.slice(0, -1)) evolve(other.ledger, posting);
  const last = desk.postings.at(-1)!;
  evolve(other.ledger, { ...last, ...alter(last) });
}

const CHARGED = (desk: ReturnType<typeof openLedger>) => void posted(desk.charge(7_000n));
const DAY_CLOSED = (desk: ReturnType<typeof openLedger>) => {
  desk.at = new Date(NOON.getTime() + DAY_MS);
  desk.beginDay();
};

test('as it was decided, it is taken in', () => {
  taken(CHARGED, () => ({}));
  taken(DAY_CLOSED, () => ({}));
});

const CONTRADICTIONS: Readonly<Record<string, [decide: (desk: ReturnType<typeof openLedger>) => void, alter: (posting: Posting) => Partial<Posting>, message: RegExp]>> = {
  'is out of turn': [CHARGED, () => ({ postingId: '02-9' }), /does not follow/],
  'has entries that do not sum to zero': [CHARGED, ({ entries }) => ({ entries: entries.map((entry) => (entry.account === 'charges' ? { ...entry, amountFen: entry.amountFen - 1n } : entry)) }), /does not balance/],
  'says another balance than its entries come to': [CHARGED, () => ({ balanceFen: 1n }), /does not balance/],
  'owes another sum than its item': [CHARGED, ({ owed }) => ({ owed: { ...owed!, amountFen: owed!.amountFen + 1n } }), /not the sum of what is owed/],
  'is money of another day than the open one': [CHARGED, () => ({ postedOn: '2026-03-01' }), /2026-03-02 is open/],
  'is out of the count of money': [CHARGED, ({ moneySequence }) => ({ moneySequence: moneySequence + 1n }), /out of the count/],
  'is for an account that was never opened': [CHARGED, () => ({ accountNo: '0000000009' }), /never opened/],
  'uses a key again': [CHARGED, () => ({ key: 'key-1' }), /used before/],
  'closes a day as it was not': [DAY_CLOSED, ({ dayBarrier }) => ({ dayBarrier: { ...dayBarrier!, digest: Buffer.alloc(32) } }), /does not close the day as it was/],
  'closes another day than the open one': [DAY_CLOSED, ({ dayBarrier }) => ({ dayBarrier: { ...dayBarrier!, closes: '2026-03-01' } }), /does not close the day as it was/],
};

for (const [what, [decide, alter, message]] of Object.entries(CONTRADICTIONS)) {
  test(`a posting that ${what} is not taken in`, () => assert.throws(() => taken(decide, alter), message));
}
