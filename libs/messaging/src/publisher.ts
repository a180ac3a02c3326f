import type { Kafka as KafkaJs } from 'kafkajs';
import { Backoff, pause } from './backoff.ts';
import { reasonOf, Unavailable } from './errors.ts';
import { encodeEvent, encodeProgress, type Event, type OutRecord } from './event.ts';
import type { Cluster } from './cluster.ts';
import type { PublishLimits } from './publish-limits.ts';
import { partitionOf } from './partition.ts';
import { PartitionQueue } from './partition-queue.ts';
import { ProducerPool } from './producer-pool.ts';

export interface Publisher {
  /** Resolves when all are acknowledged by all in-sync replicas; waits for ever while Kafka is away. */
  publish(events: readonly Event[]): Promise<void>;
  /** Says in every partition of the topic: everything published before this call stands before. */
  progress(topic: string, through: Date): Promise<void>;
}

export interface KafkaPublisher extends Publisher {
  /** Records as they are: dead letters, replays, or what the billing center would send. */
  records(topic: string, records: readonly OutRecord[]): Promise<void>;
  status(): PublisherStatus;
  /** Lets what is queued go out, for at most `drainMs`; what has not gone out by then is rejected. */
  close(): Promise<void>;
}

/** `waiting` is the reason, in words, while Kafka does not take what is queued. */
export interface PublisherStatus {
  readonly queuedRecords: number;
  readonly waiting?: string | undefined;
}

export interface PublisherOptions {
  /** `/youdian/<service>`, for the Progress events. */
  readonly source: string;
  readonly limits?: Partial<PublishLimits>;
}

const DEFAULT_LIMITS: PublishLimits = {
  batchRecords: 500, batchBytes: 768 * 1024, queuedRecords: 20_000, queuedBytes: 32 * 1024 * 1024, producers: 4, drainMs: 10_000, lingerMs: 0,
};

export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export function createPublisher(kafka: Cluster, client: KafkaJs, options: PublisherOptions): KafkaPublisher {
  return new QueuedPublisher(kafka, client, options);
}

class QueuedPublisher implements KafkaPublisher {
  readonly #kafka: Cluster;
  readonly #source: string;
  readonly #limits: PublishLimits;
  readonly #pool: ProducerPool;
  readonly #topics = new Map<string, Promise<PartitionQueue[]>>();
  readonly #queues: PartitionQueue[] = [];
  readonly #load = { records: 0, bytes: 0 };
  readonly #stopping = new AbortController();
  readonly #waitingForRoom: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #queuesMade = 0;
  #waiting: string | undefined;
  #closed: Promise<void> | undefined;

  constructor(kafka: Cluster, client: KafkaJs, options: PublisherOptions) {
    this.#kafka = kafka;
    this.#source = options.source;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#pool = new ProducerPool(client, this.#limits.producers, kafka.log);
  }

  async publish(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return;
    const byTopic = new Map<string, OutRecord[]>();
    for (const event of events) {
      const record = encodeEvent(event);
      const records = byTopic.get(event.topic);
      if (records) records.push(record);
      else byTopic.set(event.topic, [record]);
    }
    await this.#enqueue(byTopic);
  }

  records(topic: string, records: readonly OutRecord[]): Promise<void> {
    return records.length === 0 ? Promise.resolve() : this.#enqueue(new Map([[topic, records]]));
  }

