import { createLogger, type Logger } from '@youdian/telemetry';
import { decodeDecision, decodeLetter, deadLetterTopic, encodeDecision, replayTopic, type DeadLetter } from './dead-letter.ts';
import type { InRecord } from './event.ts';
import { connect, type Kafka } from './kafka.ts';

export interface DeadLetterRow extends DeadLetter {
  /** When it was buried, the last time. */
  readonly at: Date;
  /** `decided`: replayed or skipped, and not buried again since. */
  readonly state: 'open' | 'replayed' | 'skipped';
}

export interface DeadLetterTarget {
  readonly brokers: readonly string[];
  readonly log?: Logger;
}

export interface Selection extends DeadLetterTarget {
  readonly group: string;
  /** Ids as `listDeadLetters` gives them, or every open one. */
  readonly ids: readonly string[] | 'all';
}

const TOPIC_SUFFIX = deadLetterTopic('');
const READ_TIMEOUT_MS = 30_000;

/** The newest burial of each dead letter, oldest first; of one group, or of all. */
export async function listDeadLetters({ group, ...target }: DeadLetterTarget & { readonly group?: string }): Promise<DeadLetterRow[]> {
  return withKafka(target, async (kafka) => {
    const topics = await kafka.topics();
    const groups = group ? [group] : topics.filter((topic) => topic.endsWith(TOPIC_SUFFIX)).map((topic) => topic.slice(0, -TOPIC_SUFFIX.length));
    const rows: DeadLetterRow[] = [];
    for (const name of groups) rows.push(...(await lettersOf(kafka, name, topics)));
    return rows.sort((a, b) => a.at.getTime() - b.at.getTime());
  });
}

/** Hands dead letters to their group again, and to no other. Answers the ids; an id that is not open is an error. */
export async function replay(selection: Selection): Promise<string[]> {
  return decide(selection, 'replay', undefined);
}

/** Leaves events out for good: their subjects go on and are marked incomplete, with the reason. */
export async function skip({ reason, ...selection }: Selection & { readonly reason: string }): Promise<string[]> {
  if (reason.trim() === '') throw new TypeError('a skip needs a reason');
  return decide(selection, 'skip', reason.trim());
}

async function decide({ group, ids, ...target }: Selection, action: 'replay' | 'skip', skipReason: string | undefined): Promise<string[]> {
  return withKafka(target, async (kafka) => {
    const open = (await lettersOf(kafka, group, await kafka.topics())).filter(({ state }) => state === 'open');
    const byId = new Map(open.map((letter) => [letter.id, letter]));
    const unknown = ids === 'all' ? [] : ids.filter((id) => !byId.has(id));
    if (unknown.length > 0) throw new RangeError(`group ${group} has no open dead letter ${unknown.join(', ')}`);
    const chosen = ids === 'all' ? open : ids.map((id) => byId.get(id)!);
    const publisher = kafka.publisher({ source: '/youdian/dlq', limits: { producers: 1 } });
    await publisher.records(replayTopic(group), chosen.map((letter) => encodeDecision({ action, letter, skipReason })));
    return chosen.map(({ id }) => id);
  });
}

async function lettersOf(kafka: Kafka, group: string, topics: readonly string[]): Promise<DeadLetterRow[]> {
  if (!topics.includes(deadLetterTopic(group))) return [];
  const rows = new Map<string, DeadLetterRow>();
  for (const record of await readTopic(kafka, deadLetterTopic(group))) {
    const letter = decodeLetter(record);
    if (letter) rows.set(letter.id, { ...letter, at: new Date(Number(record.timestamp)), state: 'open' });
  }
  if (!topics.includes(replayTopic(group))) return [...rows.values()];
  for (const record of await readTopic(kafka, replayTopic(group))) {
    const decision = decodeDecision(record);
    const row = decision && rows.get(decision.letter.id);
    if (row && Number(record.timestamp) >= row.at.getTime()) rows.set(row.id, { ...row, state: decision.action === 'skip' ? 'skipped' : 'replayed' });
  }
  return [...rows.values()];
}

/** Everything that is in the topic now. */
async function readTopic(kafka: Kafka, topic: string): Promise<InRecord[]> {
  const ranges = await kafka.offsets(topic);
  const missing = new Map(ranges.filter(({ earliest, latest }) => latest > earliest).map(({ partition, latest }) => [partition, latest]));
  const records: InRecord[] = [];
  if (missing.size === 0) return records;
  const whole = Promise.withResolvers<void>();
  const timer = setTimeout(() => whole.reject(new Error(`${topic} could not be read within ${READ_TIMEOUT_MS} ms`)), READ_TIMEOUT_MS);
  const consumer = kafka.run({
    group: `youdian-dlq-${process.pid}-${kafka.clock().getTime()}-${topic}`, topics: [topic],
    startAt: async () => ranges.map(({ partition, earliest }) => ({ topic, partition, offset: earliest })),
    onBatch: async (batch) => {
      for (const record of batch.records) records.push(record);
      if ((missing.get(batch.partition) ?? 0n) <= batch.next) missing.delete(batch.partition);
      if (missing.size === 0) whole.resolve();
    },
  });
  try {
    await whole.promise;
    return records;
  } finally {
    clearTimeout(timer);
    await consumer.stop();
  }
}

async function withKafka<T>({ brokers, log }: DeadLetterTarget, work: (kafka: Kafka) => Promise<T>): Promise<T> {
  const kafka = connect({ brokers, clientId: 'youdian-dlq', log: log ?? createLogger('dlq', 'warn') });
  try {
    return await work(kafka);
  } finally {
    await kafka.close();
  }
}
