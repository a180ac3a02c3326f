/**
 * The committed questions over many facts while others come in: `node apps/analytics/src/bench/questions.bench.ts [facts]`. The
 * facts are made by SQL from one seed. Bars: p95 300 ms, raw scans 3 s, 2 GB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { rollUpsOf } from '../catalogue/roll-ups.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { handle, LIMITS } from '../ingest.ts';
import { answer } from '../query/answer.ts';
import { readQuestion, type Asked } from '../query/question.ts';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { openDatabase } from '../store/duckdb/open.ts';
import { CASE_TOPIC } from '../topics.ts';
import { CaseBatches } from './case-batches.ts';
import { fillWithFacts } from './large-facts.ts';
import { COMMITTED_QUESTIONS, HEAVY_QUESTIONS, RAW_SCANS } from './questions.ts';

const FACTS = Number(process.argv[2] ?? 10_000_000);
const ACCOUNTS = 20_000;
const ASK_EACH = 5;
const BATCH = 1_000;
const INGEST_PER_SECOND = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'youdian-bench-'));
const options = { folder, memoryLimitMb: 1_024, clock: () => new Date(), rollUps: rollUpsOf(STATISTICS) };

const began = performance.now();
const { database, writer } = await openDatabase(options);
await fillWithFacts(writer, { facts: FACTS, accounts: ACCOUNTS, seed: 1 });
const [[rows]] = (await writer.runAndReadAll('SELECT count(*) FROM case_facts')).getRows() as [[bigint]];
writer.closeSync();
database.closeSync();
console.log(`${FACTS} facts (${rows} rows) made in ${((performance.now() - began) / 1_000).toFixed(0)} s`);

const store = await DuckDbFactStore.open(options);
const inbox = new Inbox({ group: 'bench', store, handle, limits: LIMITS, log: createLogger('bench', 'fatal'), bury: async () => { throw new Error('poison'); } });
await inbox.open();
const cases = new CaseBatches({ accounts: ACCOUNTS, prefix: 'later' });

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

const memory = (): string => `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`;
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
    await inbox.receive(CASE_TOPIC, 0, cases.next(BATCH), [{ topic: CASE_TOPIC, partition: 0, offset: cases.offset }]);
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
