/** Top-ups over gRPC, one by one and many in one call, beside the same methods on bare grpc-js; the load generator is this process, the servers are others. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PostingStreamServiceService, PostManyRequest } from '@youdian/contracts-billing/post_many';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { connectService, type Calls } from '@youdian/service-host';
import { start } from '@youdian/testing';
import { startBilling, type Billing } from '../it-fixture.ts';
import { accountNo, insist } from './ledger-here.ts';
import { bar, conclusion, count, cpuOf, micros, ms, perSecond, readSizes, say, type Sizes } from './report.ts';

const IN_FLIGHT = 256;
/** Calls of many at a time. */
const STREAMS = 4;
const SHARE_OF_BARE = 0.7;
/** Ours and bare take turns, because the machine is shared; what both compile on the first calls is not measured. */
const ROUNDS = 3;
const SAMPLED = 0.01;
/** The first seconds of each round are not measured: what was before is published in them. */
const STEADY = { perSecond: 1_000, warmUpSeconds: 3, seconds: 15, p99Ms: 25 };
const ACCOUNTS = 20_000;
const START_LIMIT_MS = 20_000;
const IMPORT_LIMIT_MS = 15_000;

type BillingCalls = Calls<typeof PrepaidBillingServiceService>;
type StreamCalls = Calls<typeof PostingStreamServiceService>;
type Who = 'ours' | 'bare';

interface Served<C> {
  readonly calls: C;
  readonly pid: number;
}

async function calling(billing: Billing, { calls, streamed }: Sizes): Promise<void> {
  const bareServer = start(process.execPath, [new URL('./bare-grpc.ts', import.meta.url).pathname]);
  const address = `127.0.0.1:${(await bareServer.said(/listening on (\d+)/, START_LIMIT_MS))[1]}`;
  const [bare, bareStream] = [connectService(PrepaidBillingServiceService, address), connectService(PostingStreamServiceService, address)];
  const [ourPid, barePid] = [billing.service.child.pid!, bareServer.child.pid!];
  say(`gRPC one by one, ${IN_FLIGHT} in flight, tracing sampled at ${SAMPLED * 100} %, median of ${ROUNDS} rounds in turn:`);
  const share = await inTurn({ ours: { calls: billing.calls, pid: ourPid }, bare: { calls: bare, pid: barePid } }, calls, flood);
  bar(`  ${share.toFixed(2)} × bare (bar ${SHARE_OF_BARE})`, share >= SHARE_OF_BARE);
  await steadily(billing.calls, bare, ourPid);
  say(`many in one call, ${STREAMS} calls at a time, median of ${ROUNDS} rounds in turn:`);
  const streamShare = await inTurn({ ours: { calls: billing.many, pid: ourPid }, bare: { calls: bareStream, pid: barePid } }, streamed, stream);
  say(`  ${streamShare.toFixed(2)} × bare`);
  bare.close();
  bareStream.close();
  await bareServer.stop();
}

/** Returns ours as a share of bare. */
async function inTurn<C>(servers: Record<Who, Served<C>>, times: number, work: (client: C, times: number, prefix: string) => Promise<number>): Promise<number> {
  const rates: Record<Who, number[]> = { ours: [], bare: [] };
  const cpu: Record<Who, number> = { ours: 0, bare: 0 };
  const both = Object.entries(servers) as [Who, Served<C>][];
  for (const [who, { calls }] of both) await work(calls, times, `${who}-warm-up-`);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [who, { calls, pid }] of both) {
      const before = cpuOf(pid);
      rates[who].push(await work(calls, times, `${who}${round}-`));
      cpu[who] += cpuOf(pid) - before;
    }
  }
  const [ours, theirs] = [median(rates.ours), median(rates.bare)];
  say(`  bare grpc-js ${count(theirs)} a second, ${micros(cpu.bare, times * ROUNDS)} CPU each; ours ${count(ours)}, ${micros(cpu.ours, times * ROUNDS)}`);
  return ours / theirs;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[ROUNDS >> 1]!;

async function steadily(ours: BillingCalls, bare: BillingCalls, pid: number): Promise<void> {
  const rounds: Record<'ours' | 'bare', Steady[]> = { ours: [], bare: [] };
  let cpu = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = cpuOf(pid);
    rounds.ours.push(await steady(ours, `ours-steady${round}-`));
    cpu += cpuOf(pid) - before;
    rounds.bare.push(await steady(bare, `bare-steady${round}-`));
  }
  const of = (who: Steady[]) => (name: keyof Steady) => median(who.map((one) => one[name]));
  const [our, bares] = [of(rounds.ours), of(rounds.bare)];
  const { perSecond: rate, seconds, warmUpSeconds, p99Ms } = STEADY;
  bar(`  at ${count(rate)} a second over ${seconds} s, median of ${ROUNDS} rounds in turn: p99 ${ms(our('p99Ms'))} (bar ${ms(p99Ms)}; bare ${ms(bares('p99Ms'))})`, our('p99Ms') <= p99Ms);
  say(`    half of them within ${ms(our('p50Ms'))} (bare ${ms(bares('p50Ms'))}), ${micros(cpu, rate * (seconds + warmUpSeconds) * ROUNDS)} CPU each; meanwhile the load generator itself stood still for ${ms(our('stoodStillMs'))} at most (${ms(bares('stoodStillMs'))})`);
}

