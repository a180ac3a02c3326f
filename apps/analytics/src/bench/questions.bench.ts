/**
 * The committed questions over many facts while others come in: `node apps/analytics/src/bench/questions.bench.ts [facts]
 * [--ingested]`. The facts are made by SQL from one seed; `--ingested`: of events, as a service makes them, and not all. Bars:
 * p95 300 ms, raw scans 3 s, 2 GB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Inbox, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { rollUpsOf } from '../catalogue/roll-ups.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { handle, LIMITS } from '../ingest.ts';
import { answer } from '../query/answer.ts';
import { readQuestion, type Asked } from '../query/question.ts';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { openDatabase } from '../store/duckdb/open.ts';
import { ACCOUNT_TOPIC, CASE_TOPIC } from '../topics.ts';
import { CaseBatches } from './case-batches.ts';
import { fillWithFacts } from './large-facts.ts';
import { COMMITTED_QUESTIONS, HEAVY_QUESTIONS, RAW_SCANS } from './questions.ts';

const { values: { ingested }, positionals: [facts] } = parseArgs({ options: { ingested: { type: 'boolean', default: false } }, allowPositionals: true });
const FACTS = Number(facts ?? 10_000_000);
const ACCOUNTS = 20_000;
const ASK_EACH = 5;
const BATCH = 1_000;
const INGEST_PER_SECOND = 5_000;
const INGESTED_BATCH = 4_000;
const TELL_EVERY = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), 'youdian-bench-'));
const options = { folder, memoryLimitMb: 1_024, clock: () => new Date(), rollUps: rollUpsOf(STATISTICS) };

const began = performance.now();
if (!ingested) {
  const { database, writer } = await openDatabase(options);
  await fillWithFacts(writer, { facts: FACTS, accounts: ACCOUNTS, seed: 1 });
  writer.closeSync();
  database.closeSync();
}
const store = await DuckDbFactStore.open(options);
const inbox = new Inbox({ group: 'bench', store, handle, limits: LIMITS, log: createLogger('bench', 'fatal'), bury: async () => { throw new Error('poison'); } });
await inbox.open();
const cases = new CaseBatches({ accounts: ACCOUNTS, prefix: 'later' });
const take = (topic: string, records: InRecord[]): Promise<void> => inbox.receive(topic, 0, records, [{ topic, partition: 0, offset: cases.offset }]);
const memory = (): string => `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident, ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB at most until now`;
if (ingested) {
  await take(ACCOUNT_TOPIC, cases.accountEvents());
  for (let told = 0; cases.cases < FACTS; ) {
    await take(CASE_TOPIC, cases.next(INGESTED_BATCH));
    if (cases.cases - told < TELL_EVERY) continue;
    told = cases.cases;
    console.log(`${told} facts in ${((performance.now() - began) / 1_000).toFixed(0)} s: ${memory()}`);
  }
}
const [[rows]] = await store.snapshot((snapshot) => snapshot.rows('SELECT count(*) FROM case_facts', [])) as [[bigint]];
console.log(`${FACTS} facts (${rows} rows) made in ${((performance.now() - began) / 1_000).toFixed(0)} s`);

async function measure(name: string, questions: readonly Asked[]): Promise<void> {
  const times: { ms: number; question: string }[] = [];
  const cpu = process.cpuUsage();
  for (const question of questions) {
    for (let i = 0; i < ASK_EACH; i++) {
      const asked = performance.now();
      await answer(store, readQuestion(question));
      times.push({ ms: performance.now() - asked, question: JSON.stringify(question) });
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a.ms - b.ms);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.floor(times.length * share))]!.ms.toFixed(1);
  const { ms, question } = times.at(-1)!;
  console.log(`${questions.length} ${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${ms.toFixed(1)} ms ${question}; CPU of the process ${((user + system) / 1_000 / times.length).toFixed(0)} ms each`);
}

console.log(`memory before the first question: ${memory()}`);
await measure('questions, the first after the start', COMMITTED_QUESTIONS.slice(0, 1));
await measure('questions, alone', COMMITTED_QUESTIONS);
let events = 0;
let ingesting = true;
const since = performance.now();
const beside = (async () => {
  while (ingesting) {
    const due = since + (1_000 * events) / INGEST_PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    await take(CASE_TOPIC, cases.next(BATCH));
    events += BATCH;
  }
})();
await measure('questions while others come in', COMMITTED_QUESTIONS);
await measure('raw scans while others come in', RAW_SCANS);
await measure('heavy questions while others come in', HEAVY_QUESTIONS);
ingesting = false;
await beside;
console.log(`meanwhile ${Math.round(events / ((performance.now() - since) / 1_000))} events/s came in; memory: ${memory()}`);
await store.close();
rmSync(folder, { recursive: true });
