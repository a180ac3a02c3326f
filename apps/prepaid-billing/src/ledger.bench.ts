/**
 * What the ledger does in a second, with all checks on and every posting durable: in this process alone, over gRPC one
 * by one, from Kafka, from a CSV file; and how soon it answers after kill -9. The load generator shares the machine.
 */
import { readFileSync } from 'node:fs';
import { openCommitLog } from '@youdian/commit-log';
import { Charge } from '@youdian/contracts-billing/events';
import { systemClock } from '@youdian/telemetry';
import { MongoClient } from 'mongodb';
import { takeCharges } from './charges/take.ts';
import { eventually, startBilling, type Billing } from './it-fixture.ts';
import { openShards } from './shards/open.ts';

const ACCOUNTS = 20_000;
const CHARGES_IN_PROCESS = 200_000;
const RESENT = 0.05;
const TOP_UPS = 20_000;
const IN_FLIGHT = 256;
const CHARGES_FROM_KAFKA = 200_000;
const KAFKA_LIMIT_MS = 180_000;
const ROWS = 80_000;
const IMPORT_LIMIT_MS = 15_000;
const START_LIMIT_MS = 2_000;
const CHARGES_PER_SECOND = 20_000;

const accountNo = (i: number) => (i % ACCOUNTS).toString().padStart(10, '0');
const chargeOf = (prefix: string, i: number) => ({ chargeId: `${prefix}${i}`, accountNo: accountNo(i * 7), amountFen: '100', period: '2026-02', dueOn: '2026-03-20' });
const ms = (value: number) => `${Math.round(value)} ms`;
const rate = (count: number, tookMs: number) => `${Math.round((count / tookMs) * 1_000).toLocaleString('en')} a second`;

const billing = await startBilling();
const misses: string[] = [];
await inProcess(billing);
await importing(billing);
await overGrpc(billing);
await fromKafka(billing);
await restarting(billing);
await billing.stop();
for (const miss of misses) console.log(`BAR MISSED: ${miss}`);
process.exit(misses.length === 0 ? 0 : 1);

function bar(what: string, holds: boolean): void {
  if (!holds) misses.push(what);
}

/** Charges through claims and shards into the store; nothing is published. */
async function inProcess({ infra }: Billing): Promise<void> {
  const client = new MongoClient(infra.mongoUri('in_process'), { retryWrites: false, useBigInt64: true, writeConcern: { w: 'majority', journal: true } });
  const log = await openCommitLog({ db: client.db(), clock: systemClock });
  const shards = await openShards(log, 4, { owner: 'bench', publisher: { publish: async () => {}, progress: async () => {} } });
  await eventually('the shards', () => shards.all.every((shard) => shard.owned));
  const directory = { defaultThresholdFen: 3_000n, existing: async (accountNos: readonly string[]) => new Set(accountNos), places: async () => new Map(), close: () => {} };
  const batches: { charge: Charge }[][] = [];
  for (let from = 0; from < CHARGES_IN_PROCESS; from += 1_000) {
    batches.push(Array.from({ length: 1_000 }, (_, i) => ({ charge: Charge.fromJSON(chargeOf('P', i < 1_000 * RESENT && from > 0 ? from - 1 - i : from + i)) })));
  }
  const cpu = process.cpuUsage();
  const began = performance.now();
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) await takeCharges(shards, directory, batch);
  };
  await Promise.all(Array.from({ length: 6 }, work));
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  console.log(`in process: ${CHARGES_IN_PROCESS} charges, 5 % resent: ${rate(CHARGES_IN_PROCESS, tookMs)}, ${((user + system) / CHARGES_IN_PROCESS).toFixed(1)} µs CPU each`);
  await Promise.all(shards.all.map((shard) => shard.close()));
  await client.close();
}

