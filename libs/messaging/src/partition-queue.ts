import { faultPoint } from '@youdian/fault-points';
import type { Logger } from '@youdian/telemetry';
import { Backoff, pause } from './backoff.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { reasonOf, Unavailable } from './errors.ts';
import type { OutRecord } from './event.ts';
import { published, publishRetries } from './metrics.ts';
import type { ProducerSeat } from './producer-pool.ts';
import type { PublishLimits } from './publish-limits.ts';
import { Rhythm } from './rhythm.ts';

/** Records; for fewer a send saves less than the wait costs. */
const WORTH_LINGERING_FOR = 4;

export interface PartitionQueueOptions {
  readonly topic: string;
  readonly partition: number;
  readonly limits: PublishLimits;
  readonly producer: ProducerSeat;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told how many records and bytes came (positive) or went (negative). */
  readonly moved: (records: number, bytes: number) => void;
}

interface Ticket {
  readonly through: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * One partition, one send in flight. What comes while a send is in flight waits and goes out as the next batch, so a
 * quiet partition is prompt and a busy one sends large batches; where enough is about to come it may linger for more. A batch that failed
 * is sent again, the very same, before anything else: the broker knows it by its sequence numbers.
 */
export class PartitionQueue {
  readonly #options: PartitionQueueOptions;
  readonly #backoff = new Backoff({ firstMs: 100, maxMs: 2_000 });
  readonly #rhythm = new Rhythm(performance.now());
  #records: OutRecord[] = [];
  #sizes: number[] = [];
  #head = 0;
  #added = 0;
  #acknowledged = 0;
  #tickets: Ticket[] = [];
  #sending: Promise<void> | undefined;
  waiting: string | undefined;

  constructor(options: PartitionQueueOptions) {
    this.#options = options;
  }

  add(record: OutRecord, bytes: number): void {
    this.#records.push(record);
    this.#sizes.push(bytes);
    this.#added += 1;
    this.#options.moved(1, bytes);
    this.#sending ??= this.#send();
  }

  /** Resolves when everything added so far is acknowledged. */
  flushed(): Promise<void> {
    if (this.#acknowledged === this.#added) return Promise.resolve();
    return new Promise((resolve, reject) => this.#tickets.push({ through: this.#added, resolve, reject }));
  }

  async idle(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    await Promise.resolve(); // the caller first adds all that it has
    const { limits: { lingerMs, batchRecords }, signal } = this.#options;
    while (this.#head < this.#records.length && !signal.aborted) {
      if (this.#rhythm.expectedIn(lingerMs) >= WORTH_LINGERING_FOR && this.#records.length - this.#head < batchRecords) await pause(lingerMs, signal);
      const { records, bytes } = this.#take();
      this.#rhythm.note(records.length, performance.now());
      if (!(await this.#deliver(EncodedBatch.ofRecords(this.#options.partition, records, bytes)))) break;
      this.#settle(records.length, bytes);
    }
    this.#sending = undefined;
    if (signal.aborted) this.#rejectAll();
  }

  #take(): { records: OutRecord[]; bytes: number } {
    const { batchRecords, batchBytes } = this.#options.limits;
    const end = Math.min(this.#records.length, this.#head + batchRecords);
    let bytes = this.#sizes[this.#head]!;
    let next = this.#head + 1;
    while (next < end && bytes + this.#sizes[next]! <= batchBytes) bytes += this.#sizes[next++]!;
    const records = this.#records.slice(this.#head, next);
    this.#head = next;
    if (this.#head === this.#records.length) {
      this.#records = [];
      this.#sizes = [];
      this.#head = 0;
    }
    return { records, bytes };
  }

  /** False only when stopped before it was acknowledged. */
  async #deliver(batch: EncodedBatch): Promise<boolean> {
    const { topic, partition, producer, signal, log } = this.#options;
    for (;;) {
      try {
        await producer.send(topic, batch);
        faultPoint('publisher.acknowledged-not-told');
        if (this.waiting) log.info({ topic, partition }, 'publishing again');
        this.waiting = undefined;
        this.#backoff.reset();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        if (!this.waiting) log.warn({ topic, partition, reason: reasonOf(error) }, 'Kafka does not take a batch; the same batch is tried again');
        this.waiting = `publishing to ${topic}/${partition}: ${reasonOf(error)}`;
        publishRetries.inc({ topic });
        await this.#backoff.wait(signal);
        if (signal.aborted) return false;
      }
    }
  }

  #settle(records: number, bytes: number): void {
    this.#acknowledged += records;
    published.inc({ topic: this.#options.topic }, records);
    this.#options.moved(-records, -bytes);
    let settled = 0;
    while (settled < this.#tickets.length && this.#tickets[settled]!.through <= this.#acknowledged) this.#tickets[settled++]!.resolve();
    if (settled > 0) this.#tickets.splice(0, settled);
  }

  #rejectAll(): void {
    const error = new Unavailable(`stopped before Kafka acknowledged ${this.#options.topic}/${this.#options.partition}`);
    for (const ticket of this.#tickets.splice(0)) ticket.reject(error);
    this.#options.moved(0, 0);
  }
}
