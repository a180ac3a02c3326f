/** Top-ups one by one over gRPC, beside the same method on bare grpc-js; the load generator is this process, the servers are others. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { connectService, type Calls } from '@youdian/service-host';
import { start } from '@youdian/testing';
import { startBilling, type Billing } from '../it-fixture.ts';
import { accountNo, insist } from './ledger-here.ts';
import { bar, conclusion, count, cpuOf, micros, ms, perSecond, readSizes, say, type Sizes } from './report.ts';

const IN_FLIGHT = 256;
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

async function calling(billing: Billing, { calls }: Sizes): Promise<void> {
  const bareServer = start(process.execPath, [new URL('./bare-grpc.ts', import.meta.url).pathname]);
  const bare = connectService(PrepaidBillingServiceService, `127.0.0.1:${(await bareServer.said(/listening on (\d+)/, START_LIMIT_MS))[1]}`);
  const rates: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  const cpu: Record<'ours' | 'bare', number> = { ours: 0, bare: 0 };
  const servers = [['ours', billing.calls, billing.service.child.pid!], ['bare', bare, bareServer.child.pid!]] as const;
  for (const [who, client] of servers) await flood(client, calls, `${who}-warm-up-`);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [who, client, pid] of servers) {
      const before = cpuOf(pid);
      rates[who].push(await flood(client, calls, `${who}${round}-`));
      cpu[who] += cpuOf(pid) - before;
    }
  }
  const [ours, theirs] = [median(rates.ours), median(rates.bare)];
  say(`gRPC one by one, ${IN_FLIGHT} in flight, tracing sampled at ${SAMPLED * 100} %, median of ${ROUNDS} rounds in turn:`);
  say(`  bare grpc-js ${count(theirs)} a second, ${micros(cpu.bare, calls * ROUNDS)} CPU each; ours ${count(ours)}, ${micros(cpu.ours, calls * ROUNDS)}`);
  bar(`  ${(ours / theirs).toFixed(2)} × bare (bar ${SHARE_OF_BARE})`, ours >= SHARE_OF_BARE * theirs);
  await steadily(billing.calls, bare, billing.service.child.pid!);
  bare.close();
  await bareServer.stop();
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

async function topUp(client: BillingCalls, i: number, prefix: string): Promise<void> {
  const request = { accountNo: accountNo(i % ACCOUNTS), amountFen: 5_000n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: undefined } as const;
  await insist(() => client.topUp(request, { actor: 'cashier:C01', idempotencyKey: `${prefix}${i}` }));
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
