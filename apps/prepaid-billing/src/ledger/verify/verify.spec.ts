/** Whoever alters the ledger's history is found, and where: at each place, in each way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownHead, ShardCommit } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Ledger } from '../state.ts';
import { batchesOf, commitsOf, DEFINITIONS, history, snapshotOf, storeOf, type Kept, type Logs } from './history-fixture.ts';
import { verifyLedger } from './ledger.ts';

const LOGS = history();
const FEN = 1n;
const DAY_MS = 86_400_000;

async function faultIn(logs: Logs, { heads = new Map(), ...kept }: Kept & { heads?: ReadonlyMap<string, readonly KnownHead[]> } = {}): Promise<string | undefined> {
  const { shards, across } = await verifyLedger(storeOf(logs, kept), DEFINITIONS, heads);
  return shards.find(({ fault }) => fault !== undefined)?.fault ?? across;
}

/** The number of the commit at which the fault was found. */
const place = (fault: string) => Number(/ledger-\d\d:(\d+)/.exec(fault)?.[1]);

test('a ledger as it was written has no fault, nor have its snapshots and its known heads', async () => {
  const snapshots = [5, LOGS[0]!.length].map((seq) => snapshotOf(0, LOGS[0]!, seq));
  const heads = new Map([['ledger-01', LOGS[1]!.map(({ seq, hash }) => ({ seq, hash }))]]);
  assert.equal(await faultIn(LOGS, { snapshots, heads, published: LOGS[0]!.length }), undefined);
});

