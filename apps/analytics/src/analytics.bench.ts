/**
 * Ingest, questions and recovery, without Kafka: `node apps/analytics/src/analytics.bench.ts [facts]`. Nine of ten events
 * are new facts, one changes an older one.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { COMMITTED_QUESTIONS, RAW_SCANS } from './bench/questions.ts';
import { CATEGORIES, CAUSES } from './catalogue/names.ts';
import { handle } from './ingest.ts';
import { answer } from './query/answer.ts';
import { readQuestion } from './query/question.ts';
import { DuckDbFactStore } from './store/duckdb/duckdb-fact-store.ts';
import { seeded } from './testing/large-story.ts';
import { recordOf, Story } from './testing/story.ts';
import { ACCOUNT_TOPIC, CASE_TOPIC } from './topics.ts';

const FACTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 4_000;
const ACCOUNTS = 20_000;
const ASK_EACH = 5;
const INGEST_PER_SECOND = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'youdian-bench-'));
const open = (where: string) => DuckDbFactStore.open({ folder: where, memoryLimitMb: 1_024, clock: () => new Date() });
const store = await open(folder);
const inbox = new Inbox({ group: 'bench', store, handle, log: createLogger('bench', 'fatal'), bury: async () => { throw new Error('poison'); } });
await inbox.open();

const random = seeded(1);
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const accountNo = (n: number): string => String(n).padStart(10, '0');
let cases = 0;
let offset = 0;

function batchOfCases(): InRecord[] {
  const story = new Story();
  const codes = [...Object.keys(CAUSES), ...Object.keys(CATEGORIES)];
  while (story.events.length < BATCH) {
    const n = cases++;
    const region = 1 + random(6);
    story.opened(`case-${n}`, {
      kind: n % 2 ? 'FAULT' : 'CONSULTATION', openedAt: new Date(START_MS + random(365 * 86_400) * 1_000).toISOString(),
      regionId: `R${region}`, lineId: `R${region}-L${1 + random(8)}`, accountNo: accountNo(random(ACCOUNTS)),
    });
    if (n % 9 === 0) story.classified(`case-${n}`, codes[random(codes.length)]!);
  }
  return story.events.map((event) => recordOf(event, offset++));
}

async function take(topic: string, records: InRecord[]): Promise<number> {
  const began = performance.now();
  await inbox.receive(topic, 0, records, [{ topic, partition: 0, offset: BigInt(offset) }]);
  return performance.now() - began;
}

const accounts = new Story();
for (let n = 0; n < ACCOUNTS; n++) accounts.account(accountNo(n), { usageNature: n % 3 ? 'RESIDENTIAL' : 'AGRICULTURAL', kva: n % 1_000, regionId: `R${1 + (n % 6)}`, from: '2025-01-01T00:00:00Z' });
await take(ACCOUNT_TOPIC, accounts.events.map((event) => recordOf(event, offset++)));

let ms = 0;
let events = 0;
const cpuBefore = process.cpuUsage();
let generatingUs = 0;
while (events < FACTS) {
  const cpu = process.cpuUsage();
  const records = batchOfCases();
  const spent = process.cpuUsage(cpu);
  generatingUs += spent.user + spent.system;
  ms += await take(CASE_TOPIC, records);
  events += records.length;
}
const cpu = process.cpuUsage(cpuBefore);
console.log(`ingest: ${Math.round(events / (ms / 1_000))} events/s (${events} events, batches of ${BATCH}, durable each), CPU ${((cpu.user + cpu.system - generatingUs) / events).toFixed(1)} µs/event`);
console.log(`memory: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`);

async function measure(name: string, questions = COMMITTED_QUESTIONS): Promise<void> {
  const times: number[] = [];
  let slowest = { ms: 0, question: '' };
  for (const question of questions) {
    for (let i = 0; i < ASK_EACH; i++) {
      const began = performance.now();
      await answer(store, readQuestion(question));
      const took = performance.now() - began;
      times.push(took);
      if (took > slowest.ms) slowest = { ms: took, question: JSON.stringify(question) };
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(times.length * share)]!.toFixed(1);
  console.log(`${questions.length} questions over ${events} events, ${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${slowest.ms.toFixed(1)} ms ${slowest.question}`);
}

await measure('alone');
let ingesting = true;
const beside = (async () => {
  while (ingesting) {
    const pause = new Promise((resolve) => setTimeout(resolve, (1_000 * BATCH) / INGEST_PER_SECOND));
    await take(CASE_TOPIC, batchOfCases());
    await pause;
  }
})();
await measure(`while ${INGEST_PER_SECOND} events a second come in`);
await measure(`raw scans, while ${INGEST_PER_SECOND} events a second come in`, RAW_SCANS);
ingesting = false;
await beside;
console.log(`memory after the questions: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`);

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
