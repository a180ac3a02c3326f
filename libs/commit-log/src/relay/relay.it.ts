import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '@youdian/telemetry';
import { eventually } from '@youdian/testing';
import { openAggregates } from '../aggregate/store.ts';
import { openHistory } from '../history.ts';
import { openCommitLog } from '../log/commit-log.ts';
import { command, install, METER_TOPIC, meters, readMeter } from '../testing/meter.ts';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import type { RelayLimits } from './options.ts';
import { startRelay } from './relay.ts';

let mongo: TestMongo;
before(async () => { mongo = await startTestMongo(); });
after(() => mongo.stop());

async function instance(owner: string, database?: string) {
  const db = await mongo.connect(database);
  const log = await openCommitLog({ db, clock: systemClock });
  const store = await openAggregates(log, meters);
  const publisher = new RecordingPublisher();
  const relay = (limits: Partial<RelayLimits> = {}) => startRelay(log, { publisher, aggregates: [store], owner, limits });
  const install1 = (id: string) => store.execute(id, command('Install', 'k'), install);
  const read = (id: string, n: number) => store.execute(id, command('Read', `r${n}`), readMeter(BigInt(n)));
  return { db, log, store, publisher, relay, install: install1, read, settled: () => eventually('all settled', async () => (await log.commits.countDocuments({ open: 1 })) === 0) };
}

test('each commit is published in the order of its stream, and its read document follows', async () => {
  const it = await instance('a');
  const relay = it.relay();
  const ids = Array.from({ length: 50 }, (_, i) => `m${i}`);
  await Promise.all(ids.map(async (id) => {
    await it.install(id);
    for (let n = 1; n <= 5; n++) await it.read(id, n);
  }));
  await it.settled();
  assert.deepEqual([...it.publisher.sequences().values()], ids.map(() => 6n));
  assert.equal(it.publisher.events.length, 300);
  const documents = await it.store.readModel.documents.find().toArray();
  assert.deepEqual(documents.map(({ version, eventCount, state }) => [version, eventCount, state.totalFen]), ids.map(() => [6, 6, 15n]));
  const [event] = it.publisher.events;
  assert.equal(event!.id, `meter:${event!.subject}:1:0`);
  assert.equal(event!.type, 'youdian.test.v1.MeterInstalled');
  await relay.close();
});

test('what was committed while nobody relayed is swept in order, and only then Progress says so', async () => {
  const it = await instance('a');
  for (let n = 0; n < 20; n++) await it.install(`m${n}`);
  for (let n = 0; n < 20; n++) await it.read(`m${n}`, 1);
  const acknowledged = new Date();
  const relay = it.relay();
  await it.settled();
  const said = await eventually('progress', () => it.publisher.progressed.find(({ through }) => through >= acknowledged));
  assert.equal(said.topic, METER_TOPIC);
  assert.equal(said.after, 40);
  assert.equal([...it.publisher.sequences().values()].every((sequence) => sequence === 2n), true);
  assert.equal((await it.store.find({ 'state.totalFen': 1n })).items.length, 20);
  await relay.close();
});

test('two instances that change the same streams never publish one before the other', async () => {
  const one = await instance('a');
  const two = await instance('b', one.db.databaseName);
  const relay = one.relay();
  const ids = Array.from({ length: 10 }, (_, i) => `m${i}`);
  await Promise.all(ids.map(one.install));
  for (let n = 1; n <= 12; n++) await Promise.all(ids.flatMap((id) => [one.read(id, n), two.read(id, 100 + n)]));
  await one.settled();
  assert.deepEqual([...one.publisher.sequences().values()], ids.map(() => 25n));
  for (const id of ids) assert.equal((await one.store.readModel.documents.findOne({ _id: id }))?.version, 25);
  await relay.close();
});

test('an instance that waits takes over when the owner stops, at once, and when it dies, after its lease', async () => {
  const one = await instance('a');
  const two = await instance('b', one.db.databaseName);
  const first = one.relay();
  await eventually('first is active', () => first.active);
  const second = two.relay();
  await one.install('m1');
  await one.settled();
  assert.equal(second.active, false);
  await first.close();
  await eventually('second is active', () => second.active, 1_500);
  await one.install('m2');
  await two.settled();
  assert.deepEqual([...one.publisher.events, ...two.publisher.events].map((event) => event.subject), ['m1', 'm2']);
  await second.close();
  await two.db.collection<{ _id: string }>('leases').insertOne({ _id: 'relay', owner: 'dead', until: new Date(Date.now() + 1_000) } as { _id: string });
  const third = two.relay();
  await eventually('third is active', () => third.active, 2_500);
  await third.close();
});

test('of topics that several shards publish in there is Progress once all of them are through, and once for all', async () => {
  const { log, publisher } = await instance('a');
  const through = { one: true, other: false };
  const source = (name: keyof typeof through, topics: string[]) => ({ topics, published: async () => through[name] });
  const sources = [source('one', ['t', 'u']), source('other', ['t', 'u']), source('one', ['own'])];
  const relay = startRelay(log, { publisher, aggregates: [], sources, owner: 'a' });
  await eventually('progress of a topic of its own', () => publisher.progressed.length >= 2);
  assert.deepEqual(new Set(publisher.progressed.map(({ topic }) => topic)), new Set(['own']));
  through.other = true;
  await eventually('progress of the others', () => publisher.progressed.some(({ topic }) => topic === 'u'));
  await relay.close();
  const said = publisher.progressed.filter(({ topic }) => topic === 't').map(({ through: at }) => at.getTime());
  assert.equal(new Set(said).size, said.length);
});