const COMMIT_EDITS: Readonly<Record<string, (commit: ShardCommit) => Partial<ShardCommit>>> = {
  'a bit of the body': ({ body }) => ({ body: Buffer.from(body.map((byte, at) => (at === body.length >> 1 ? byte ^ 4 : byte))) }),
  'the end of the body': ({ body }) => ({ body: body.subarray(0, -1) }),
  'the hash': ({ hash }) => ({ hash: hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
  'the epoch': ({ epoch }) => ({ epoch: epoch + 1 }),
  'the count': ({ count }) => ({ count: count + 1 }),
  'the first number': ({ first = 0 }) => ({ first: first + 1 }),
  'the kind': ({ kind }) => ({ kind: kind === 'batch' ? 'takeover' : 'batch' }),
  'the seq': ({ seq }) => ({ seq: seq + 1 }),
  'the shard': () => ({ shard: 'ledger-07' }),
  'the place': ({ _id }) => ({ _id: `${_id}-` }),
};

for (const [what, edit] of Object.entries(COMMIT_EDITS)) {
  test(`${what} of any commit`, async () => {
    for (const [shard, log] of LOGS.entries()) {
      for (const [at, commit] of log.entries()) {
        if (what === 'the first number' && commit.kind === 'takeover') continue;
        const fault = await faultIn(LOGS.with(shard, log.with(at, { ...commit, ...edit(commit) })));
        assert.ok(fault !== undefined, `${what} of ${commit._id} went unnoticed`);
        assert.equal(place(fault), commit.seq, fault);
      }
    }
  });
}

test('a commit that is missing, doubled, or in another\'s place; and an end that was published, snapshotted or written down', async () => {
  const [log, other] = LOGS as [readonly ShardCommit[], readonly ShardCommit[]];
  for (const at of log.keys()) {
    if (at < log.length - 1) {
      const gone = await faultIn([log.toSpliced(at, 1), other]);
      assert.ok(gone?.includes(log[at + 1]!._id), gone);
      const swapped = await faultIn([log.with(at, log[at + 1]!).with(at + 1, log[at]!), other]);
      assert.ok(swapped?.includes(log[at + 1]!._id), swapped);
    }
    assert.ok(await faultIn([log.toSpliced(at, 0, log[at]!), other]), `${at} doubled`);
    const cut = [log.slice(0, at), other];
    const heads = new Map([['ledger-00', [{ seq: log.length, hash: log.at(-1)!.hash }]]]);
    for (const kept of [{ published: log.length }, { snapshots: [snapshotOf(0, log, log.length)] }, { heads }]) {
      assert.match((await faultIn(cut, kept))!, new RegExp(`the end, after commit ledger-00:0*${at}: commits up to ${log.length} are missing`));
    }
  }
});

/** By somebody who chains all commits anew. Undefined where the posting has no such thing. */
type Forgery = (posting: Posting, postings: readonly Posting[]) => Partial<Posting> | undefined;
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'an amount of an entry': ({ entries }) => entries.length > 0 ? { entries: [{ ...entries[0]!, amountFen: entries[0]!.amountFen + FEN }, ...entries.slice(1)] } : undefined,
  'all amounts, with the sum still zero': ({ entries, cashMovement }) => entries.length > 0 && !cashMovement ? { entries: entries.map((entry) => ({ ...entry, amountFen: entry.amountFen * 2n })) } : undefined,
  'entries that are left out': ({ entries }) => entries.length > 0 ? { entries: [] } : undefined,
  'whose prepaid money it is': ({ entries, cashMovement }) => entries.length > 0 && !cashMovement ? { entries: entries.map((entry) => ({ ...entry, account: entry.account.replace(/^(prepaid|receivable):.*/, '$1:1000000007') })) } : undefined,
  'the balance': ({ balanceFen }) => ({ balanceFen: balanceFen + FEN }),
  'a balance below zero': ({ balanceFen }) => ({ balanceFen: -balanceFen - FEN }),
  'what is owed': ({ receivableFen }) => ({ receivableFen: receivableFen + FEN }),
  'the account': ({ accountNo, chargeRefusal }) => accountNo !== '' && !chargeRefusal ? { accountNo: '1000000008' } : undefined,
  'the day': ({ postedOn }) => ({ postedOn: postedOn.replace(/^2026/, '2025') }),
  'the time': ({ postedAt }) => ({ postedAt: new Date(postedAt!.getTime() - DAY_MS) }),
  'the number': ({ postingId }) => ({ postingId: `${postingId}0` }),
  'the shard': ({ postingId }) => ({ postingId: postingId.replace(/^\d\d/, '07') }),
  'the key, for another\'s': ({ key }, postings) => {
    const other = postings.find((one) => one.key !== '' && one.key !== key);
    return key !== '' && other ? { key: other.key } : undefined;
  },
  'the count of money': ({ moneySequence }) => ({ moneySequence: moneySequence + 1n }),
  'the count of events': ({ eventSequence }) => eventSequence > 0n ? { eventSequence: eventSequence + 1n } : undefined,
  'the amount of a top-up': ({ topUp }) => topUp && { topUp: { ...topUp, amountFen: topUp.amountFen + FEN } },
  'the invoice': ({ topUp }) => topUp && { topUp: { ...topUp, invoiceNo: topUp.invoiceNo.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) } },
  'the shift, left out': ({ shiftId, topUp }) => shiftId !== '' && topUp ? { shiftId: '' } : undefined,
  'the amount of a charge': ({ charge }) => charge && { charge: { ...charge, amountFen: charge.amountFen - FEN } },
  'the amount of a reversal': ({ reversal }) => reversal && { reversal: { ...reversal, amountFen: reversal.amountFen + FEN } },
  'the amount of an adjustment': ({ chargeAdjustment }) => chargeAdjustment && { chargeAdjustment: { ...chargeAdjustment, amountFen: -chargeAdjustment.amountFen } },
  'the decision on a refund': ({ refundDecision }) => refundDecision && { refundDecision: { ...refundDecision, approved: !refundDecision.approved } },
  'the amount of a transfer': ({ transferOut }) => transferOut && { transferOut: { ...transferOut, amountFen: transferOut.amountFen + FEN } },
  'where a transfer goes': ({ transferOut, postingId }, postings) => transferOut && postings.some(({ transferEnd }) => transferEnd?.transferId === postingId && !transferEnd.returned) ? { transferOut: { ...transferOut, toAccountNo: '2000000002' } } : undefined,
  'where a transfer came from': ({ transferIn }) => transferIn && { transferIn: { ...transferIn, fromAccountNo: '1000000001' } },
  'which transfer arrived': ({ transferIn }) => transferIn && { transferIn: { ...transferIn, transferId: '00-1' } },
  'how a transfer ended': ({ transferEnd }) => transferEnd && { transferEnd: { ...transferEnd, returned: !transferEnd.returned } },
  'what a charge left to be owed': ({ owed }) => owed && { owed: { ...owed, amountFen: owed.amountFen + FEN } },
  'what was settled': ({ settled }) => settled.length > 0 ? { settled: [] } : undefined,
  'the count of arrears': ({ arrearsChanges }) => arrearsChanges.length > 0 ? { arrearsChanges: arrearsChanges.map((change) => ({ ...change, sequence: change.sequence + 1n })) } : undefined,
  'the count of low balances': ({ lowBalanceEpisode }) => lowBalanceEpisode && { lowBalanceEpisode: { ...lowBalanceEpisode, episode: lowBalanceEpisode.episode + 1n } },
  'the level of a low balance': ({ lowBalanceEpisode }) => lowBalanceEpisode && { lowBalanceEpisode: { ...lowBalanceEpisode, level: lowBalanceEpisode.level === 'BALANCE_LEVEL_EMPTY' ? 'BALANCE_LEVEL_LOW' : 'BALANCE_LEVEL_EMPTY' } },
  'the day that a barrier closes': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, closes: '2026-01-01' } },
  'the day that a barrier opens': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, opens: '2026-03-31' } },
  'a day\'s total': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, totals: dayBarrier.totals.map((total, at) => (at === 2 ? { ...total, amountFen: total.amountFen - FEN } : total)) } },
  'a day\'s count': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, totals: dayBarrier.totals.map((total) => ({ ...total, count: total.count + 1n })) } },
  'a day\'s digest': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, digest: Buffer.from(dayBarrier.digest.map((byte) => byte ^ 1)) } },
  'a day\'s first number': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, firstSequence: dayBarrier.firstSequence + 1n } },
  'a day\'s last number': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, lastSequence: dayBarrier.lastSequence + 1n } },
  'the count of barriers': ({ dayBarrier }) => dayBarrier && { dayBarrier: { ...dayBarrier, barrier: dayBarrier.barrier + 1n } },
  'the sum of a shift': ({ shiftBarrier }) => shiftBarrier && { shiftBarrier: { ...shiftBarrier, topUpFen: shiftBarrier.topUpFen + FEN } },
  'the count of a shift': ({ shiftBarrier }) => shiftBarrier && { shiftBarrier: { ...shiftBarrier, reversedCount: shiftBarrier.reversedCount + 1n } },
};

