import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { isRejection, Rejected } from '@youdian/rejection';
import { systemClock } from '@youdian/telemetry';
import { eventually } from '@youdian/testing';
import { openHistory } from '../history.ts';
import { openCommitLog } from '../log/commit-log.ts';
import { startRelay } from '../relay/relay.ts';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { post, PURSE_TOPIC, purseLedger } from '../testing/purse.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import type { ShardLimits } from './definition.ts';
import { dumpShard } from './dump.ts';
import { mongoShardStore } from './mongo-store.ts';
import { openShard } from './shard.ts';
import { verifyShard } from './verify.ts';

let mongo: TestMongo;
before(async () => { mongo = await startTestMongo(); });
after(() => mongo.stop());

async function instance(owner: string, database?: string, limits: Partial<ShardLimits> = {}) {
  const db = await mongo.connect(database);
  const log = await openCommitLog({ db, clock: systemClock });
  const publisher = new RecordingPublisher();
  const open = () => openShard(log, purseLedger(), { publisher, owner, limits });
  const shard = await open();
  return { db, log, publisher, shard, open, owns: () => eventually(`${owner} owns the shard`, () => shard.owned) };
}

const code = (expected: string) => (error: unknown) => error instanceof Rejected && isRejection(error.rejection) && error.rejection.code === expected;