async function flood(client: BillingCalls, calls: number, prefix: string): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    for (let i = next++; i < calls; i = next++) await topUp(client, i, prefix);
  }));
  return perSecond(calls, performance.now() - began);
}

/** What is not answered for sure is sent again, as every sender does. */
async function stream(client: StreamCalls, commands: number, prefix: string): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: STREAMS }, async (_, first) => {
    let left = Array.from({ length: Math.ceil((commands - first) / STREAMS) }, (_, n) => first + n * STREAMS);
    while (left.length > 0) {
      const again: number[] = [];
      for await (const { index, rejection } of client.postMany(requests(left, prefix), { actor: 'cashier:C01' })) {
        if (rejection?.kind === 'unavailable') again.push(Number(index));
        else if (rejection) throw new Error(rejection.en);
      }
      left = again;
    }
  }));
  return perSecond(commands, performance.now() - began);
}

async function* requests(numbers: readonly number[], prefix: string): AsyncIterable<PostManyRequest> {
  for (const i of numbers) yield PostManyRequest.fromPartial({ index: BigInt(i), idempotencyKey: `${prefix}many-${i}`, topUp: topUpOf(i) });
}

interface Steady {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly stoodStillMs: number;
}

/** So many a second whatever becomes of those before; the time counts from when a call was due. */
async function steady(client: BillingCalls, prefix: string): Promise<Steady> {
  const { perSecond: rate, warmUpSeconds, seconds } = STEADY;
  const unmeasured = rate * warmUpSeconds;
  const total = unmeasured + rate * seconds;
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  const standingStill = monitorEventLoopDelay({ resolution: 1 });
  const began = performance.now();
  while (calls.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * rate));
    while (calls.length < due) {
      const call = calls.length;
      if (call === unmeasured) standingStill.enable();
      const dueAt = began + (call / rate) * 1_000;
      const answered = () => void (call >= unmeasured && latencies.push(performance.now() - dueAt));
      calls.push(topUp(client, call, prefix).then(answered));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  standingStill.disable();
  latencies.sort((a, b) => a - b);
  const [p50Ms, p99Ms] = [0.5, 0.99].map((share) => latencies[Math.floor(latencies.length * share)]!) as [number, number];
  return { p50Ms, p99Ms, stoodStillMs: standingStill.max / 1e6 };
}

const topUpOf = (i: number) => ({ accountNo: accountNo(i % ACCOUNTS), amountFen: 5_000n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined }) as const;

async function topUp(client: BillingCalls, i: number, prefix: string): Promise<void> {
  await insist(() => client.topUp(topUpOf(i), { actor: 'cashier:C01', idempotencyKey: `${prefix}${i}` }));
}

async function importing({ calls }: Billing, { rows }: Sizes): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => `R${i},${accountNo(i % ACCOUNTS)},5000,COUNTER,2026-01-05T09:00:00Z,C${i % 50}`);
  const csv = Buffer.from(['receiptNo,accountNo,amountFen,channel,takenAt,collectorId', ...lines].join('\n'));
  async function* file() {
    for (let from = 0; from < csv.length; from += 64 * 1024) yield { chunk: { columns: {}, source: 'bench', content: csv.subarray(from, from + 64 * 1024) } };
  }
  for (const key of ['first', 'again']) {
    const began = performance.now();
    const { report } = await calls.importTopUps(file(), { actor: 'admin:A1', idempotencyKey: key, deadlineMs: 600_000 });
    const tookMs = performance.now() - began;
    const all = (key === 'first' ? report!.accepted : report!.duplicate) === BigInt(rows);
    bar(`import of ${count(rows)} rows, ${key}: ${ms(tookMs)} (bar ${ms(IMPORT_LIMIT_MS)}), ${report!.accepted} accepted, ${report!.duplicate} duplicate`, all && tookMs <= IMPORT_LIMIT_MS);
  }
}

const sizes = readSizes(process.argv.slice(2));
const collector = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, OTEL_TRACES_SAMPLER_ARG: String(SAMPLED) };
const billing = await startBilling(tracing, { listening: false });
if (sizes.parts.has('import')) await importing(billing, sizes);
if (sizes.parts.has('grpc')) await calling(billing, sizes);
await billing.stop();
collector.close();
process.exit(conclusion());
