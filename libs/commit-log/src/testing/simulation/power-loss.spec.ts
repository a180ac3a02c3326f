/** A log that lost its end, or was altered: the shard opens with a right prefix of it, or says where it is damaged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection } from '@youdian/rejection';
import { batchAfter, BEGINNING, DamagedLog, tailAfter, takeoverAfter, type ShardCommit, type Tail } from '../../shard/commit.ts';
import { recover } from '../../shard/recover.ts';
import { runShard } from '../../shard/shard.ts';
import { Snapshots } from '../../shard/snapshots.ts';
import { post, purseLedger, type PursePosting, type PurseState } from '../purse.ts';
import { Faults } from './faults.ts';
import { seedsOfRun } from './many-seeds.ts';
import { SimulatedProcess } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedServer } from './server.ts';
import { DIRECT, simulatedStore } from './simulated-store.ts';

const PLACES_IN_TEST = 100;
const PLACES_IN_SOAK = 10_000;
const CHUNK_BYTES = 400;
const AT = new Date(0);
const ledger = purseLedger();
const never = new AbortController().signal;

interface Given {
  readonly server: SimulatedServer;
  readonly store: ReturnType<typeof simulatedStore>;
  readonly scheduler: Scheduler;
  readonly log: readonly ShardCommit[];
  /** The state after each commit, as its snapshot. */
  readonly states: ReadonlyMap<number, string>;
  readonly published: number;
  /** The newest snapshot's seq; 0 without. */
  readonly snapshot: number;
}

/** A log of 20 to 60 commits, some of it published, with or without snapshots. */
async function given(random: Random, { snapshots = random.between(0, 2), published = 1 } = {}): Promise<Given> {
  const scheduler = new Scheduler();
  const faults = new Faults(random);
  faults.active = false;
  const server = new SimulatedServer(scheduler, random, faults);
  const store = simulatedStore(server, DIRECT);
  const state = ledger.machine.initial();
  const log: ShardCommit[] = [];
  const states = new Map<number, string>();
  const tails: Tail[] = [];
  let tail = BEGINNING;
  const length = random.between(20, 60);
  while (log.length < length) {
    const postings = log.length > 0 && random.chance(0.9) ? commands(random, state) : [];
    const body = Buffer.from(ledger.codec.encode(postings));
    log.push(postings.length > 0 ? batchAfter(ledger.shard, tail, postings.length, body, AT) : takeoverAfter(ledger.shard, tail, `owner ${log.length}`, AT));
    tail = tailAfter(tail, log.at(-1)!);
    tails.push(tail);
    states.set(tail.seq, print(state));
  }
  server.replace(ledger.shard, log);
  const at = Array.from({ length: snapshots }, () => random.between(2, length)).sort((a, b) => a - b);
  for (const seq of at) await new Snapshots(store.snapshots, ledger.shard, CHUNK_BYTES).save(ledger.snapshot.form, tails[seq - 1]!, [Buffer.from(states.get(seq)!)]);
  server.setPosition(ledger.shard, Math.floor(random.between(0, length) * published));
  return { server, store, scheduler, log, states, published: server.position(ledger.shard), snapshot: at.at(-1) ?? 0 };
}

function commands(random: Random, state: PurseState): PursePosting[] {
  const postings: PursePosting[] = [];
  for (let n = random.between(1, 4); n > 0; n--) {
    const decision = post(`k${state.count}`, `p${random.between(0, 4)}`, random.between(-9, 12) || 1)(state, AT);
    if (isRejection(decision)) continue;
    for (const posting of decision.postings ?? []) {
      ledger.machine.apply(state, posting);
      postings.push(posting);
    }
  }
  return postings;
}

const print = (state: PurseState) => Buffer.concat(ledger.snapshot.encode(state)).toString();

/** Each does one thing to the log, or to a snapshot, and says what. */
const DAMAGES: Readonly<Record<string, (random: Random, given: Given) => void>> = {
  'the end cut off': (random, { server, log }) => server.replace(ledger.shard, log.slice(0, random.between(0, log.length))),
  'a commit left out': (random, { server, log }) => server.replace(ledger.shard, log.toSpliced(random.between(0, log.length - 1), 1)),
  'a byte of the body': alter((commit, random) => ({ body: flipped(commit.body, random) })),
  'the hash': alter(({ hash }, random) => ({ hash: flipped(Buffer.from(hash, 'hex'), random).toString('hex') })),
  'the epoch': alter(({ epoch }, random) => ({ epoch: epoch ^ (1 << random.between(0, 3)) })),
  'the count': alter(({ count }, random) => ({ count: count ^ (1 << random.between(0, 3)) })),
  'the number of the first posting': alter(({ first }, random) => ({ first: (first ?? 0) ^ (1 << random.between(0, 3)) })),
  'the kind': alter(({ kind }) => ({ kind: kind === 'batch' ? 'takeover' : 'batch' })),
  'a byte of a snapshot': (random, { server }) => {
    for (const [id, bytes] of server.chunks) if (random.chance(0.5)) server.chunks.set(id, flipped(bytes, random));
  },
  'a manifest': (random, { server }) => {
    for (const [id, manifest] of server.manifests) {
      const { epoch, hash, sha256, chunks, form } = manifest;
      const flip = random.pick([{ epoch: epoch ^ 1 }, { hash: `0${hash.slice(1)}` }, { chunks: chunks.with(-1, { ...chunks.at(-1)!, sha256: `0${chunks.at(-1)!.sha256.slice(1)}` }) }, { chunks: [...chunks, chunks[0]!] }, { chunks: chunks.slice(1) }, { sha256: `0${sha256.slice(1)}` }, { form: form + 1 }]);
      server.manifests.set(id, { ...manifest, ...flip });
    }
  },
};

