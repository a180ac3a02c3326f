/** What the guarantees cost, against kafkajs alone in the same run. Exits 1 when a bar of issue 3 is missed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startKafka } from '@youdian/launcher';
import { createLogger } from '@youdian/telemetry';
import { connect } from './kafka.ts';

const EVENTS = 300_000;
const LATENCY_EVENTS = 4_000;
/** Each the median of so many runs, ours and bare alternating, because the machine is shared. */
const ROUNDS = 3;
const BARS = { publishPerSecond: 70_000, consumePerSecond: 120_000, shareOfBare: 0.8, p50OverBareMs: 8, p99Ms: 100 };

interface Throughput { readonly perSecond: number; readonly cpuMicros: number }
interface Latency { readonly p50: number; readonly p99: number }

const cluster = await startKafka();
const kafka = connect({ brokers: cluster.brokers, clientId: 'bench', log: createLogger('bench', 'warn') });
let topics = 0;

async function freshTopic(): Promise<string> {
  const topic = `bench-${process.pid}-${topics++}.v1`;
  await kafka.ensureTopics([{ topic, partitions: 6 }]);
  return topic;
}

/** Not waited for in place: this process also reads what the broker logs, and a broker that nobody listens to stands still. */
async function run<T>(mode: string, topic: string, events: number): Promise<T> {
  const args = ['--no-warnings', new URL('./bench-run.ts', import.meta.url).pathname, mode, cluster.brokers[0]!, topic, String(events)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { encoding: 'utf8', timeout: 180_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T; // before it there may be warnings of the log
}

const median = <T>(runs: T[], by: (run: T) => number): T => [...runs].sort((a, b) => by(a) - by(b))[Math.floor(runs.length / 2)]!;
const missed: string[] = [];
const say = (text: string): void => { process.stdout.write(`${text}\n`); };
const check = (what: string, holds: boolean): void => { if (!holds) missed.push(what); };

async function throughput(name: 'publish' | 'consume', atLeast: number): Promise<void> {
  const runs: Record<'ours' | 'bare', Throughput[]> = { ours: [], bare: [] };
  const full = await freshTopic();
  if (name === 'consume') await run('publish', full, EVENTS);
  for (let round = 0; round < ROUNDS; round++) {
    runs.ours.push(await run(name, name === 'publish' ? await freshTopic() : full, EVENTS));
    runs.bare.push(await run(`${name}-bare`, name === 'publish' ? await freshTopic() : full, EVENTS));
  }
  const [ours, bare] = [median(runs.ours, ({ perSecond }) => perSecond), median(runs.bare, ({ perSecond }) => perSecond)];
  const share = ours.perSecond / bare.perSecond;
  say(`${name}  ${ours.perSecond}/s, ${ours.cpuMicros} µs CPU an event · bare kafkajs ${bare.perSecond}/s, ${bare.cpuMicros} µs · ${share.toFixed(2)} × bare`);
  check(`${name} ≥ ${atLeast}/s`, ours.perSecond >= atLeast);
  check(`${name} ≥ ${BARS.shareOfBare} × bare`, share >= BARS.shareOfBare);
}

async function latency(): Promise<void> {
  const runs: Record<'ours' | 'bare', Latency[]> = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    runs.ours.push(await run('latency', await freshTopic(), LATENCY_EVENTS));
    runs.bare.push(await run('latency-bare', await freshTopic(), LATENCY_EVENTS));
  }
  const [ours, bare] = [median(runs.ours, ({ p50 }) => p50), median(runs.bare, ({ p50 }) => p50)];
  say(`publish to handler at 200/s  p50 ${ours.p50} ms, p99 ${ours.p99} ms · bare kafkajs p50 ${bare.p50} ms, p99 ${bare.p99} ms`);
  check(`p50 ≤ bare + ${BARS.p50OverBareMs} ms`, ours.p50 <= bare.p50 + BARS.p50OverBareMs);
  check(`p99 ≤ ${BARS.p99Ms} ms`, ours.p99 <= BARS.p99Ms);
}

try {
  say('events of 300 bytes of data with all CloudEvents headers, 6 partitions, 5,000 subjects');
  await throughput('publish', BARS.publishPerSecond);
  await throughput('consume', BARS.consumePerSecond);
  await latency();
} finally {
  await kafka.close();
  await cluster.stop();
}
if (missed.length > 0) say(`MISSED: ${missed.join(' · ')}`);
process.exit(missed.length > 0 ? 1 : 0);