for (const [what, forge] of Object.entries(FORGERIES)) {
  test(`${what}, altered in any posting and chained anew`, async () => {
    let places = 0;
    for (const [shard, log] of LOGS.entries()) {
      const batches = batchesOf(log);
      const postings = batches.flat();
      for (const [b, batch] of batches.entries()) {
        for (const [p, posting] of batch.entries()) {
          const change = forge(posting, postings);
          if (!change) continue;
          places += 1;
          const forged = commitsOf(shard, batches.with(b, batch.with(p, { ...posting, ...change })));
          const fault = await faultIn(LOGS.with(shard, forged));
          assert.ok(fault !== undefined, `${what} of ${posting.postingId} went unnoticed`);
          assert.ok(Number.isNaN(place(fault)) || place(fault) >= b + 2, `${fault}, though commit ${b + 2} was altered`);
        }
      }
    }
    assert.ok(places >= 4, `${what}: only ${places} places`);
  });
}

test('a posting left out, doubled, or before its time, chained anew', async () => {
  for (const [shard, log] of LOGS.entries()) {
    const batches = batchesOf(log);
    for (const [b, batch] of batches.entries()) {
      for (const p of batch.keys()) {
        const last = b === batches.length - 1 && p === batch.length - 1;
        if (!last && batch.length > 1) assert.ok(await faultIn(LOGS.with(shard, commitsOf(shard, batches.with(b, batch.toSpliced(p, 1))))), `${b}/${p} left out`);
        assert.ok(await faultIn(LOGS.with(shard, commitsOf(shard, batches.with(b, batch.toSpliced(p, 0, batch[p]!))))), `${b}/${p} doubled`);
        if (p > 0) assert.ok(await faultIn(LOGS.with(shard, commitsOf(shard, batches.with(b, batch.with(p, batch[p - 1]!).with(p - 1, batch[p]!))))), `${b}/${p} earlier`);
      }
    }
  }
});

test('a history that is right in itself and another than it was: by what was written down elsewhere', async () => {
  const forged = history({ without: true });
  assert.equal(await faultIn(forged), undefined);
  const log = LOGS[0]!;
  const heads = new Map([['ledger-00', [{ seq: forged[0]!.length, hash: log[forged[0]!.length - 1]!.hash }]]]);
  assert.match((await faultIn(forged, { heads }))!, /something up to here has been altered/);
  // What no rule of the ledger covers, such as who did it or how much a collector banked, is in the chain too.
  const batches = batchesOf(log);
  const head = { seq: log.length, hash: log.at(-1)!.hash };
  for (const [b, batch] of batches.entries()) {
    const another = commitsOf(0, batches.with(b, batch.with(0, { ...batch[0]!, actor: 'cashier:C66' })));
    assert.match((await faultIn([another, LOGS[1]!], { heads: new Map([['ledger-00', [head]]]) }))!, /has been altered/);
  }
});

test('a snapshot that is not what its postings come to', async () => {
  const log = LOGS[0]!;
  const { manifest, bytes } = snapshotOf(0, log, 30);
  const altered = (change: (ledger: Ledger) => void) => snapshotOf(0, log, 30, change);
  assert.match((await faultIn(LOGS, { snapshots: [altered(({ accounts }) => (accounts.get('1000000001')!.balanceFen += FEN))] }))!, /accounts of 1000000001/);
  assert.match((await faultIn(LOGS, { snapshots: [altered(({ accounts }) => accounts.get('1000000001')!.addPosting(1))] }))!, /accounts of 1000000001/);
  assert.match((await faultIn(LOGS, { snapshots: [altered(({ totals }) => totals.delete('charges'))] }))!, /totals of charges/);
  assert.match((await faultIn(LOGS, { snapshots: [altered(({ keys }) => keys.add('another', Buffer.alloc(8), 1))] }))!, /: keys/);
  assert.match((await faultIn(LOGS, { snapshots: [{ manifest, bytes: bytes.subarray(1) }] }))!, /is not whole/);
  assert.match((await faultIn(LOGS, { snapshots: [{ manifest: { ...manifest, postings: manifest.postings + 1 }, bytes }] }))!, /of another commit/);
});