function alter(change: (commit: ShardCommit, random: Random) => Partial<ShardCommit>) {
  return (random: Random, { server, log }: Given) => {
    const at = random.between(0, log.length - 1);
    server.replace(ledger.shard, log.with(at, { ...log[at]!, ...change(log[at]!, random) }));
  };
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.between(0, copy.length - 1);
  copy[at] = copy[at]! ^ (1 << random.between(0, 7));
  return copy;
}

async function opened({ store }: Given) {
  return recover(ledger, store, new Snapshots(store.snapshots, ledger.shard, CHUNK_BYTES), never).catch((error: Error) => error);
}

/** Right, or refused with the place. Returns which. */
async function mustBeRight(damaged: Given): Promise<'right' | 'refused'> {
  const { log, states, published, snapshot, store, scheduler } = damaged;
  const recovered = await opened(damaged);
  if (recovered instanceof Error) {
    assert.ok(recovered instanceof DamagedLog, `${recovered.stack}`);
    assert.match(recovered.message, /commits? (up to |purse-0:)?\d+/);
    return 'refused';
  }
  const { tail, state } = recovered;
  assert.ok(tail.seq >= published, `it ends at ${tail.seq}, and ${published} are published`);
  assert.ok(tail.seq >= snapshot, `it ends at ${tail.seq}, and there was a snapshot at ${snapshot}`);
  assert.equal(tail.hash, tail.seq === 0 ? '' : log[tail.seq - 1]!.hash);
  assert.equal(print(state), states.get(tail.seq) ?? print(ledger.machine.initial()));
  assert.equal(tail.postings, state.count);
  // And it goes on from there.
  const inserting = store.log.insert(takeoverAfter(ledger.shard, tail, 'next', AT), 1_000);
  await scheduler.drain();
  assert.equal(await inserting, true);
  const again = await opened(damaged);
  assert.ok(!(again instanceof Error), String(again));
  assert.deepEqual([print(again.state), again.tail.seq], [print(state), tail.seq + 1]);
  return 'right';
}

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`${what}: a right prefix, no shorter than what was published, or a refusal that says where`, async (t) => {
    const outcomes = { right: 0, refused: 0 };
    for (const seed of seedsOfRun(PLACES_IN_TEST, PLACES_IN_SOAK)) {
      const random = new Random(seed);
      const world = await given(random);
      damage(random, world);
      try {
        outcomes[await mustBeRight(world)] += 1;
      } catch (error) {
        throw new Error(`YOUDIAN_SEED=${seed} YOUDIAN_SEEDS=1 node --test libs/commit-log/src/testing/simulation/power-loss.spec.ts`, { cause: error });
      }
    }
    t.diagnostic(JSON.stringify(outcomes));
  });
}

test('a log without its published end is refused in words, and so is one that ends before its snapshot', async () => {
  const published = await given(new Random(5), { snapshots: 0, published: 1 });
  const { server, log } = published;
  server.setPosition(ledger.shard, log.length);
  server.replace(ledger.shard, log.slice(0, -1));
  assert.match(String(await opened(published)), new RegExp(`ends at commit ${log.length - 1}, but commits up to ${log.length} have been published`));
  const snapshotted = await given(new Random(6), { snapshots: 1, published: 0 });
  snapshotted.server.replace(ledger.shard, snapshotted.log.slice(0, snapshotted.snapshot - 1));
  assert.match(String(await opened(snapshotted)), /has no commit purse-0:\d+, of which there is a snapshot/);
});

test('what was altered before a snapshot, and not yet published, is not published', async () => {
  const { server, store, log, scheduler, snapshot } = await given(new Random(11), { snapshots: 1, published: 0 });
  const at = log.findIndex(({ kind, seq }) => kind === 'batch' && seq > 4 && seq < snapshot);
  assert.ok(at > 0);
  server.replace(ledger.shard, log.with(at, { ...log[at]!, body: Buffer.from(log[at]!.body.toString().replace('"p', '"q')) }));
  const process = new SimulatedProcess(scheduler, 'a', 0);
  const subjects: string[] = [];
  const publisher = { publish: async (events: readonly { subject: string }[]) => void subjects.push(...events.map(({ subject }) => subject)), progress: async () => {} };
  const shard = runShard({ store, clock: process.clock, timers: process.timers }, ledger, { publisher, owner: 'a' });
  await scheduler.run(() => shard.owned && shard.problem() !== undefined, 10_000);
  assert.match(shard.problem()!, /has been altered/);
  assert.ok(subjects.every((subject) => subject.startsWith('p')));
});
