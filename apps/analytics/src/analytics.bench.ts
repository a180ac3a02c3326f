/**
 * Ingest and recovery, without Kafka: `node apps/analytics/src/analytics.bench.ts [facts]`. Nine of ten events are new
 * facts, one changes an older one.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { CaseBatches } from './bench/case-batches.ts';
import { handle, LIMITS } from './ingest.ts';
import { DuckDbFactStore } from './store/duckdb/duckdb-fact-store.ts';
import { ACCOUNT_TOPIC, CASE_TOPIC } from './topics.ts';

const FACTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 4_000;
const ACCOUNTS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'youdian-bench-'));
const open = (where: string) => DuckDbFactStore.open({ folder: where, memoryLimitMb: 1_024, clock: () => new Date() });
const store = await open(folder);
const inbox = new Inbox({ group: 'bench', store, handle, limits: LIMITS, log: createLogger('bench', 'fatal'), bury: async () => { throw new Error('poison'); } });
await inbox.open();

const cases = new CaseBatches({ accounts: ACCOUNTS });

async function take(topic: string, records: InRecord[]): Promise<number> {
  const began = performance.now();
  await inbox.receive(topic, 0, records, [{ topic, partition: 0, offset: cases.offset }]);
  return performance.now() - began;
}

await take(ACCOUNT_TOPIC, cases.accountEvents());

let ms = 0;
let events = 0;
const cpuBefore = process.cpuUsage();
let generatingUs = 0;
while (events < FACTS) {
  const cpu = process.cpuUsage();
  const records = cases.next(BATCH);
  const spent = process.cpuUsage(cpu);
  generatingUs += spent.user + spent.system;
  ms += await take(CASE_TOPIC, records);
  events += records.length;
}
const cpu = process.cpuUsage(cpuBefore);
console.log(`ingest: ${Math.round(events / (ms / 1_000))} events/s (${events} events, batches of ${BATCH}, durable each), CPU ${((cpu.user + cpu.system - generatingUs) / events).toFixed(1)} µs/event`);
console.log(`memory: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`);

// What a kill -9 would leave now: file and write-ahead log as they are.
const crashed = join(folder, 'crashed');
mkdirSync(crashed);
const wal = join(folder, 'analytics.duckdb.wal');
copyFileSync(join(folder, 'analytics.duckdb'), join(crashed, 'analytics.duckdb'));
if (existsSync(wal)) copyFileSync(wal, join(crashed, 'analytics.duckdb.wal'));
const walMb = existsSync(wal) ? statSync(wal).size / 2 ** 20 : 0;
const began = performance.now();
const again = await open(crashed);
console.log(`start after a crash: ${(performance.now() - began).toFixed(0)} ms with ${walMb.toFixed(0)} MB of write-ahead log, file ${(statSync(join(folder, 'analytics.duckdb')).size / 2 ** 20).toFixed(0)} MB`);
await again.close();
await store.close();
rmSync(folder, { recursive: true });
