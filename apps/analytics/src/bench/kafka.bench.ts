/**
 * From Kafka to the answers, the archive and back: `node apps/analytics/src/bench/kafka.bench.ts [events]`. Nine of ten
 * events are new facts, one changes an older one. Beside it a Kafka Streams application that counts the same topic by
 * region × line × cause × month, exactly once (`tools/bench/kafka-streams`).
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalyticsServiceService, QueryRequest } from '@youdian/contracts-analytics/analytics';
import { AnalyticsUpkeepServiceService, type Rebuild } from '@youdian/contracts-analytics/upkeep';
import { connect, type Event } from '@youdian/messaging';
import { connectService } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import { startInfrastructure, startService } from '@youdian/testing';
import { PARTITIONS, CASE_TOPIC, TOPICS } from '../topics.ts';
import { caseEvents } from './case-events.ts';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const PUBLISH_BATCH = 2_000;
const VISIBLE_PER_SECOND = 500;
const VISIBLE_SECONDS = 10;
const ACTOR = { actor: 'analyst:A1' };
const KEEPER = { actor: 'admin:A1' };
const CLOCK_TICKS_PER_SECOND = 100;

const infrastructure = await startInfrastructure();
const folder = mkdtempSync(join(tmpdir(), 'youdian-kafka-bench-'));
try {
  const kafka = connect({ brokers: [infrastructure.brokers], clientId: 'bench', log: createLogger('bench', 'fatal') });
  await kafka.ensureTopics(TOPICS.map((topic) => ({ topic, partitions: PARTITIONS })));
  const publisher = kafka.publisher({ source: '/youdian/bench' });
  const source = caseEvents();
  let cases = 0;
  let sending: Promise<void> = Promise.resolve();
  for (let sent = 0; sent < EVENTS; ) {
    const events: Event[] = [];
    while (events.length < PUBLISH_BATCH) {
      const event = source.next();
      if (event.sequence === 1n) cases += 1;
      events.push(event);
    }
    sent += events.length;
    await sending;
    sending = publisher.publish(events);
  }
  await sending;
  await publisher.progress(CASE_TOPIC, new Date());
  const events = Math.ceil(EVENTS / PUBLISH_BATCH) * PUBLISH_BATCH;
  console.log(`${events} events of ${cases} cases in ${PARTITIONS} partitions`);

  const environment = {
    KAFKA_BROKERS: infrastructure.brokers, DATA_DIR: join(folder, 'data'), CUSTOMER_PROFILE_GRPC: '127.0.0.1:1', SERVICE_DESK_GRPC: '127.0.0.1:1', PREPAID_BILLING_GRPC: '127.0.0.1:1', NOTIFICATION_GRPC: '127.0.0.1:1',
  };
  const began = performance.now();
  const service = await startService('analytics', environment);
  const client = connectService(AnalyticsServiceService, service.grpc);
  const total = async (): Promise<number> => {
    let sum = 0;
    for (const statistic of ['faults', 'consultations']) sum += Number((await client.query(QueryRequest.fromPartial({ statistic }), ACTOR)).rows[0]!.values[0]);
    return sum;
  };
  while (await total() < cases) await new Promise((resolve) => setTimeout(resolve, 200));
  const ms = performance.now() - began - service.startMs;
  const archiver = childrenOf(service.child.pid!);
  console.log(`ingest: ${Math.round(events / (ms / 1_000))} events/s durable (${(ms / 1_000).toFixed(1)} s after a start of ${(service.startMs / 1_000).toFixed(1)} s), CPU ${perEvent(cpuMs(service.child.pid!), events)} µs/event, `
    + `and ${perEvent(archiver.reduce((sum, pid) => sum + cpuMs(pid), 0), events)} µs of the archive's process; ${residentMb(service.child.pid!)} MB resident`);

  const peer = await kafkaStreams(cases);
  if (peer) console.log(`Kafka Streams: ${Math.round(events / (peer.ms / 1_000))} events/s exactly once (${(peer.ms / 1_000).toFixed(1)} s), CPU ${perEvent(peer.cpuMs, events)} µs/event`);

  const visible: number[] = [];
  for (let n = 0; n < VISIBLE_SECONDS * 10; n++) {
    const batch: Event[] = [];
    const key = `visible-${n}`;
    batch.push({ ...source.opened(key, `V${n}`), sequence: 1n });
    while (batch.length < VISIBLE_PER_SECOND / 10) batch.push(source.next());
    const committed = performance.now();
    await publisher.publish(batch);
    void (async () => {
      for (;;) {
        const { rows } = await client.query(QueryRequest.fromPartial({ statistic: 'faults', filters: { region: `V${n}` } }), ACTOR);
        if (Number(rows[0]?.values[0]) > 0) return void visible.push(performance.now() - committed);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 100 - (performance.now() - committed))));
  }
  while (visible.length < VISIBLE_SECONDS * 10) await new Promise((resolve) => setTimeout(resolve, 50));
  visible.sort((a, b) => a - b);
  console.log(`published → visible at ${VISIBLE_PER_SECOND} events/s: p50 ${visible[visible.length >> 1]!.toFixed(0)} ms, p99 ${visible[Math.floor(visible.length * 0.99)]!.toFixed(0)} ms`);

  const upkeep = connectService(AnalyticsUpkeepServiceService, service.grpc);
  await upkeep.startRebuild({ acceptDifferences: false }, { ...KEEPER, idempotencyKey: 'bench' });
  const times = new Map<string, number>();
  let rebuild: Rebuild;
  do {
    await new Promise((resolve) => setTimeout(resolve, 50));
    rebuild = (await upkeep.getRebuild({}, KEEPER)).rebuild!;
    if (!times.has(rebuild.state)) times.set(rebuild.state, performance.now());
  } while (!['SWITCHED', 'DIFFERENT', 'FAILED'].some((end) => rebuild.state.endsWith(end)));
  const seconds = (from: string, to: string): string => (((times.get(`REBUILD_STATE_${to}`) ?? 0) - (times.get(`REBUILD_STATE_${from}`) ?? 0)) / 1_000).toFixed(1);
  console.log(`rebuild: ${rebuild.state.slice(14)} ${rebuild.reason}; ${Math.round(rebuild.eventsPerSecond)} events/s replayed (${rebuild.eventsDone} events), compared in ${seconds('COMPARING', 'CATCHING_UP')} s, caught up and switched in ${seconds('CATCHING_UP', 'SWITCHED')} s, equal: ${rebuild.tables.every(({ equal }) => equal)}`);
  upkeep.close();
  client.close();
  await service.stop();
  await kafka.close();
} finally {
  await infrastructure.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Undefined where there is no Java or no Maven. */
async function kafkaStreams(cases: number): Promise<{ ms: number; cpuMs: number } | undefined> {
  const peer = new URL('../../../../tools/bench/kafka-streams/', import.meta.url).pathname;
  const jars = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'youdian', 'kafka-streams', '4.4.0');
  try {
    if (!existsSync(jars)) execFileSync('mvn', ['-q', '-B', '-f', join(peer, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], { stdio: 'ignore' });
  } catch {
    console.log('Kafka Streams: not measured, for Maven or its packages are not here');
    return undefined;
  }
  const classpath = readdirSync(jars).map((jar) => join(jars, jar)).join(':');
  const child = spawn('java', ['-Xmx1g', '-cp', classpath, join(peer, 'CountCases.java'), infrastructure.brokers, CASE_TOPIC, String(cases), join(folder, 'streams')], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  await new Promise((resolve) => child.once('exit', resolve));
  return JSON.parse(said.split('\n').find((line) => line.startsWith('{'))!) as { ms: number; cpuMs: number };
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND) * 1_000;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
}

function residentMb(pid: number): number {
  return Math.round((Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096) / 2 ** 20);
}

function perEvent(ms: number, events: number): string {
  return ((ms * 1_000) / events).toFixed(1);
}
