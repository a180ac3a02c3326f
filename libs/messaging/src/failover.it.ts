import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka, type KafkaCluster } from '@youdian/launcher';
import { createLogger } from '@youdian/telemetry';
import type { Event, InRecord } from './event.ts';
import { startProxy } from './it-proxy.ts';
import { scaled, until } from './it-support.ts';
import { connect, type Kafka } from './kafka.ts';
import { MemoryInboxStore } from './memory-inbox-store.ts';
import type { KafkaPublisher } from './publisher.ts';

const log = createLogger('test', process.env['LOG_LEVEL'] ?? 'silent');
const SUBJECTS = 60;
let cluster: KafkaCluster;

before(async () => { cluster = await startKafka({ nodes: 3 }); });
after(() => cluster?.stop());

/** Publishes without a pause until told to stop; answers what was acknowledged. */
function load(publisher: KafkaPublisher, topic: string): { acknowledged: Event[]; stop(): Promise<void> } {
  const acknowledged: Event[] = [];
  let going = true;
  let made = 0;
  const work = Array.from({ length: 8 }, async () => {
    while (going) {
      const events: Event[] = Array.from({ length: 20 }, () => {
        const subject = `s${made % SUBJECTS}`;
        const sequence = BigInt(Math.floor(made++ / SUBJECTS) + 1);
        return { topic, id: `${subject}:${sequence}:0`, source: '/youdian/owner', type: 'youdian.owner.v1.ThingDone', subject, sequence, time: new Date(), data: Buffer.alloc(300, 'x') };
      });
      await publisher.publish(events);
      acknowledged.push(...events);
      await sleep(5);
    }
  });
  return { acknowledged, stop: async () => { going = false; await Promise.all(work); } };
}

const portOf = (address: string): number => Number(address.split(':').at(-1));

/** Every record of the topic, by a plain read of the log. */
async function idsOnTopic(kafka: Kafka, topic: string): Promise<string[]> {
  const wanted = new Map((await kafka.offsets(topic)).map(({ partition, latest }) => [partition, latest]));
  const records: InRecord[] = [];
  const reader = kafka.run({ group: `reader-${topic}-${Date.now()}`, topics: [topic], onBatch: async (batch) => {
    for (const record of batch.records) records.push(record);
    if (batch.next >= wanted.get(batch.partition)!) wanted.delete(batch.partition);
  } });
  for (const [partition, latest] of wanted) if (latest === 0n) wanted.delete(partition);
  await until(() => wanted.size === 0, 30_000, () => ({ read: records.length, missing: [...wanted] }));
  await reader.stop();
  return records.map(({ headers }) => String(headers?.['ce_id']));
}

test('three brokers, one killed with -9 under load: no acknowledged event lost, none doubled', async (t) => {
  const kafka = connect({ brokers: cluster.brokers, clientId: 'failover', log });
  t.after(() => kafka.close());
  const rounds = scaled(1, 10);
  for (let round = 0; round < rounds; round++) {
    const topic = `owner.failover-${round}.v1`;
    await kafka.ensureTopics([{ topic, partitions: 6 }]);
    const publisher = kafka.publisher({ source: '/youdian/owner' });
    const store = new MemoryInboxStore<string>();
    const subscription = kafka.subscribe<string>({ group: `failover-${round}`, topics: [topic], store, handle: (event) => [event.id] });
    await subscription.ready;
    const { acknowledged, stop } = load(publisher, topic);
    await until(() => acknowledged.length > 2_000, 20_000, () => publisher.status());
    const victim = round % cluster.nodes.length;
    const before = acknowledged.length;
    await cluster.nodes[victim]!.kill();
    await sleep(scaled(6_000, 8_000));
    await until(() => acknowledged.length > before + 1_000, 30_000, () => publisher.status());
    await stop();
    const ids = acknowledged.map(({ id }) => id).sort();
    await until(() => store.effects.length >= ids.length, 30_000, () => ({ handled: store.effects.length, acknowledged: ids.length, status: subscription.status() }));
    assert.deepEqual([...store.effects].sort(), ids, 'each event was handled once');
    assert.deepEqual((await idsOnTopic(kafka, topic)).sort(), ids, 'and stands once on the topic');
    await subscription.stop();
    await publisher.close();
    if (round === rounds - 1) break;
    await cluster.nodes[victim]!.start();
    await sleep(3_000); // until it is in sync again, or the next kill leaves too few
  }
});

