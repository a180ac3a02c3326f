import { createHash } from 'node:crypto';
import { simulate, type RemoteShard, type SimulatedCommand, type Workload } from '@youdian/commit-log/simulation';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { partitionOf } from '@youdian/messaging';
import type { AccountDirectory } from '../accounts/directory.ts';
import { PREPAID, RECEIVABLE, TRANSFERS } from '../ledger/chart.ts';
import type { Account } from '../ledger/account.ts';
import type { KeyLimits } from '../ledger/key-run.ts';
import type { Ledger } from '../ledger/state.ts';
import { ledgerDefinition } from '../shards/definition.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { rolling } from '../shards/rolling.ts';
import { ACCOUNTS, commandOf } from './commands.ts';

const SHARDS = 2;
/** So few that most keys leave memory, many more are looked for outside than are there, and runs become one all the time. */
export const KEY_LIMITS: KeyLimits = { recent: 24, run: 8, page: 4, together: 2, filterBits: 6 };
/** Half a minute before midnight in Shanghai, so that every run closes a day. */
const BEGINS_AT = new Date('2026-03-02T15:59:35Z');

/** All accounts but one exist, so that some charges are refused for good. */
const DIRECTORY: AccountDirectory = {
  defaultThresholdFen: 3_000n,
  existing: async (accountNos) => new Set(accountNos.filter((accountNo) => ACCOUNTS.includes(accountNo))),
  places: async () => new Map(),
    close: () => {},
};

/** The real ledger, as its handlers use it: top-ups, reversals, charges, refunds, transfers, thresholds, shifts, days. */
export function ledgerWorkload(): Workload<Ledger, Posting> {
  const cache = new WeakMap<readonly RemoteShard<Ledger, Posting>[], Shards>();
  const shardsOf = (remote: readonly RemoteShard<Ledger, Posting>[]): Shards => {
    let shards = cache.get(remote);
    if (!shards) {
      const ledgers = remote.map(rolling);
      cache.set(remote, (shards = { each: () => ledgers, of: (subject) => ledgers[partitionOf(subject, SHARDS)]! }));
    }
    return shards;
  };
  return {
    shards: SHARDS,
    beginsAt: BEGINS_AT,
    definition: (shard) => ledgerDefinition(shard, SHARDS, KEY_LIMITS),
    limits: { batchPostings: 60, insertTimeoutMs: 900, resolveMs: 3_000, snapshotCommits: 40, snapshotPostings: 120, snapshotChunkBytes: 16_000, relayQueuedPostings: 30, drainMs: 3_000 },
    replay: 'node --test apps/prepaid-billing/src/simulation/ledger.spec.ts',
    command: (random, n): SimulatedCommand<Ledger, Posting> => {
      const { name, perform } = commandOf(random, n);
      return { name, perform: (remote) => perform(shardsOf(remote), DIRECTORY) };
    },
    effectOf: ({ key }) => key || undefined,
    check: (ledger, posting) => {
      let sumFen = 0n;
      for (const { amountFen } of posting.entries) sumFen += amountFen;
      if (sumFen !== 0n) throw new Error(`the entries of ${posting.postingId} come to ${sumFen}`);
      const account = ledger.accounts.get(posting.accountNo);
      if (account && isForbidden(account)) throw new Error(`${posting.accountNo} has ${account.balanceFen} and owes ${account.receivableFen} after ${posting.postingId}`);
    },
    checkAll: (ledgers, postings, answers) => {
      balancesAreSums(ledgers, postings);
      let onTheirWayFen = 0n;
      for (const { totals, transfers } of ledgers) {
        onTheirWayFen += totals.get(TRANSFERS) ?? 0n;
        for (const { amountFen } of transfers.values()) onTheirWayFen += amountFen;
      }
      if (onTheirWayFen !== 0n) throw new Error(`transfers come to ${onTheirWayFen} over all shards`);
      answersAreWhatIsPosted(postings.flat(), answers);
      chargesAreTakenOnce(postings.flat());
      shiftsAreWhole(postings);
    },
    fingerprint,
  };
}

export const run = (seed: number) => simulate(ledgerWorkload(), seed);

function isForbidden({ balanceFen, receivableFen }: Account): boolean {
  return balanceFen < 0n || receivableFen < 0n || (balanceFen > 0n && receivableFen > 0n);
}

