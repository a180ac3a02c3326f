/** One measured run in a process of its own: `bench-run.ts <mode> <brokers> <topic> <events>`; prints one line of JSON. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@youdian/telemetry';
import { Kafka as KafkaJs, logLevel, type Message } from 'kafkajs';
import { encodeEvent, headerText, type Event } from './event.ts';
import { connect } from './kafka.ts';
import { MemoryInboxStore } from './memory-inbox-store.ts';
import { partitionOf } from './partition.ts';

const [mode, brokers = '', topic = '', eventsText = '0'] = process.argv.slice(2);
const COUNT = Number(eventsText);
const PARTITIONS = 6;
const SUBJECTS = 5_000;
const DATA_BYTES = 300;
const RATE_PER_SECOND = 200;
const BARE_BATCH_RECORDS = 250;
const log = createLogger('bench', 'warn');
const data = Buffer.from(JSON.stringify({ accountNo: '3100000001', amountFen: '12345', note: 'x'.repeat(DATA_BYTES) }).slice(0, DATA_BYTES - 2) + '"}');

const eventAt = (i: number, time: Date): Event => ({
  topic, id: `shard-3:${i}:0`, source: '/youdian/prepaid-billing', type: 'youdian.billing.v1.ChargePosted', subject: `31${String(i % SUBJECTS).padStart(8, '0')}`,
  sequence: BigInt(Math.floor(i / SUBJECTS) + 1), time, data,
});

function tell(elapsedMs: number, cpu: NodeJS.CpuUsage): void {
  process.stdout.write(`${JSON.stringify({ perSecond: Math.round(COUNT / elapsedMs * 1_000), cpuMicros: Number(((cpu.user + cpu.system) / COUNT).toFixed(2)) })}\n`);
}

function tellLatencies(ms: number[]): void {
  const sorted = ms.slice(Math.floor(ms.length / 10)).sort((a, b) => a - b); // the first tenth warms up
  const at = (share: number): number => Number(sorted[Math.floor(sorted.length * share)]!.toFixed(2));
  process.stdout.write(`${JSON.stringify({ p50: at(0.5), p99: at(0.99) })}\n`);
}

async function publish(): Promise<void> {
  const publisher = connect({ brokers: [brokers], clientId: 'bench', log }).publisher({ source: '/youdian/bench' });
  await publisher.progress(topic, new Date()); // connected
  const cpu = process.cpuUsage();
  const began = performance.now();
  const inFlight = new Set<Promise<void>>();
  for (let from = 0; from < COUNT; from += 1_000) {
    const time = new Date();
    const events = Array.from({ length: Math.min(1_000, COUNT - from) }, (_, i) => eventAt(from + i, time));
    const done = publisher.publish(events).then(() => void inFlight.delete(done));
    inFlight.add(done);
    if (inFlight.size >= 16) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  tell(performance.now() - began, process.cpuUsage(cpu));
}

const bareClient = (): KafkaJs => new KafkaJs({ brokers: [brokers], clientId: 'bare', logLevel: logLevel.NOTHING });

/** As carefully with kafkajs alone: idempotent, all replicas, a producer per partition, one send in flight in each. */
async function publishBare(): Promise<void> {
  const client = bareClient();
  const producers = await Promise.all(Array.from({ length: PARTITIONS }, async () => {
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: () => ({ message }) => message.partition! });
    await producer.connect();
    return producer;
  }));
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let from = 0; from < COUNT; from += 24_000) {
    const time = new Date();
    const queues: Message[][] = producers.map(() => []);
    for (let i = from; i < Math.min(COUNT, from + 24_000); i++) {
      const { key, value, headers } = encodeEvent(eventAt(i, time));
      const partition = partitionOf(key!, PARTITIONS);
      queues[partition]!.push({ key, value, headers, partition });
    }
    await Promise.all(queues.map(async (queue, partition) => {
      for (let at = 0; at < queue.length; at += BARE_BATCH_RECORDS) {
        await producers[partition]!.send({ topic, messages: queue.slice(at, at + BARE_BATCH_RECORDS), acks: -1 });
      }
    }));
  }
  tell(performance.now() - began, process.cpuUsage(cpu));
}