test('a reply to a produce request is lost: no loss and no double', async (t) => {
  const broker = await startKafka();
  const proxy = await startProxy(portOf(broker.brokers[0]!));
  const kafka = connect({ brokers: [...broker.brokers], clientId: 'proxied', log, route: () => ({ host: '127.0.0.1', port: proxy.port }) });
  t.after(async () => {
    await kafka.close();
    proxy.close();
    await broker.stop();
  });
  const topic = `owner.proxied-${process.pid}.v1`;
  await kafka.ensureTopics([{ topic, partitions: 3 }]);
  const publisher = kafka.publisher({ source: '/youdian/owner' });
  const { acknowledged, stop } = load(publisher, topic);
  for (let i = 0; i < scaled(5, 100); i++) {
    await sleep(300);
    proxy.dropProduceReplies(1 + (i % 3));
  }
  await until(() => proxy.dropped >= scaled(8, 150), scaled(20_000, 300_000));
  await stop();
  assert.deepEqual((await idsOnTopic(kafka, topic)).sort(), acknowledged.map(({ id }) => id).sort());
});

test('Kafka is away from the start: nothing fails, everything waits and says so', async (t) => {
  const broker = await startKafka();
  let proxy = await startProxy(portOf(broker.brokers[0]!));
  const { port } = proxy;
  const topic = `owner.late-${process.pid}.v1`;
  const early = connect({ brokers: [...broker.brokers], clientId: 'early', log });
  await early.ensureTopics([{ topic, partitions: 1 }]);
  await early.close();
  proxy.close();
  const kafka = connect({ brokers: [...broker.brokers], clientId: 'late', log, route: () => ({ host: '127.0.0.1', port }) });
  t.after(async () => {
    await kafka.close();
    proxy.close();
    await broker.stop();
  });
  const publisher = kafka.publisher({ source: '/youdian/owner' });
  const store = new MemoryInboxStore<string>();
  const subscription = kafka.subscribe<string>({ group: `late-${process.pid}`, topics: [topic], store, handle: (event) => [event.id] });
  const { acknowledged, stop } = load(publisher, topic);
  await until(() => Boolean(publisher.status().waiting) && subscription.status().state === 'waiting', 20_000, () => [publisher.status(), subscription.status()]);
  const stopping = stop();
  proxy = await startProxy(portOf(broker.brokers[0]!), port);
  await stopping;
  await until(() => store.effects.length >= acknowledged.length, 30_000, () => [store.effects.length, acknowledged.length, subscription.status()]);
  assert.deepEqual([...store.effects].sort(), acknowledged.map(({ id }) => id).sort());
});

test('Kafka is away for a while: the publisher and the consumer wait, say so, and go on', async (t) => {
  const broker = await startKafka();
  let proxy = await startProxy(portOf(broker.brokers[0]!));
  const { port } = proxy;
  const kafka = connect({ brokers: [...broker.brokers], clientId: 'away', log, route: () => ({ host: '127.0.0.1', port }) });
  t.after(async () => {
    await kafka.close();
    proxy.close();
    await broker.stop();
  });
  const topic = `owner.away-${process.pid}.v1`;
  await kafka.ensureTopics([{ topic, partitions: 3 }]);
  const publisher = kafka.publisher({ source: '/youdian/owner' });
  const store = new MemoryInboxStore<string>();
  const subscription = kafka.subscribe<string>({ group: `away-${process.pid}`, topics: [topic], store, handle: (event) => [event.id] });
  const { acknowledged, stop } = load(publisher, topic);
  await until(() => store.effects.length > 200);
  proxy.close();
  const stopping = stop();
  await sleep(scaled(8_000, 30_000));
  await until(() => subscription.status().state === 'waiting', 30_000, () => subscription.status());
  proxy = await startProxy(portOf(broker.brokers[0]!), port);
  await stopping;
  await until(() => store.effects.length >= acknowledged.length, 40_000, () => ({ handled: store.effects.length, acknowledged: acknowledged.length, status: subscription.status() }));
  assert.deepEqual([...store.effects].sort(), acknowledged.map(({ id }) => id).sort());
  assert.equal(subscription.status().state, 'consuming');
  assert.equal(publisher.status().waiting, undefined);
});