test('while Kafka takes nothing the relay says so, keeps order, and goes on by itself', async () => {
  const it = await instance('a');
  const relay = it.relay();
  await it.install('m1');
  await it.settled();
  it.publisher.failing = new Error('broker away');
  for (let n = 1; n <= 5; n++) await it.read('m1', n);
  await eventually('says so', () => relay.problem()?.includes('broker away'));
  const said = it.publisher.progressed.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  assert.equal(it.publisher.progressed.length, said);
  it.publisher.failing = undefined;
  await it.settled();
  assert.deepEqual(it.publisher.events.map((event) => event.sequence), [1n, 2n, 3n, 4n, 5n, 6n]);
  await eventually('is well again', () => relay.problem() === undefined);
  await relay.close();
});

test('what is committed while Kafka takes nothing can be found meanwhile, also more than waits to be published', async () => {
  const it = await instance('a');
  const relay = it.relay({ queuedCommits: 4, batchCommits: 2, sweepMs: 100 });
  await eventually('active', () => relay.active);
  it.publisher.failing = new Error('broker away');
  const ids = Array.from({ length: 30 }, (_, i) => `m${i}`);
  await Promise.all(ids.map(async (id) => {
    await it.install(id);
    await it.read(id, 1);
  }));
  const found = () => it.store.find({ 'state.totalFen': 1n });
  await eventually('all are found', async () => (await found()).items.length === ids.length);
  assert.equal(it.publisher.events.length, 0);
  it.publisher.failing = undefined;
  await it.settled();
  assert.deepEqual([...it.publisher.sequences().values()], ids.map(() => 2n));
  await relay.close();
});

test('what did not fit while Kafka took nothing is out before Progress says that it is', async () => {
  const it = await instance('a');
  const relay = it.relay({ queuedCommits: 4, batchCommits: 2, sweepMs: 100 });
  await eventually('active', () => relay.active);
  it.publisher.failing = new Error('broker away');
  for (let n = 1; n <= 12; n++) {
    await it.install(`m${n}`);
    await eventually('it is found', async () => (await it.store.find({})).items.length === n);
  }
  const acknowledged = new Date();
  await new Promise((resolve) => setTimeout(resolve, 500));
  it.publisher.failing = undefined;
  await it.settled();
  await eventually('progress', () => it.publisher.progressed.some(({ through }) => through >= acknowledged));
  for (const { through, after } of it.publisher.progressed) if (through >= acknowledged) assert.ok(after >= 12, `${after} of 12 were out`);
  await relay.close();
});

test('a read document that is missing, old or ahead of nothing is mended by the next commit or by a rebuild', async () => {
  const it = await instance('a');
  const relay = it.relay();
  for (const id of ['m1', 'm2', 'm3']) {
    await it.install(id);
    await it.read(id, 1);
  }
  await it.settled();
  await it.store.readModel.documents.deleteOne({ _id: 'm1' });
  await it.store.readModel.documents.updateOne({ _id: 'm2' }, { $set: { version: 1, 'state.totalFen': 99n } });
  assert.equal((await it.store.read('m1'))?.state.totalFen, 1n);
  await it.read('m1', 2);
  await it.read('m2', 2);
  await it.settled();
  assert.equal((await it.store.readModel.documents.findOne({ _id: 'm1' }))?.state.totalFen, 3n);
  assert.equal((await it.store.readModel.documents.findOne({ _id: 'm2' }))?.state.totalFen, 3n);
  await it.store.readModel.documents.deleteMany({});
  await it.store.readModel.rebuild();
  assert.deepEqual((await it.store.find({})).items.map(({ id, version, state }) => [id, version, state.totalFen]), [['m1', 3, 3n], ['m2', 3, 3n], ['m3', 2, 1n]]);
  await relay.close();
});

test('history gives the very events that were published, from a sequence, and all of a topic from a cursor', async () => {
  const it = await instance('a');
  const relay = it.relay();
  for (const id of ['m1', 'm2', 'm3']) {
    await it.install(id);
    for (let n = 1; n <= 3; n++) await it.read(id, n);
  }
  await relay.close();
  const history = openHistory(it.log, [it.store]);
  const all: { event: unknown; cursor: string }[] = [];
  for await (const entry of history.readAll(METER_TOPIC)) all.push(entry);
  const published = [...it.publisher.events].sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : Number(a.sequence - b.sequence)));
  assert.deepEqual(all.map(({ event }) => event), published);
  for (let from = 0; from < all.length; from++) {
    const rest: unknown[] = [];
    for await (const { event } of history.readAll(METER_TOPIC, all[from]!.cursor)) rest.push(event);
    assert.deepEqual(rest, published.slice(from + 1));
  }
  const some: bigint[] = [];
  for await (const event of history.read(METER_TOPIC, 'm2', 3n)) some.push(event.sequence);
  assert.deepEqual(some, [3n, 4n]);
  for await (const _ of history.read('other.topic.v1', 'm2', 1n)) assert.fail('another topic has no events here');
});

test('close lets everything out that was committed', async () => {
  const it = await instance('a');
  const relay = it.relay();
  await eventually('active', () => relay.active);
  await Promise.all(Array.from({ length: 500 }, (_, i) => it.install(`m${i}`)));
  await relay.close();
  assert.equal(it.publisher.events.length, 500);
  assert.equal(await it.log.commits.countDocuments({ open: 1 }), 0);
});