async function overGrpc({ topUp, service }: Billing): Promise<void> {
  const latencies: number[] = [];
  let next = 0;
  const cpu = cpuOf(service);
  const began = performance.now();
  const work = async () => {
    for (let i = next++; i < TOP_UPS; i = next++) {
      const sent = performance.now();
      await topUp(accountNo(i), 5_000n, `G${i}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  const tookMs = performance.now() - began;
  latencies.sort((a, b) => a - b);
  console.log(`gRPC one by one, ${IN_FLIGHT} in flight: ${rate(TOP_UPS, tookMs)}, p50 ${ms(latencies[TOP_UPS / 2]!)}, p99 ${ms(latencies[TOP_UPS * 0.99]!)}, ${((cpuOf(service) - cpu) / TOP_UPS).toFixed(1)} µs CPU each`);
}

async function importing({ calls }: Billing): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, i) => `R${i},${accountNo(i)},5000,COUNTER,2026-01-05T09:00:00Z,C${i % 50}`);
  const csv = Buffer.from(['receiptNo,accountNo,amountFen,channel,takenAt,collectorId', ...rows].join('\n'));
  async function* file() {
    for (let from = 0; from < csv.length; from += 64 * 1024) yield { chunk: { columns: {}, source: 'bench', content: csv.subarray(from, from + 64 * 1024) } };
  }
  for (const key of ['first', 'again']) {
    const began = performance.now();
    const { report } = await calls.importTopUps(file(), { actor: 'admin:A1', idempotencyKey: key });
    const tookMs = performance.now() - began;
    console.log(`import of ${ROWS} rows, ${key}: ${ms(tookMs)} (bar ${ms(IMPORT_LIMIT_MS)}), ${report!.accepted} accepted, ${report!.duplicate} duplicate`);
    bar('import', tookMs <= IMPORT_LIMIT_MS && (key === 'first' ? report!.accepted : report!.duplicate) === BigInt(ROWS));
  }
}

async function fromKafka({ charge, events, service }: Billing): Promise<void> {
  const taken = async () => Number(/youdian_charges_total\{[^}]*"posted"[^}]*\} (\d+)/.exec(await (await fetch(`http://${service.admin}/metrics`)).text())?.[1] ?? 0);
  const cpu = cpuOf(service);
  const began = performance.now();
  const sending = (async () => {
    for (let from = 0; from < CHARGES_FROM_KAFKA; from += 5_000) await charge(...Array.from({ length: 5_000 }, (_, i) => chargeOf('K', from + i)));
  })();
  await eventually('the charges', async () => (await taken()) >= CHARGES_FROM_KAFKA, KAFKA_LIMIT_MS);
  const tookMs = performance.now() - began;
  await sending;
  await eventually('their events', () => events.filter(({ type }) => type.endsWith('ChargePosted')).length >= CHARGES_FROM_KAFKA, KAFKA_LIMIT_MS);
  const publishedMs = performance.now() - began;
  const cpuEach = (cpuOf(service) - cpu) / CHARGES_FROM_KAFKA;
  console.log(`from Kafka into the ledger, sender and reader on the same cores: ${CHARGES_FROM_KAFKA} charges, ${rate(CHARGES_FROM_KAFKA, tookMs)}, events out after ${ms(publishedMs)}, ${cpuEach.toFixed(1)} µs CPU each`);
  bar('charges a second', CHARGES_FROM_KAFKA / (tookMs / 1_000) >= CHARGES_PER_SECOND);
}

async function restarting(billing: Billing): Promise<void> {
  await billing.service.kill();
  const { startMs, child } = await billing.start();
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]);
  const began = performance.now();
  const lines = (await billing.statement(accountNo(7))).length;
  console.log(`restart after kill -9 with ${(TOP_UPS + ROWS + CHARGES_FROM_KAFKA).toLocaleString('en')} postings: ${ms(startMs)} (bar ${ms(START_LIMIT_MS)}), ${Math.round(resident / 1_024)} MiB`);
  console.log(`a statement of ${lines} lines: ${ms(performance.now() - began)}`);
  bar('restart', startMs <= START_LIMIT_MS);
}

/** µs so far, user and system. */
function cpuOf({ child }: Billing['service']): number {
  const [, fields] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields!.split(' ').slice(11, 13).map(Number);
  return (user! + system!) * 10_000;
}