test('postings are decided in order, answered when durable, and published in order', async () => {
  const { shard, publisher, db, owns } = await instance('a');
  await owns();
  const answers = await Promise.all(Array.from({ length: 5_000 }, (_, i) => shard.submit(post(`k${i}`, `p${i % 10}`, 1))));
  assert.deepEqual(answers.slice(0, 12), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
  assert.equal(await shard.read((state) => state.purses.get('p3')!.balance), 500);
  await eventually('published', () => publisher.events.length === 5_000);
  assert.deepEqual([...publisher.sequences().values()], Array.from({ length: 10 }, () => 500n));
  await shard.close();
  const lines = await Array.fromAsync(dumpShard(db, 'purse-0', purseLedger().codec.decode));
  assert.equal(lines.every((line) => line.fault === undefined), true);
  assert.equal(lines.reduce((sum, line) => sum + line.postings.length, 0), 5_000);
  assert.ok(lines.length < 20, `${lines.length} commits: they were not grouped`);
});

test('a key gets its first answer again, another input is a conflict, and a refusal changes nothing', async () => {
  const { shard, owns } = await instance('a');
  await owns();
  assert.equal(await shard.submit(post('k1', 'p', 5)), 5);
  assert.equal(await shard.submit(post('k2', 'p', 5)), 10);
  assert.equal(await shard.submit(post('k1', 'p', 5)), 5);
  await assert.rejects(shard.submit(post('k1', 'p', 6)), code('IDEMPOTENCY_KEY_REUSED'));
  await assert.rejects(shard.submit(post('k3', 'p', -11)), code('PURSE_EMPTY'));
  assert.equal(await shard.read((state) => state.purses.get('p')!.balance), 10);
  await shard.close();
});

test('what was acknowledged is there after a restart, from snapshot and tail as from all commits', async () => {
  const one = await instance('a', undefined, { snapshotCommits: 5, snapshotPostings: 100 });
  await one.owns();
  for (let n = 0; n < 30; n++) await one.shard.submit(post(`k${n}`, `p${n % 3}`, n));
  await eventually('a snapshot stands', () => one.db.collection('snapshots').countDocuments());
  await one.shard.submit(post('last', 'p0', 1));
  await one.shard.close();
  const seen: string[] = [];
  for (const forget of ['nothing', 'newest chunk', 'all snapshots'] as const) {
    if (forget === 'newest chunk') await one.db.collection('snapshot_chunks').deleteOne({}, { sort: { _id: -1 } } as object);
    if (forget === 'all snapshots') await one.db.collection('snapshots').deleteMany({});
    const again = await instance(`after ${forget}`, one.db.databaseName, { snapshotCommits: 1e9, snapshotPostings: 1e9 });
    await again.owns();
    seen.push(await again.shard.read((state) => JSON.stringify([[...state.purses], [...state.keys], state.count])));
    assert.equal(await again.shard.submit(post('last', 'p0', 1)), 136);
    await again.shard.close();
  }
  assert.equal(new Set(seen).size, 1);
  assert.equal(JSON.parse(seen[0]!)[2], 31);
});

test('snapshots are made in pieces while the writer goes on, and each is what the commits come to', async () => {
  const one = await instance('a', undefined, { snapshotCommits: 4, snapshotChunkBytes: 500 });
  await one.owns();
  const store = mongoShardStore(one.db);
  const seen = new Set<string>();
  for (let n = 0; seen.size < 3 || n < 60; n++) {
    await one.shard.submit(post(`k${n}`, `p${n % 7}`, n + 1));
    for (const { _id } of await store.snapshots.manifests('purse-0')) seen.add(_id);
    assert.ok(n < 5_000, `only ${seen.size} snapshots`);
  }
  await one.shard.close();
  const manifests = await store.snapshots.manifests('purse-0');
  assert.ok(manifests.length <= 2, 'those before the last two are dropped');
  assert.ok(manifests[0]!.chunks.length > 1, 'it is in pieces');
  const verdict = await verifyShard(store, purseLedger(), { check: () => {}, difference: (replayed, snapshot) => (isDeepStrictEqual(replayed, snapshot) ? undefined : 'all'), heads: [] });
  assert.equal(verdict.fault, undefined);
});

test('an altered commit is found out, and the shard does not open', async () => {
  const one = await instance('a', undefined, { snapshotCommits: 1e9, snapshotPostings: 1e9 });
  await one.owns();
  await one.shard.submit(post('k1', 'p', 5));
  await one.shard.submit(post('k2', 'p', 5));
  await one.shard.close();
  await one.db.collection('snapshots').deleteMany({});
  const commits = one.db.collection<{ _id: string; body: Buffer }>('commits');
  const body = purseLedger().codec.encode([{ key: 'k1', purse: 'p', amount: 50, balance: 50, sequence: 1, at: 0 }]);
  await commits.updateOne({ _id: 'purse-0:000000000002' }, { $set: { body: Buffer.from(body) } });
  const two = await instance('b', one.db.databaseName);
  await eventually('says so', () => two.shard.problem()?.includes('has been altered'));
  assert.equal(two.shard.owned, false);
  await two.shard.close();
});

test('a posting that contradicts the state stops the shard, which comes back as it was', async () => {
  const { shard, owns } = await instance('a');
  await owns();
  await shard.submit(post('k1', 'p', 5));
  await assert.rejects(
    shard.submit(() => ({ postings: [{ key: 'x', purse: 'p', amount: 1, balance: 1, sequence: 2, at: 0 }], result: 1 })), code('SHARD_NOT_HERE'));
  await eventually('back', () => shard.owned);
  assert.equal(await shard.read((state) => state.purses.get('p')!.balance), 5);
  await shard.close();
});

test('two writers fight: one steps down, and no acknowledged posting is lost or doubled', async () => {
  const one = await instance('a');
  await one.owns();
  const two = await instance('b', one.db.databaseName);
  const acknowledged = new Map<string, number>();
  let stop = false;
  const clients = Array.from({ length: 16 }, async (_, client) => {
    for (let n = 0; !stop; n++) {
      const key = `${client}-${n}`;
      // As a caller does: the same key again, at whoever answers, until it is known.
      for (let at = n; ; at++) {
        try {
          acknowledged.set(key, await (at % 2 ? one : two).shard.submit(post(key, `p${client}`, 1)));
          break;
        } catch (error) {
          assert.ok(error instanceof Rejected && error.rejection.kind === 'unavailable', String(error));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    }
  });
  const leases = one.db.collection<{ _id: string; owner: string; until: Date }>('leases');
  for (const owner of ['b', 'a', 'b']) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The lease goes to the other while its holder still believes in it.
    await leases.updateOne({ _id: 'shard:purse-0' }, { $set: { owner, until: new Date(Date.now() + 3_000) } });
    const next = owner === 'a' ? one : two;
    await eventually(`${owner} took over`, () => next.shard.owned);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  stop = true;
  await Promise.all(clients);
  const lines = await Array.fromAsync(dumpShard(one.db, 'purse-0', purseLedger().codec.decode));
  assert.deepEqual(lines.filter((line) => line.fault), []);
  assert.ok(lines.filter((line) => line.commit.kind === 'takeover').length >= 4);
  const stored = new Map(lines.flatMap((line) => line.postings).map((posting) => [posting.key, posting.balance]));
  assert.equal(lines.reduce((sum, line) => sum + line.postings.length, 0), stored.size);
  for (const [key, balance] of acknowledged) assert.equal(stored.get(key), balance, key);
  assert.equal(stored.size, acknowledged.size);
  await one.shard.close();
  await two.shard.close();
  const published = new RecordingPublisher();
  published.events.push(...one.publisher.events);
  const all = [...one.publisher.events, ...two.publisher.events];
  assert.equal(new Set(all.map((event) => event.id)).size, stored.size);
});

test('a writer that was paused answers no read from its memory: it sees that it was replaced', async () => {
  const one = await instance('a');
  await one.owns();
  await one.shard.submit(post('k1', 'p', 5));
  // Another took the shard over while this one slept and its lease seemed good.
  const { takeoverAfter, tailAfter, batchAfter, BEGINNING } = await import('./commit.ts');
  const commits = one.db.collection<{ _id: string }>('commits', { promoteBuffers: true });
  let tail = BEGINNING;
  for (const commit of await commits.find().sort({ _id: 1 }).toArray()) tail = tailAfter(tail, commit as never);
  const takeover = takeoverAfter('purse-0', tail, 'other', new Date());
  tail = tailAfter(tail, takeover);
  const body = purseLedger().codec.encode([{ key: 'k2', purse: 'p', amount: 2, balance: 7, sequence: 2, at: 0 }]);
  const batch = batchAfter('purse-0', tail, 1, Buffer.from(body), new Date());
  await commits.insertMany([takeover, batch]);
  await assert.rejects(one.shard.read((state) => state.purses.get('p')!.balance), code('SHARD_NOT_HERE'));
  await one.owns();
  assert.equal(await one.shard.read((state) => state.purses.get('p')!.balance), 7);
  await one.shard.close();
});

test('a shard publishes what a crash left, its history is what was published, and Progress waits for it', async () => {
  const one = await instance('a');
  await one.owns();
  one.publisher.failing = new Error('broker away');
  for (let n = 0; n < 40; n++) await one.shard.submit(post(`k${n}`, `p${n % 4}`, 1));
  assert.equal(await one.shard.progress.published(50), false);
  const relayed = new RecordingPublisher();
  const relay = startRelay(one.log, { publisher: relayed, aggregates: [], sources: [one.shard.progress], owner: 'a' });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.deepEqual(relayed.progressed, []);
  const acknowledged = new Date();
  one.publisher.failing = undefined;
  await eventually('progress', () => relayed.progressed.some(({ topic, through }) => topic === PURSE_TOPIC && through > acknowledged));
  await relay.close();
  assert.deepEqual([...one.publisher.sequences().values()], [10n, 10n, 10n, 10n]);
  await one.shard.close();
  const ids = (events: readonly { id: string }[]) => events.map((event) => event.id).sort();
  const two = await instance('b', one.db.databaseName);
  for (const owned of [false, true]) {
    if (owned) await two.owns(); // before, it has no memory to find them by, and reads all commits
    const history = openHistory(two.log, [], [two.shard.history]);
    const all = await Array.fromAsync(history.readAll(PURSE_TOPIC));
    assert.deepEqual(ids(all.map(({ event }) => event)), ids(one.publisher.events));
    const rest = await Array.fromAsync(history.readAll(PURSE_TOPIC, all[24]!.cursor));
    assert.deepEqual(rest.map(({ event }) => event.id), all.slice(25).map(({ event }) => event.id));
    const some = await Array.fromAsync(history.read(PURSE_TOPIC, 'p2', 8n));
    assert.deepEqual(some.map((event) => event.sequence), [8n, 9n, 10n]);
    assert.deepEqual(some, one.publisher.events.filter((event) => event.subject === 'p2' && event.sequence >= 8n));
  }
  assert.deepEqual((await Array.fromAsync(two.shard.history.postingsFrom(38))).map((posting) => posting.key), ['k37', 'k38', 'k39']);
  assert.deepEqual(await Array.fromAsync(two.shard.history.eventsFrom(PURSE_TOPIC, 39)), one.publisher.events.slice(-2));
  assert.deepEqual(await Array.fromAsync(two.shard.history.postingsFrom(41)), []);
  assert.deepEqual((await two.shard.postings([1, 2, 40])).map((posting) => posting.key), ['k0', 'k1', 'k39']);
  await two.shard.close();
  assert.deepEqual(two.publisher.events, []);
});
