import type { Consumer } from './consumer.ts';
import type { ConsumerStatus } from './consumer-options.ts';
import { deadLetterDesk, type DeadLetterDesk } from './dead-letter-desk.ts';
import { letterOfRecord, type DeadLetter } from './dead-letter.ts';
import { Poison, reasonOf } from './errors.ts';
import { headerText, type InRecord } from './event.ts';
import type { Wire } from './wire.ts';
import { deadLettered } from './metrics.ts';

/** A record from outside, which carries no sequence of ours. */
export interface PlainRecord<T> {
  readonly value: T;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | undefined;
  header(name: string): string | undefined;
}

export interface PoisonRecord<T> {
  readonly record: PlainRecord<T>;
  /** In words, without personal data. */
  readonly reason: string;
}

export interface PlainOptions<T> {
  readonly group: string;
  readonly topic: string;
  /** Whatever it throws makes the record poison. */
  decode(record: InRecord): T;
  /**
   * Resolves when the batch is durable, with those records that can never be taken. Offsets follow after that. May see a
   * record again after a crash, so tell records apart by their own ids. What it throws is taken for "not now": the same
   * batch comes again.
   */
  onBatch(batch: readonly PlainRecord<T>[], signal: AbortSignal): Promise<readonly PoisonRecord<T>[] | void>;
  readonly sessionTimeoutMs?: number;
  readonly maxBatchRecords?: number;
  /** How many partitions' batches may be in work at the same time. */
  readonly partitionsAtOnce?: number;
}

/** Most of a record is not asked for, so it is read when it is. */
class Taken<T> implements PlainRecord<T> {
  readonly topic: string;
  readonly partition: number;
  readonly origin: InRecord;
  readonly value: T;

  constructor(topic: string, partition: number, origin: InRecord, value: T) {
    this.topic = topic;
    this.partition = partition;
    this.origin = origin;
    this.value = value;
  }

  get offset(): bigint {
    return BigInt(this.origin.offset);
  }

  get key(): string | undefined {
    return this.origin.key?.toString();
  }

  header(name: string): string | undefined {
    return headerText(this.origin.headers?.[name]);
  }
}

export class PlainSubscription<T> {
  readonly #kafka: Wire;
  readonly #options: PlainOptions<T>;
  readonly #desk: DeadLetterDesk;
  readonly #consumer: Consumer;
  readonly ready: Promise<void>;

  constructor(kafka: Wire, options: PlainOptions<T>) {
    this.#kafka = kafka;
    this.#options = options;
    const { group, topic, sessionTimeoutMs, maxBatchRecords, partitionsAtOnce } = options;
    this.#desk = deadLetterDesk(kafka, group, {
      sessionTimeoutMs,
      decided: async ({ action, letter }) => {
        if (action !== 'replay' || letter.topic !== topic) return;
        const record: InRecord = { key: letter.key, value: letter.value, headers: letter.headers, offset: letter.offset.toString(), timestamp: '0' };
        await this.#take(letter.partition, [record], new AbortController().signal, letter.attempts);
      },
    });
    this.#consumer = kafka.run({
      group, topics: [topic], sessionTimeoutMs, maxBatchRecords, partitionsAtOnce,
      onBatch: ({ partition, records }, signal) => this.#take(partition, records, signal, 0),
    });
    this.ready = this.#consumer.ready;
  }

  status(): ConsumerStatus {
    return this.#consumer.status();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#consumer.stop(), this.#desk.stop()]);
  }

  async #take(partition: number, records: readonly InRecord[], signal: AbortSignal, attemptsBefore: number): Promise<void> {
    const { group, topic, decode, onBatch } = this.#options;
    const letters: DeadLetter[] = [];
    const bury = (record: InRecord, reason: string): void => {
      letters.push(letterOfRecord(group, topic, partition, record, reason, attemptsBefore + 1));
    };
    const batch: Taken<T>[] = [];
    for (const record of records) {
      try {
        batch.push(new Taken(topic, partition, record, decode(record)));
      } catch (error) {
        bury(record, error instanceof Poison ? error.message : reasonOf(error));
      }
    }
    const poison = batch.length > 0 ? await onBatch(batch, signal) : undefined;
    for (const { record, reason } of poison ?? []) bury((record as Taken<T>).origin, reason);
    if (letters.length === 0) return;
    await this.#desk.bury(letters);
    deadLettered.inc({ group, topic }, letters.length);
    this.#kafka.log.error({ group, topic, deadLetters: letters.map(({ id, reason }) => `${id}: ${reason}`).slice(0, 20) }, 'records went to the dead letters');
  }
}
