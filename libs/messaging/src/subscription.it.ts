import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createLogger } from '@youdian/telemetry';
import { MongoClient, type Db } from 'mongodb';
import { pause } from './backoff.ts';
import { listDeadLetters, replay, skip } from './dead-letter-tool.ts';
import { Poison, Unavailable } from './errors.ts';
import { encodeEvent, type ReceivedEvent } from './event.ts';
import { startServers, type Servers } from './it-servers.ts';
import { Owner, until } from './it-support.ts';
import { connect, type Kafka } from './kafka.ts';
import { MongoInboxStore, type MongoEffect } from './mongo-inbox-store.ts';
import { partitionOf } from './partition.ts';
import type { KafkaPublisher } from './publisher.ts';
import type { Subscription, SubscriptionOptions } from './subscription.ts';

const log = createLogger('test', process.env['LOG_LEVEL'] ?? 'silent');
let servers: Servers;
let client: MongoClient;
let kafka: Kafka;
let publisher: KafkaPublisher;
let runs = 0;

/** One test's owner, topic and group. */
let owner: Owner;
let group: string;
let db: Db;

before(async () => {
  servers = await startServers();
  client = await new MongoClient(servers.mongoUri('messaging'), { useBigInt64: true }).connect();
  kafka = connect({ brokers: [servers.brokers], clientId: 'test', log });
  publisher = kafka.publisher({ source: '/youdian/owner' });
});
after(async () => {
  await kafka?.close();
  await client?.close();
  await servers?.stop();
});
beforeEach(async () => {
  runs += 1;
  owner = new Owner(`owner.thing-${process.pid}-${runs}.v1`);
  group = `consumer-${process.pid}-${runs}`;
  db = client.db(`subscription_${process.pid}_${runs}`);
  await kafka.ensureTopics([{ topic: owner.topic, partitions: 3 }]);
});

const effectOf = (event: ReceivedEvent): MongoEffect[] => [{ collection: 'effects', insert: { _id: event.id, n: event.sequence } }];

function subscribe(over: Partial<SubscriptionOptions<MongoEffect>> = {}): Subscription<MongoEffect> {
  return kafka.subscribe({
    group, topics: [owner.topic], store: new MongoInboxStore(db, group), history: owner, handle: effectOf, ...over, limits: { graceMs: 200, ...over.limits },
  });
}

const effects = async (): Promise<string[]> => (await db.collection<{ _id: string }>('effects').find().toArray()).map(({ _id }) => _id).sort();
const effectsAre = (ids: readonly string[]): Promise<void> => until(async () => String(await effects()) === String([...ids].sort()), 20_000, () => ({ wanted: ids }));
const commits = (subject: string, count: number): ReturnType<Owner['commit']>[] => Array.from({ length: count }, () => owner.commit(subject));

test('all events of all subjects have their effect, and Progress is told behind them', async () => {
  const events = Array.from({ length: 50 }, (_, i) => owner.commit(`s${i % 7}`));
  await publisher.publish(events);
  const through = new Date('2026-04-01T00:00:00.000Z');
  await publisher.progress(owner.topic, through);
  const told = new Map<number, [Date, number]>();
  const subscription = subscribe({ onProgress: (_topic, partition, at) => { told.set(partition, [at, runs]); } });
  await effectsAre(owner.ids());
  await until(() => told.size === 3);
  assert.ok([...told.values()].every(([at]) => at.getTime() === through.getTime()));
  await subscription.stop();
});

test('a doubled event and one out of order', async () => {
  const [one, two, three] = commits('a', 3);
  await publisher.publish([one!, three!, one!, three!]);
  const subscription = subscribe({ limits: { graceMs: 60_000 } });
  await effectsAre(['a:1:0']);
  await publisher.publish([two!, two!]);
  await effectsAre(owner.ids());
  assert.deepEqual(owner.reads, [], 'nobody had to be asked');
  await subscription.stop();
});