  async progress(topic: string, through: Date): Promise<void> {
    const now = this.#kafka.clock();
    const everyPartition = (partitions: number): OutRecord[] =>
      Array.from({ length: partitions }, (_, partition) => encodeProgress(this.#source, topic, partition, through, now));
    await this.#enqueue(new Map([[topic, everyPartition]]));
  }

  status(): PublisherStatus {
    return { queuedRecords: this.#load.records, waiting: this.#waiting ?? this.#queues.find((queue) => queue.waiting)?.waiting };
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      const drained = Promise.all([this.#turn, ...this.#queues.map((queue) => queue.idle())]);
      await Promise.race([drained, pause(this.#limits.drainMs, this.#stopping.signal)]);
      this.#stopping.abort();
      for (const resume of this.#waitingForRoom.splice(0)) resume();
      await Promise.all(this.#queues.map((queue) => queue.idle()));
      await this.#pool.close();
    })();
    return this.#closed;
  }

  /**
   * Whoever calls first is queued first, in every partition: callers take turns, and once it is a call's turn and
   * there is room, all of it is queued without an await in between.
   */
  async #enqueue(work: ReadonlyMap<string, readonly OutRecord[] | ((partitions: number) => OutRecord[])>): Promise<void> {
    if (this.#closed) throw new Unavailable('the publisher is closed');
    const acknowledged: Promise<void>[] = [];
    const mine = this.#turn.then(async () => {
      await this.#room();
      const queues = new Map<string, PartitionQueue[]>();
      for (const topic of work.keys()) queues.set(topic, await this.#queuesOf(topic));
      for (const [topic, records] of work) {
        const partitions = queues.get(topic)!;
        acknowledged.push(this.#push(topic, partitions, typeof records === 'function' ? records(partitions.length) : records));
      }
    });
    this.#turn = mine.catch(() => {});
    await mine;
    await (acknowledged.length === 1 ? acknowledged[0] : Promise.all(acknowledged));
  }

  async #push(topic: string, queues: PartitionQueue[], records: readonly OutRecord[]): Promise<void> {
    const sizes = records.map((record) => this.#sizeOf(topic, record));
    const touched = new Set<PartitionQueue>();
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!;
      const partition = record.partition ?? (record.key === null ? 0 : partitionOf(record.key, queues.length));
      const queue = queues[partition];
      if (!queue) throw new RangeError(`topic ${topic} has no partition ${partition}`);
      queue.add(record, sizes[i]!);
      touched.add(queue);
    }
    if (touched.size === 1) return [...touched][0]!.flushed();
    await Promise.all([...touched].map((queue) => queue.flushed()));
  }

  #sizeOf(topic: string, record: OutRecord): number {
    let bytes = (record.value?.length ?? 0) + (record.key?.length ?? 0) + 64;
    for (const name in record.headers) bytes += name.length + record.headers[name]!.length + 2;
    if (bytes > this.#limits.batchBytes) throw new EventTooLarge(`a record for ${topic} has ${bytes} bytes; the limit is ${this.#limits.batchBytes}`);
    return bytes;
  }

  async #room(): Promise<void> {
    const { queuedRecords, queuedBytes } = this.#limits;
    while ((this.#load.records >= queuedRecords || this.#load.bytes >= queuedBytes) && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
  }

  #queuesOf(topic: string): Promise<PartitionQueue[]> {
    let queues = this.#topics.get(topic);
    if (!queues) {
      queues = this.#makeQueues(topic);
      this.#topics.set(topic, queues);
      queues.catch(() => this.#topics.delete(topic));
    }
    return queues;
  }

  async #makeQueues(topic: string): Promise<PartitionQueue[]> {
    const count = await this.#partitionCount(topic);
    const queues = Array.from({ length: count }, (_, partition) => new PartitionQueue({
      topic, partition, limits: this.#limits, log: this.#kafka.log, signal: this.#stopping.signal,
      producer: this.#pool.seat(this.#queuesMade++),
      moved: (records, bytes) => this.#moved(records, bytes),
    }));
    this.#queues.push(...queues);
    return queues;
  }

  /** Waits while Kafka is away; a topic that does not exist is its caller's error. */
  async #partitionCount(topic: string): Promise<number> {
    const backoff = new Backoff({ firstMs: 100, maxMs: 2_000 });
    for (;;) {
      try {
        const count = (await this.#kafka.partitionCounts([topic])).get(topic);
        this.#waiting = undefined;
        if (!count) throw new TypeError(`topic ${topic} does not exist`);
        return count;
      } catch (error) {
        const unknown = error instanceof TypeError || (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION';
        if (unknown || this.#stopping.signal.aborted) throw error;
        this.#waiting = `publishing to ${topic}: ${reasonOf(error)}`;
        await backoff.wait(this.#stopping.signal);
      }
    }
  }

  #moved(records: number, bytes: number): void {
    this.#load.records += records;
    this.#load.bytes += bytes;
    if (records < 0) for (const resume of this.#waitingForRoom.splice(0)) resume();
  }
}
