import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonical, chained, closingOf, emptyBook, missing, postingOf, takeClosing, takePosting, type Book, type Headers, type Verdict } from './verify.ts';

interface Given {
  readonly topic: string;
  readonly headers: Headers;
  readonly value: string;
}

const GOLDEN = 'be1dd83550c90779753dc36383619ab9da8aa55b23ae23c37c0728f72ab38bc7';
const KINDS = ['TOP_UP', 'TOP_UP_REVERSED', 'CHARGE', 'CHARGE_ADJUSTED', 'REFUND', 'TRANSFER_OUT', 'TRANSFER_IN', 'TRANSFER_RETURNED', 'ACCOUNT_CLOSED', 'CORRECTION'];
const common = { accountNo: '0000000001', postedOn: '2026-03-02', postedAt: '2026-03-02T04:00:00.000Z' };

function posting(sequence: number, type: string, data: object, shard = 2): Given {
  return {
    topic: 'prepaid-billing.posting.v1',
    headers: { ce_type: `youdian.billing.v1.${type}`, ce_shard: String(shard), ce_shardsequence: String(sequence) },
    value: JSON.stringify({ ...common, ...data }),
  };
}

function closing(data: { totals?: Record<string, object> } & Record<string, unknown>, sequence = 1): Given {
  const totals = KINDS.map((kind) => ({ kind, ...data.totals?.[kind] }));
  const headers = { ce_type: 'youdian.billing.v1.DayClosed', ce_sequence: String(sequence) };
  return { topic: 'prepaid-billing.day.v1', headers, value: JSON.stringify({ day: '2026-03-02', shard: 2, shards: 4, ...data, totals }) };
}

const topUp = posting(1, 'TopUpPosted', { amountFen: '5000', balanceFen: '5000', invoiceNo: '02-00000001' });
const charge = posting(2, 'ChargePosted', { amountFen: '1200', balanceFen: '3800', chargeId: 'CH-1' });
const closed = closing({
  firstShardSequence: '1', lastShardSequence: '2', digest: GOLDEN, totals: { TOP_UP: { count: '1', amountFen: '5000' }, CHARGE: { count: '1', amountFen: '-1200' } },
});
const quiet = closing({ day: '2026-03-03', digest: '0'.repeat(64) }, 2);

/** What both languages make of these events; they must say the same. */
function check(events: readonly Given[]): { lines: string[]; verdicts: Verdict[]; missing: string[] } {
  const books = new Map<number, Book>();
  const bookOf = (shard: number) => books.get(shard) ?? books.set(shard, emptyBook(shard)).get(shard)!;
  const lines: string[] = [];
  const verdicts = events.flatMap(({ topic, headers, value }) => {
    if (topic !== 'prepaid-billing.posting.v1') return takeClosing(bookOf(closingOf(headers, value).shard), closingOf(headers, value));
    const posting = postingOf(headers, value);
    lines.push(canonical(posting));
    return takePosting(bookOf(posting.shard), posting).verdicts;
  });
  const found = { lines, verdicts, missing: [...books.values()].flatMap(missing) };
  const python = spawnSync('python3', [join(import.meta.dirname, 'verify.py')], { input: JSON.stringify(events), encoding: 'utf8' });
  assert.equal(python.status, 0, `python3: ${python.error?.message ?? python.stderr}`);
  assert.deepEqual(JSON.parse(python.stdout), found, 'verify.py says something else');
  return found;
}

const verdict = (differences: string[], postings = 2): Verdict => ({ day: '2026-03-02', shard: 2, shards: 4, postings, differences });

test('golden vectors: the canonical form and the digest of two postings are those of the ledger', () => {
  const { lines } = check([topUp, charge]);
  assert.deepEqual(lines, ['2|1|TOP_UP|0000000001|5000|5000|0|2026-03-02|1772424000000|02-00000001', '2|2|CHARGE|0000000001|-1200|3800|0|2026-03-02|1772424000000|CH-1']);
  assert.equal(lines.reduce(chained, '0'.repeat(64)), GOLDEN);
  for (const guide of ['billing-center.md', 'billing-center.zh.md']) {
    assert.ok(readFileSync(join(import.meta.dirname, '../../docs/how-to', guide), 'utf8').includes(`${lines.join('\n')}\ndigest ${GOLDEN}\n`), guide);
  }
});