test('a gap is healed from the owner\'s history', async () => {
  const events = commits('a', 10);
  await publisher.publish([events[0]!, events[6]!, events[9]!]);
  const subscription = subscribe();
  await effectsAre(owner.ids());
  assert.ok(owner.reads.includes('a:2'));
  await until(() => subscription.status().parked === 0);
  await subscription.stop();
});

test('a poisoned event goes to the dead letters, the partition goes on, and a replay brings all that waited', async () => {
  let fixed = false;
  const options: Partial<SubscriptionOptions<MongoEffect>> = {
    handle: (event) => { if (!fixed && event.id === 'bad:2:0') throw new Poison('unknown usage nature'); return effectOf(event); },
  };
  // In the same partition, so that it is seen to go on.
  const good = Array.from({ length: 99 }, (_, i) => `good${i}`).find((subject) => partitionOf(subject, 3) === partitionOf('bad', 3))!;
  await publisher.publish([...commits('bad', 3), ...commits(good, 2)]);
  await publisher.records(owner.topic, [{ key: 'bad', value: Buffer.from('no event at all'), headers: {} }]);
  await publisher.publish(commits(good, 1));
  const subscription = subscribe(options);
  await effectsAre(['bad:1:0', `${good}:1:0`, `${good}:2:0`, `${good}:3:0`]);
  const brokers = [servers.brokers];
  await until(async () => (await listDeadLetters({ brokers, group, log })).length === 2);
  const letters = await listDeadLetters({ brokers, group, log });
  assert.deepEqual(letters.map(({ reason, attempts, topic }) => [reason, attempts, topic]).sort(), [
    ['Poison: unknown usage nature', 1, owner.topic], ['ce_specversion is missing, not 1.0', 0, owner.topic],
  ].sort());
  const poisoned = letters.find(({ attempts }) => attempts === 1)!;
  assert.deepEqual([poisoned.group, poisoned.headers['ce_id'], String(poisoned.value)], [group, 'bad:2:0', '{}']);
  fixed = true;
  assert.deepEqual(await replay({ brokers, group, ids: [poisoned.id], log }), [poisoned.id]);
  await effectsAre(owner.ids());
  const states = (await listDeadLetters({ brokers, group, log })).map(({ id, state }) => [id === poisoned.id, state]).sort();
  assert.deepEqual(states, [[false, 'open'], [true, 'replayed']]);
  await assert.rejects(replay({ brokers, group, ids: [poisoned.id], log }), /no open dead letter/);
  await subscription.stop();
});

test('a skip with a reason lets the subject go on and marks it incomplete', async () => {
  const subscription = subscribe({ handle: (event) => { if (event.sequence === 2n) throw new Poison('cannot be'); return effectOf(event); } });
  await publisher.publish(commits('a', 4));
  const target = { brokers: [servers.brokers], group, log };
  await until(async () => (await listDeadLetters(target)).length === 1);
  await assert.rejects(skip({ ...target, ids: 'all', reason: ' ' }), /needs a reason/);
  await skip({ ...target, ids: 'all', reason: 'a test record of the pilot' });
  await effectsAre(['a:1:0', 'a:3:0', 'a:4:0']);
  const state = async () => (await new MongoInboxStore(db, group).subjects(owner.topic, ['a'])).get('a');
  await until(async () => (await state())?.sequence === 4n); // effects are written before the subject's state
  assert.equal((await state())?.incomplete, '2: a test record of the pilot');
  assert.deepEqual((await listDeadLetters(target)).map((letter) => letter.state), ['skipped']);
  await subscription.stop();
});

test('a replay goes to its group and to no other', async () => {
  const seen: string[] = [];
  const other = kafka.subscribe<MongoEffect>({
    group: `${group}-other`, topics: [owner.topic], store: new MongoInboxStore(db, `${group}-other`), history: owner, handle: (event) => { seen.push(event.id); return []; },
  });
  let fixed = false;
  const subscription = subscribe({ handle: (event) => { if (!fixed) throw new Poison('not yet'); return effectOf(event); } });
  await publisher.publish(commits('a', 1));
  const target = { brokers: [servers.brokers], group, log };
  await until(async () => (await listDeadLetters(target)).length === 1 && seen.length === 1);
  fixed = true;
  await replay({ ...target, ids: 'all' });
  await effectsAre(owner.ids());
  assert.deepEqual(seen, ['a:1:0']);
  await Promise.all([other.stop(), subscription.stop()]);
});