/** All guarantees; effects and sequences go to a store in memory, so that the lib is measured and no database. */
async function consume(): Promise<void> {
  const store = new MemoryInboxStore<string>();
  let handled = 0;
  let began = 0;
  let cpu = process.cpuUsage();
  // All that a store has to remember: a group that joins anew goes on from it. The effects themselves are only counted.
  const commit = store.commit.bind(store);
  store.commit = async (step) => {
    await commit({ ...step, effects: [] });
    handled += step.effects.length;
  };
  connect({ brokers: [brokers], clientId: 'bench', log }).subscribe<string>({
    group: `bench-${process.pid}-${Date.now()}`, topics: [topic], store,
    handle: (event) => {
      if (began === 0) {
        began = performance.now();
        cpu = process.cpuUsage();
      }
      return [event.id];
    },
  });
  while (handled < COUNT) await sleep(2);
  tell(performance.now() - began, process.cpuUsage(cpu));
}

/** As carefully with kafkajs alone: offsets compared, sequences checked by subject, committed after the batch. */
async function consumeBare(): Promise<void> {
  const consumer = bareClient().consumer({ groupId: `bare-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const done = Promise.withResolvers<void>();
  const next = new Map<number, bigint>();
  const sequences = new Map<string, bigint>();
  let handled = 0;
  let began = 0;
  let cpu = process.cpuUsage();
  await consumer.run({
    autoCommit: true, autoCommitInterval: 500, eachBatchAutoResolve: true,
    eachBatch: async ({ batch }) => {
      if (began === 0) {
        began = performance.now();
        cpu = process.cpuUsage();
      }
      for (const { offset, headers } of batch.messages) {
        const at = BigInt(offset);
        if (at < (next.get(batch.partition) ?? 0n) || !headers?.['ce_sequence']) continue;
        next.set(batch.partition, at + 1n);
        const subject = headerText(headers['ce_subject'])!;
        const sequence = BigInt(headerText(headers['ce_sequence'])!);
        if (sequence !== (sequences.get(subject) ?? 0n) + 1n) continue;
        sequences.set(subject, sequence);
        handled += 1;
      }
      if (handled >= COUNT) done.resolve();
    },
  });
  await done.promise;
  tell(performance.now() - began, process.cpuUsage(cpu));
}

/** Publishes COUNT events at the rate; `handled` is told each event's number. */
async function atRate(send: (i: number) => Promise<unknown>, sentAt: number[]): Promise<void> {
  const began = performance.now();
  for (let i = 0; i < COUNT; i++) {
    const due = began + i * 1_000 / RATE_PER_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    sentAt[i] = performance.now();
    void send(i);
  }
}

async function latency(): Promise<void> {
  const kafka = connect({ brokers: [brokers], clientId: 'bench', log });
  const publisher = kafka.publisher({ source: '/youdian/bench' });
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const subscription = kafka.subscribe<string>({
    group: `latency-${process.pid}`, topics: [topic], store: new MemoryInboxStore<string>(),
    handle: ({ id }) => { latencies.push(performance.now() - sentAt[Number(id.split(':')[1])]!); return [id]; },
  });
  await subscription.ready;
  await publisher.progress(topic, new Date());
  await atRate((i) => publisher.publish([eventAt(i, new Date())]), sentAt);
  while (latencies.length < COUNT) await sleep(5);
  tellLatencies(latencies);
}

async function latencyBare(): Promise<void> {
  const client = bareClient();
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: () => ({ message }) => message.partition! });
  const consumer = client.consumer({ groupId: `latency-bare-${process.pid}`, maxWaitTimeInMs: 250 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const joined = Promise.withResolvers<void>();
  consumer.on('consumer.group_join', () => joined.resolve());
  await consumer.run({
    autoCommit: true, autoCommitInterval: 500,
    eachBatch: async ({ batch }) => {
      for (const { headers } of batch.messages) latencies.push(performance.now() - sentAt[Number(headerText(headers!['ce_id'])!.split(':')[1])]!);
    },
  });
  await joined.promise;
  await atRate((i) => {
    const { key, value, headers } = encodeEvent(eventAt(i, new Date()));
    return producer.send({ topic, acks: -1, messages: [{ key, value, headers, partition: partitionOf(key!, PARTITIONS) }] });
  }, sentAt);
  while (latencies.length < COUNT) await sleep(5);
  tellLatencies(latencies);
}

const modes: Record<string, () => Promise<void>> = {
  publish, 'publish-bare': publishBare, consume, 'consume-bare': consumeBare, latency, 'latency-bare': latencyBare,
};
await modes[mode!]!();
process.exit(0);
