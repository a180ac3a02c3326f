import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inbox, type DeadLetter, type Event, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import type { FactChange } from '../facts/change.ts';
import { rollUpsOf } from '../catalogue/roll-ups.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { handle } from '../ingest.ts';
import { answer, type Answer } from '../query/answer.ts';
import { listFacts, readFactsAsked, type AskedFacts, type FactsAnswer } from '../query/facts.ts';
import { readQuestion, type Asked } from '../query/question.ts';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { PARTITIONS, TOPICS } from '../topics.ts';
import { partitionFor, progressOf, recordOf, type Story } from './story.ts';

/** A machine that is busy with other tests is no reason to fail. */
const QUERY_LIMIT_MS = 120_000;
const START = new Date('2026-11-24T00:00:00Z');

/** For tests: real facts in a folder that is removed again, with what arrives put in by hand instead of by Kafka. */
export class StatisticsUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), 'youdian-statistics-'));
  readonly letters: DeadLetter[] = [];
  readonly #story: Story;
  #store: DuckDbFactStore | undefined;
  #inbox: Inbox<FactChange> | undefined;
  #offset = 0;
  #nowMs = 0;

  constructor(story: Story) {
    this.#story = story;
  }

  get store(): DuckDbFactStore {
    return this.#store!;
  }

  async start(): Promise<this> {
    this.#store = await DuckDbFactStore.open({ folder: this.folder, memoryLimitMb: 512, clock: () => START, queryLimitMs: QUERY_LIMIT_MS, rollUps: rollUpsOf(STATISTICS) });
    this.#inbox = new Inbox({
      group: 'analytics', store: this.#store, handle, history: this.#story.history(), log: createLogger('test', 'fatal'), nowMs: () => this.#nowMs,
      bury: async (letters) => void this.letters.push(...letters),
    });
    this.#inbox.clusterId = 'test';
    await this.#inbox.open();
    return this;
  }

  /** Everything that was told so far, in its order. */
  async arrives(events: readonly Event[] = this.#story.events): Promise<void> {
    const batches = new Map<string, { topic: string; partition: number; records: InRecord[] }>();
    for (const event of events) {
      const partition = partitionFor(event);
      const key = `${event.topic}/${partition}`;
      const batch = batches.get(key) ?? { topic: event.topic, partition, records: [] };
      batch.records.push(recordOf(event, this.#offset++));
      batches.set(key, batch);
    }
    for (const { topic, partition, records } of batches.values()) await this.#receive(topic, partition, records);
  }

  async progress(through: string, topics: readonly string[] = TOPICS): Promise<void> {
    for (const topic of topics) {
      for (let partition = 0; partition < PARTITIONS; partition++) await this.#receive(topic, partition, [progressOf(topic, partition, new Date(through), this.#offset++)]);
    }
    await this.store.open(); // postponed progress is durable now
  }

  /** Gaps older than the grace are asked for at their owners. */
  async heal(): Promise<void> {
    this.#nowMs += 2_000;
    await this.#inbox!.heal();
  }

  async ask(statistic: string, asked: Partial<Omit<Asked, 'statistic'>> = {}): Promise<Answer> {
    return answer(this.store, readQuestion({ statistic, groupBy: [], from: '', to: '', filters: {}, ...asked }));
  }

  /** The rows as `key,key: value,value`. */
  async table(statistic: string, asked: Partial<Omit<Asked, 'statistic'>> = {}): Promise<string[]> {
    return (await this.ask(statistic, asked)).rows.map(({ keys, values }) => `${keys.join(',')}: ${values.join(',')}`);
  }

  async facts(statistic: string, asked: Partial<Omit<AskedFacts, 'statistic'>> = {}): Promise<FactsAnswer> {
    return listFacts(this.store, readFactsAsked({ statistic, from: '', to: '', ...asked }));
  }

  async restart(): Promise<void> {
    await this.store.close();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }

  #receive(topic: string, partition: number, records: InRecord[]): Promise<void> {
    return this.#inbox!.receive(topic, partition, records, [{ topic, partition, offset: BigInt(this.#offset) }]);
  }
}