test('every kind of posting has its sign and its reference', () => {
  const { lines } = check([
    posting(1, 'TopUpReversed', { amountFen: '5000', receivableFen: '1200', reversedPostingId: '02-2', invoiceNo: '02-00000001' }),
    posting(2, 'ChargeAdjusted', { amountFen: '-300', balanceFen: '300', adjustmentId: 'A-1', chargeId: 'CH-1' }),
    posting(3, 'RefundPosted', { amountFen: '100', balanceFen: '200', refundId: '02-9' }),
    posting(4, 'TransferPosted', { amountFen: '200', transferId: '02-10', side: 'TRANSFER_SIDE_OUT', otherAccountNo: '0000000002' }),
    posting(5, 'TransferPosted', { amountFen: '7', balanceFen: '7', transferId: '01-3', side: 'TRANSFER_SIDE_IN', otherAccountNo: '0000000002' }),
    posting(6, 'TransferPosted', { amountFen: '200', balanceFen: '207', transferId: '02-10', side: 'TRANSFER_SIDE_RETURNED', otherAccountNo: '0000000002' }),
    posting(7, 'AccountClosed', { postedAt: '2026-03-02T04:00:00.007Z' }),
    posting(8, 'CorrectionPosted', { amountFen: '-50', receivableFen: '50', correctionId: 'C01.2026-03-02.1/3f2a9c0d1e4b' }),
  ]);
  assert.deepEqual(lines.map((line) => line.split('|').filter((_, field) => [2, 4, 5, 6, 9].includes(field)).join(' ')), [
    'TOP_UP_REVERSED -5000 0 1200 02-2', 'CHARGE_ADJUSTED 300 300 0 A-1', 'REFUND -100 200 0 02-9', 'TRANSFER_OUT -200 0 0 02-10', 'TRANSFER_IN 7 7 0 01-3',
    'TRANSFER_RETURNED 200 207 0 02-10', 'ACCOUNT_CLOSED 0 0 0 ', 'CORRECTION -50 0 50 C01.2026-03-02.1/3f2a9c0d1e4b',
  ]);
  assert.match(lines[6]!, /\|1772424000007\|$/);
});

test('a day matches, in whatever order its events come and however often', () => {
  for (const events of [[topUp, charge, closed], [closed, charge, topUp], [charge, closed, topUp], [topUp, topUp, charge, topUp, closed, charge, closed]]) {
    const found = check(events);
    assert.deepEqual([found.verdicts, found.missing], [[verdict([])], []]);
  }
});

test('a day on which nothing happened matches, and the next goes on', () => {
  const later = posting(3, 'TopUpPosted', { amountFen: '1', balanceFen: '3801', invoiceNo: '02-00000002', postedOn: '2026-03-04', postedAt: '2026-03-04T04:00:00.000Z' });
  const { verdicts } = check([later, topUp, charge, quiet, closed]);
  assert.deepEqual(verdicts.map(({ day, postings, differences }) => [day, postings, differences]), [['2026-03-02', 2, []], ['2026-03-03', 0, []]]);
});

test('a shard 0 and a shard without any posting are named though proto3 JSON leaves zero out', () => {
  const { verdicts } = check([closing({ shard: undefined, digest: '0'.repeat(64) })]);
  assert.deepEqual(verdicts, [{ ...verdict([], 0), shard: 0 }]);
});

test('a missing posting: the day is not compared before it is there, and it is named', () => {
  assert.deepEqual(check([charge, closed]).verdicts, []);
  assert.deepEqual(check([charge, closed]).missing, ['shard 2: posting 1 is missing']);
  assert.deepEqual(check([closed]).missing, ['shard 2: posting 1 to 2 is missing']);
  assert.deepEqual(check([topUp, charge, quiet]).missing, ['shard 2: day 1 is missing']);
});

test('a posting that was doubled under another number is a difference, before the closing and after it', () => {
  const double = posting(3, 'ChargePosted', { amountFen: '1200', balanceFen: '2600', chargeId: 'CH-1' });
  const [before] = check([topUp, charge, double, closed]).verdicts;
  assert.deepEqual(before!.differences.slice(0, 3), [
    'the last shard sequence is 3 here and 2 in the ledger', 'the count of CHARGE is 2 here and 1 in the ledger', 'the sum of CHARGE is -2400 here and -1200 in the ledger',
  ]);
  assert.deepEqual(check([topUp, charge, closed, double]).verdicts.map(({ differences }) => differences), [[], ['posting 3 came after the day was closed']]);
});

test('a changed amount is a difference, and so is a changed balance, which only the digest knows', () => {
  const [amount] = check([topUp, posting(2, 'ChargePosted', { amountFen: '1201', balanceFen: '3800', chargeId: 'CH-1' }), closed]).verdicts;
  assert.equal(amount!.differences[0], 'the sum of CHARGE is -1201 here and -1200 in the ledger');
  assert.match(amount!.differences[1]!, /^the digest is /);
  const [balance] = check([topUp, posting(2, 'ChargePosted', { amountFen: '1200', balanceFen: '3801', chargeId: 'CH-1' }), closed]).verdicts;
  assert.equal(balance!.differences.length, 1);
});

test('a kind of posting that is not known stops the program', () => {
  assert.throws(() => postingOf({ ce_type: 'youdian.billing.v1.Novelty', ce_shard: '2', ce_shardsequence: '1' }, '{}'), /Novelty/);
});
