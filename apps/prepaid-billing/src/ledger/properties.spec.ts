import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PostingBatch } from '@youdian/contracts-billing/ledger';
import { evolve } from './evolve.ts';
import { THRESHOLD_FEN, openLedger } from './ledger-fixture.ts';
import { packLedger, unpackLedger } from './snapshot.ts';
import { difference } from './verify/difference.ts';
import { emptyLedger } from './state.ts';

const seed = process.env['FAST_CHECK_SEED'];
fc.configureGlobal({ numRuns: Number(process.env['FAST_CHECK_RUNS'] ?? 300), ...(seed ? { seed: Number(seed) } : {}) });

type Step =
  | { kind: 'top-up' | 'charge'; accountNo: string; fen: bigint; key: number }
  | { kind: 'threshold'; accountNo: string; fen: bigint; key: number };

const accountNo = fc.constantFrom('0000000001', '0000000002', '0000000003');
// Few keys and few amounts, so that retries, reuse and crossings are common.
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('top-up' as const, 'charge' as const, 'threshold' as const),
  accountNo,
  fen: fc.oneof(fc.bigInt(0n, 6_000n), fc.constantFrom(1n, 2_999n, 3_000n, 3_001n)),
  key: fc.integer({ min: 0, max: 40 }),
});
const steps = fc.array(step, { maxLength: 60 });

function play(sequence: readonly Step[]) {
  const desk = openLedger();
  const accepted: Step[] = [];
  for (const step of sequence) {
    const key = `${step.kind}|${step.accountNo}|${step.key}`;
    const decision =
      step.kind === 'top-up' ? desk.topUp(step.fen, { key, accountNo: step.accountNo })
      : step.kind === 'charge' ? (step.fen > 0n ? desk.charge(step.fen, { key, accountNo: step.accountNo }) : undefined)
      : desk.threshold(step.fen, { key, accountNo: step.accountNo });
    if (decision?.kind === 'post') accepted.push(step);
  }
  return { desk, accepted };
}

test('the entries of every posting, and so of the whole ledger, sum to zero', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { desk } = play(sequence);
    for (const posting of desk.postings) assert.equal(posting.entries.reduce((sum, { amountFen }) => sum + amountFen, 0n), 0n);
    let sum = 0n;
    for (const { balanceFen, receivableFen } of desk.ledger.accounts.values()) sum += receivableFen - balanceFen;
    for (const totalFen of desk.ledger.totals.values()) sum += totalFen;
    assert.equal(sum, 0n);
  }));
});

test('each balance is the sum of its entries', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { desk } = play(sequence);
    const sums = new Map<string, bigint>();
    for (const { entries } of desk.postings) for (const { account, amountFen } of entries) sums.set(account, (sums.get(account) ?? 0n) + amountFen);
    for (const [no, { balanceFen, receivableFen }] of desk.ledger.accounts) {
      assert.equal(balanceFen, -(sums.get(`prepaid:${no}`) ?? 0n));
      assert.equal(receivableFen, sums.get(`receivable:${no}`) ?? 0n);
    }
  }));
});

test('nothing prepaid is ever below zero, and no account owes and has at once', () => {
  fc.assert(fc.property(steps, (sequence) => {
    for (const { balanceFen, receivableFen } of play(sequence).desk.postings) {
      assert.ok(balanceFen >= 0n && receivableFen >= 0n);
      assert.ok(balanceFen === 0n || receivableFen === 0n);
    }
  }));
});

test('each key has one effect, and what an account has is what came in less what was charged', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { desk } = play(sequence);
    // The first acceptable use of each key counts, by a reference that knows no ledger.
    const used = new Set<string>();
    const netFen = new Map<string, bigint>();
    for (const { kind, accountNo: no, fen, key } of sequence) {
      if (kind === 'threshold' || fen === 0n || used.has(`${kind}|${no}|${key}`)) continue;
      used.add(`${kind}|${no}|${key}`);
      netFen.set(no, (netFen.get(no) ?? 0n) + (kind === 'top-up' ? fen : -fen));
    }
    for (const [no, { balanceFen, receivableFen }] of desk.ledger.accounts) assert.equal(balanceFen - receivableFen, netFen.get(no) ?? 0n);
  }));
});

test('what an account has less what it owes does not depend on the order of its postings', () => {
  const distinct = fc.uniqueArray(step, { maxLength: 40, selector: ({ kind, accountNo: no, key }) => `${kind}|${no}|${key}` });
  fc.assert(fc.property(distinct.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([one, other]) => {
    const net = (sequence: readonly Step[]) =>
      [...play(sequence).desk.ledger.accounts].map(([no, { balanceFen, receivableFen }]) => [no, balanceFen - receivableFen]).sort();
    assert.deepEqual(net(one), net(other));
  }));
});

test('BalanceLow comes once per crossing into a level, as an obvious reference counts them', () => {
  fc.assert(fc.property(steps, (sequence) => {
    const { desk, accepted } = play(sequence);
    const told = new Map<string, number>();
    const states = new Map<string, { net: bigint; threshold: bigint; told: number }>();
    for (const { kind, accountNo: no, fen } of accepted) {
      const state = states.get(no) ?? { net: 0n, threshold: THRESHOLD_FEN, told: 0 };
      states.set(no, state);
      if (kind === 'threshold') state.threshold = fen;
      else state.net += kind === 'top-up' ? fen : -fen;
      // All on one day, so nobody knows how long a balance lasts: 2 is empty, 1 is low, 0 is neither.
      const level = state.net <= 0n ? 2 : state.net < state.threshold ? 1 : 0;
      if (level < state.told) state.told = level;
      else if (kind === 'charge' && level > state.told) {
        state.told = level;
        told.set(no, (told.get(no) ?? 0) + 1);
      }
    }
    const events = desk.events.filter(({ type }) => type.endsWith('BalanceLow'));
    for (const no of states.keys()) {
      const mine = events.filter(({ subject }) => subject === no).map(({ sequence: n }) => n);
      assert.deepEqual(mine, Array.from({ length: told.get(no) ?? 0 }, (_, i) => BigInt(i + 1)));
    }
  }));
});

test('the ledger is rebuilt from its packed postings, from the start or from a snapshot on the way', () => {
  fc.assert(fc.property(steps, fc.nat(), (sequence, cut) => {
    const { desk } = play(sequence);
    const { postings } = PostingBatch.decode(PostingBatch.encode({ postings: desk.postings }).finish());
    const at = postings.length === 0 ? 0 : cut % (postings.length + 1);
    let rebuilt = emptyLedger(2);
    for (const posting of postings.slice(0, at)) evolve(rebuilt, posting);
    rebuilt = unpackLedger(Buffer.concat(packLedger(rebuilt)));
    for (const posting of postings.slice(at)) evolve(rebuilt, posting);
    assert.equal(difference(rebuilt, desk.ledger), undefined);
    for (const posting of postings) if (posting.key) assert.equal(rebuilt.keys.find(posting.key, posting.inputHash)?.sameInput, true);
  }), { numRuns: 100 });
});

test('a posting that contradicts the state stops the shard', () => {
  const { ledger, postings } = openLedger();
  const desk = openLedger();
  desk.topUp(1_000n);
  const [barrier, opening, topUp] = desk.postings;
  assert.throws(() => evolve(ledger, topUp!), /does not follow/);
  evolve(ledger, barrier!);
  evolve(ledger, opening!);
  assert.throws(() => evolve(ledger, { ...topUp!, entries: [{ account: 'cash:C01', amountFen: 1_000n }] }), /does not balance/);
  assert.equal(postings.length, 0);
});
