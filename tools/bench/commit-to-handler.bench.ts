/**
 * From the call that commits to the consumer's handler, at 200 a second, through the commit log, its relay and Kafka;
 * beside it kafkajs alone, from send to handler, in the same run. Exits 1 when a bar is missed.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openAggregates, openCommitLog, startRelay, type AggregateDefinition } from '@youdian/commit-log';
import { startKafka, startMongo } from '@youdian/launcher';
import { connect, MemoryInboxStore } from '@youdian/messaging';
import { createLogger, systemClock } from '@youdian/telemetry';
import { MongoClient } from 'mongodb';

const COUNT = 4_000;
const RATE_PER_SECOND = 200;
const WARM_SHARE = 0.1;
const BARS = { p50OverBareMs: 8, p99Ms: 100 };
const TOPIC = 'bench.note.v1';
const BARE_TOPIC = 'bench-bare.v1';

interface Noted { readonly type: 'Noted'; readonly data: { readonly n: number }; readonly kept?: undefined }
const message = { toJSON: (data: unknown) => data, fromJSON: (json: any) => json };
const notes: AggregateDefinition<{ readonly n: number }, Noted> = {
  name: 'note', collection: 'notes', topic: TOPIC, source: '/youdian/bench', typePrefix: 'youdian.bench.v1', messages: { Noted: message },
  initial: { n: -1 }, evolve: (_state, event) => event.data,
};

const [cluster, mongo] = await Promise.all([startKafka(), startMongo()]);
const client = await new MongoClient(mongo.uri, { retryWrites: false, useBigInt64: true }).connect();
const kafka = connect({ brokers: cluster.brokers, clientId: 'bench', log: createLogger('bench', 'warn'), clock: systemClock });
await kafka.ensureTopics([TOPIC, BARE_TOPIC].map((topic) => ({ topic, partitions: 6 })));
const log = await openCommitLog({ db: client.db('bench'), clock: systemClock });
const store = await openAggregates(log, notes);
const relay = startRelay(log, { publisher: kafka.publisher({ source: '/youdian/bench' }), aggregates: [store], owner: randomUUID() });
const begun: number[] = [];
const latencies: number[] = [];
const subscription = kafka.subscribe<string>({
  group: 'bench', topics: [TOPIC], store: new MemoryInboxStore<string>(),
  handle: ({ data, id }) => {
    const { n } = JSON.parse(Buffer.from(data).toString()) as { n: number };
    latencies.push(performance.now() - begun[n]!);
    return [id];
  },
});
await subscription.ready;
while (!relay.active) await sleep(20);

const cpu = process.cpuUsage();
const start = performance.now();
for (let n = 0; n < COUNT; n++) {
  const due = start + (n * 1_000) / RATE_PER_SECOND;
  if (due > performance.now()) await sleep(due - performance.now());
  begun[n] = performance.now();
  void store.execute(`n${n}`, { operation: 'Note', key: 'k', actor: 'agent:7', input: { n } }, () => ({ events: [{ type: 'Noted', data: { n } }] }));
}
while (latencies.length < COUNT) await sleep(5);
const { user, system } = process.cpuUsage(cpu);

const sorted = latencies.slice(COUNT * WARM_SHARE).sort((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
const run = join(import.meta.dirname, '../../libs/messaging/src/bench-run.ts');
const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', run, 'latency-bare', cluster.brokers[0]!, BARE_TOPIC, String(COUNT)], { encoding: 'utf8' });
const bare = JSON.parse(stdout.trim().split('\n').at(-1)!) as { p50: number; p99: number };
console.log(`commit to handler at ${RATE_PER_SECOND}/s  p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms, ${Math.round((user + system) / COUNT)} µs CPU an event, both ends · bare kafkajs, send to handler, p50 ${bare.p50} ms, p99 ${bare.p99} ms`);
const missed = [at(0.5) > bare.p50 + BARS.p50OverBareMs && `p50 ≤ bare + ${BARS.p50OverBareMs} ms`, at(0.99) > BARS.p99Ms && `p99 ≤ ${BARS.p99Ms} ms`].filter(Boolean);
if (missed.length > 0) console.log(`MISSED: ${missed.join(' · ')}`);
await relay.close();
await kafka.close();
await client.close();
await cluster.stop();
await mongo.stop();
process.exit(missed.length > 0 ? 1 : 0);