test('a group that starts after retention has passed takes all from the history, then from the topic', async () => {
  const old = [...commits('a', 40), ...commits('b', 40), ...commits('c', 3)];
  await publisher.publish(old);
  await kafka.deleteRecords(owner.topic, (await kafka.offsets(owner.topic)).map(({ partition, latest }) => ({ partition, offset: latest })));
  const subscription = subscribe({ limits: { healBatch: 7 } });
  await subscription.ready;
  await effectsAre(owner.ids());
  await publisher.publish([...commits('a', 2), ...commits('d', 1)]);
  await effectsAre(owner.ids());
  assert.equal(owner.reads.filter((read) => read.startsWith('all')).length, 1);
  await subscription.stop();
});

test('a catch-up that was interrupted goes on where it was', async () => {
  await publisher.publish([...commits('a', 50), ...commits('b', 50)]);
  await kafka.deleteRecords(owner.topic, (await kafka.offsets(owner.topic)).map(({ partition, latest }) => ({ partition, offset: latest })));
  let away = false;
  const handle = (event: ReceivedEvent): MongoEffect[] => {
    if (event.id === 'b:20:0' && !away) { away = true; throw new Unavailable('stopped here'); }
    return effectOf(event);
  };
  const subscription = subscribe({ handle, limits: { healBatch: 5 } });
  await effectsAre(owner.ids());
  const starts = owner.reads.filter((read) => read.startsWith('all'));
  assert.equal(starts.length, 2);
  assert.ok(Number(starts[1]!.slice(4)) >= 50, `the second began at ${starts[1]}`);
  await subscription.stop();
});

test('recreated topics: a group whose offsets mean nothing any more finds out and loses none', async () => {
  await publisher.publish(commits('a', 20));
  const first = subscribe();
  await effectsAre(owner.ids());
  await first.stop();
  await kafka.deleteTopics([owner.topic]);
  await until(async () => !(await kafka.topics()).includes(owner.topic));
  await kafka.ensureTopics([{ topic: owner.topic, partitions: 3 }]);
  commits('a', 5); // committed, and published to the topic that is gone
  const fresh = kafka.publisher({ source: '/youdian/owner' });
  await fresh.publish(commits('a', 2));
  const second = subscribe();
  await effectsAre(owner.ids());
  assert.ok(owner.reads.some((read) => read.startsWith('all')));
  await second.stop();
});

test('another cluster: its id is not the remembered one, so offsets in range count for nothing', async () => {
  await publisher.publish(commits('a', 4));
  const first = subscribe();
  await effectsAre(owner.ids());
  await first.stop();
  // What a restored database, or a cluster built anew, looks like: the same offsets, but they name other records.
  await db.collection<{ _id: string }>('inbox_groups').updateOne({ _id: group }, { $set: { clusterId: 'the-old-cluster' } });
  commits('a', 3);
  const second = subscribe();
  await effectsAre(owner.ids());
  assert.equal((await new MongoInboxStore(db, group).open()).clusterId, await kafka.clusterId());
  await second.stop();
});

test('retention passes a running group that is paused: it never goes on in silence', async () => {
  let away = false;
  const subscription = subscribe({ handle: (event) => { if (away) throw new Unavailable('database away'); return effectOf(event); } });
  await publisher.publish(commits('a', 3));
  await effectsAre(owner.ids());
  away = true;
  await publisher.publish(commits('a', 3));
  await until(() => subscription.status().state === 'waiting');
  assert.match(subscription.status().reason ?? '', /database away/);
  await publisher.publish(commits('a', 3));
  await kafka.deleteRecords(owner.topic, (await kafka.offsets(owner.topic)).map(({ partition, latest }) => ({ partition, offset: latest })));
  await publisher.publish(commits('a', 1));
  away = false;
  await effectsAre(owner.ids());
  await until(() => subscription.status().state === 'consuming');
  await subscription.stop();
});

