import type { ShardDefinition } from '../../shard/definition.ts';
import { post, purseLedger, type PursePosting, type PurseState } from '../purse.ts';
import { simulate } from './simulate.ts';
import type { Workload } from './workload.ts';

const SHARDS = 2;
const PURSES_EACH = 8;
const READS = 0.2;

type Definition = ShardDefinition<PurseState, PursePosting>;

function withoutKeys({ machine, ...ledger }: Definition): Definition {
  const apply: Definition['machine']['apply'] = (state, posting) => {
    machine.apply(state, posting);
    state.keys.clear();
  };
  return { ...ledger, machine: { ...machine, apply } };
}

/** Purses that never go below zero, a key for every posting, reads in between. `forgetful` knows no key again. */
export function purseWorkload({ forgetful = false } = {}): Workload<PurseState, PursePosting> {
  return {
    shards: SHARDS,
    beginsAt: new Date('2026-03-02T01:00:00Z'),
    definition: (shard) => (forgetful ? withoutKeys : (ledger: Definition) => ledger)(purseLedger(`purse-${shard}`)),
    limits: { batchPostings: 20, insertTimeoutMs: 900, resolveMs: 3_000, snapshotCommits: 12, snapshotPostings: 40, snapshotChunkBytes: 1_500, relayQueuedPostings: 12, drainMs: 3_000 },
    replay: 'node --test libs/commit-log/src/testing/simulation/purse.spec.ts',
    command: (random, n) => {
      const shard = random.between(0, SHARDS - 1);
      const purse = `s${shard}-p${random.between(0, PURSES_EACH - 1)}`;
      if (random.chance(READS)) {
        return { name: `read ${n}`, perform: (shards) => shards[shard]!.read((state) => [state.count, state.purses.get(purse)?.balance ?? 0]) };
      }
      const amount = random.chance(0.5) ? random.between(1, 20) : -random.between(1, 20);
      const key = `k${n}`;
      return { name: key, perform: (shards) => shards[shard]!.submit(post(key, purse, amount)) };
    },
    effectOf: ({ key }) => key,
    check: (state, { purse, amount }) => {
      const balance = state.purses.get(purse)!.balance;
      if (balance < 0) throw new Error(`${purse} holds ${balance} after ${amount}`);
    },
    checkAll: (states, postings, answers) => {
      for (const [shard, state] of states.entries()) {
        const sums = new Map<string, number>();
        for (const { purse, amount } of postings[shard]!) sums.set(purse, (sums.get(purse) ?? 0) + amount);
        for (const [purse, { balance }] of state.purses) if (sums.get(purse) !== balance) throw new Error(`${purse} holds ${balance}, its postings ${sums.get(purse)}`);
      }
      const posted = new Map(postings.flat().map(({ key, balance }) => [key, balance]));
      for (const [name, answer] of answers) {
        if (typeof answer === 'number' && posted.get(name) !== answer) throw new Error(`${name} was answered with ${answer}, and posted with ${posted.get(name)}`);
      }
    },
  };
}

export const run = (seed: number) => simulate(purseWorkload(), seed);