function balancesAreSums(ledgers: readonly Ledger[], postings: readonly (readonly Posting[])[]): void {
  const sums = new Map<string, bigint>();
  let allFen = 0n;
  for (const { entries } of postings.flat()) {
    for (const { account, amountFen } of entries) {
      sums.set(account, (sums.get(account) ?? 0n) + amountFen);
      allFen += amountFen;
    }
  }
  if (allFen !== 0n) throw new Error(`all entries come to ${allFen}`);
  for (const { accounts } of ledgers) {
    for (const [no, { balanceFen, receivableFen }] of accounts) {
      const right = balanceFen === -(sums.get(`${PREPAID}${no}`) ?? 0n) && receivableFen === (sums.get(`${RECEIVABLE}${no}`) ?? 0n);
      if (!right) throw new Error(`${no} has ${balanceFen} and owes ${receivableFen}, which its entries do not come to`);
    }
  }
}

/** An answer is a posting, and that of the key which it bears. */
function answersAreWhatIsPosted(postings: readonly Posting[], answers: ReadonlyMap<string, unknown>): void {
  const byId = new Map(postings.map((posting) => [posting.postingId, posting]));
  for (const [name, answer] of answers) {
    for (const { postingId, key, balanceFen } of Array.isArray(answer) ? (answer as Posting[]) : []) {
      const posted = byId.get(postingId);
      if (posted?.key !== key || posted.balanceFen !== balanceFen) throw new Error(`${name} was answered with ${postingId}, which is not what stands there`);
    }
  }
}

function chargesAreTakenOnce(postings: readonly Posting[]): void {
  const taken = new Set<string>();
  for (const { charge } of postings) {
    if (charge && taken.has(charge.chargeId)) throw new Error(`charge ${charge.chargeId} was taken twice`);
    if (charge) taken.add(charge.chargeId);
  }
}

/** A barrier has all that its shard ever took for the shift, and the shift was banked once, with the sum of them. */
function shiftsAreWhole(shards: readonly (readonly Posting[])[]): void {
  const taken = new Map<string, bigint>();
  const barriers = new Map<string, bigint>();
  for (const [shard, postings] of shards.entries()) {
    for (const { shiftId, topUp, reversal, shiftBarrier: barrier } of postings) {
      const at = `${shard}|${shiftId}`;
      const money = topUp?.amountFen ?? (reversal ? -reversal.amountFen : 0n);
      if (money !== 0n && shiftId !== '' && barriers.has(at)) throw new Error(`shard ${shard} took something for ${shiftId} after its barrier`);
      taken.set(at, (taken.get(at) ?? 0n) + money);
      if (barrier) barriers.set(`${shard}|${barrier.shiftId}`, barrier.topUpFen - barrier.reversedFen);
    }
  }
  for (const [at, sumFen] of barriers) if (sumFen !== (taken.get(at) ?? 0n)) throw new Error(`the barrier of ${at} says ${sumFen}, taken was ${taken.get(at) ?? 0n}`);
  const banked = new Map<string, bigint>();
  for (const { cashMovement, entries } of shards.flat()) {
    if (!cashMovement) continue;
    const { reference: shiftId } = cashMovement;
    if (banked.has(shiftId)) throw new Error(`${shiftId} was banked twice`);
    banked.set(shiftId, entries[0]!.amountFen);
    const sumFen = shards.reduce((sum, _, shard) => sum + (barriers.get(`${shard}|${shiftId}`) ?? 0n), 0n);
    if (sumFen !== banked.get(shiftId)) throw new Error(`${shiftId} took ${sumFen} and banked ${banked.get(shiftId)}`);
  }
}

/** All of the state, whatever the order of its fields; of the keys what it says of each that the log has. */
function fingerprint({ keys, ...rest }: Ledger, postings: readonly Posting[]): string {
  const table = createHash('sha256').update(`${keys.size}`);
  for (const { key, inputHash, claimedKeys } of postings) for (const used of claimedKeys?.keys ?? (key ? [{ key, inputHash }] : [])) table.update(JSON.stringify(keys.find(used.key, used.inputHash) ?? 'unknown'));
  return JSON.stringify([table.digest('hex'), rest], (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof Set) return [...value].sort();
    if (value instanceof Map) return [...value].sort(byKey);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(byKey)) : value;
  });
}

function byKey([a]: [unknown, unknown], [b]: [unknown, unknown]): number {
  return String(a) < String(b) ? -1 : 1;
}