test('two members share a group, one leaves, and each effect happened once', async () => {
  const first = subscribe({ sessionTimeoutMs: 6_000 });
  await first.ready;
  const second = subscribe({ sessionTimeoutMs: 6_000 });
  for (let i = 0; i < 10; i++) await publisher.publish(Array.from({ length: 30 }, (_, j) => owner.commit(`s${j}`)));
  await second.ready;
  for (let i = 0; i < 5; i++) await publisher.publish(Array.from({ length: 30 }, (_, j) => owner.commit(`s${j}`)));
  await first.stop();
  for (let i = 0; i < 5; i++) await publisher.publish(Array.from({ length: 30 }, (_, j) => owner.commit(`s${j}`)));
  await effectsAre(owner.ids());
  await second.stop();
});

test('what is fetched ahead has its effect once and in order, also where the store was away, and after a stop in the middle', async () => {
  let taken = 0;
  let away = 0;
  const handle = (event: ReceivedEvent): MongoEffect[] => {
    taken += 1;
    if (taken % 40 === 0) { away += 1; throw new Unavailable('the store is away'); }
    return effectOf(event);
  };
  const options = { handle, fetchAhead: true, maxBatchRecords: 7, limits: { graceMs: 60_000 } };
  const first = subscribe(options);
  await first.ready;
  const publishing = (async () => {
    for (let i = 0; i < 10; i++) await publisher.publish(Array.from({ length: 30 }, (_, j) => owner.commit(`s${j}`)));
  })();
  await until(async () => (await effects()).length > 50);
  await first.stop();
  await publishing;
  const second = subscribe(options);
  await effectsAre(owner.ids());
  await second.stop();
  assert.ok(away > 1);
  assert.deepEqual(owner.reads, [], 'nothing was left out, so nobody had to be asked');
});

test('a consumer that is stopped in the middle of its join is stopped for good', async () => {
  const consumers = Array.from({ length: 40 }, (_, index) => kafka.run({ group: `${group}-${index}`, topics: [owner.topic], onBatch: async () => {} }));
  await Promise.all(consumers.map(async (consumer, index) => {
    await pause(index * 25);
    await consumer.stop();
  }));
  await pause(1_500);
  assert.deepEqual(consumers.map((consumer) => consumer.status().state), consumers.map(() => 'stopped'));
});

test('a topic that is there with another partition count is an error that names both counts', async () => {
  await assert.rejects(kafka.ensureTopics([{ topic: owner.topic, partitions: 6 }]), /has 3 partitions, not 6/);
});

test('an event too large for a batch is refused at once, and what comes after it goes out', async () => {
  const large = { ...owner.commit('big'), data: Buffer.alloc(1024 * 1024) };
  await assert.rejects(publisher.publish([large]), /the limit is/);
  await publisher.publish(commits('a', 1));
});

test('what lag tools see in Kafka is where the store stands', async () => {
  await publisher.publish(commits('a', 5));
  const subscription = subscribe();
  await effectsAre(owner.ids());
  await subscription.stop();
  const committed = await kafka.committedOffsets(group, [owner.topic]);
  assert.equal(committed.find(({ partition }) => partition === partitionOf('a', 3))?.offset, 5n);
});

test('the record on the topic is CloudEvents in binary mode, with its trace', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const event = owner.commit('a', { n: 1 }, traceparent);
  await publisher.publish([event]);
  const seen = Promise.withResolvers<ReceivedEvent>();
  const subscription = subscribe({ handle: (received) => { seen.resolve(received); return effectOf(received); } });
  const received = await seen.promise;
  assert.deepEqual(received, { ...event, partition: partitionOf('a', 3), offset: 0n, extensions: undefined });
  assert.equal(encodeEvent(received).headers['traceparent'], traceparent);
  await subscription.stop();
});
