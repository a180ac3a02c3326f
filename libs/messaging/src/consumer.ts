import type { Logger } from '@youdian/telemetry';
import type { Consumer as KafkaJsConsumer, EachBatchPayload, Kafka as KafkaJs } from 'kafkajs';
import { Backoff, pause } from './backoff.ts';
import type { Batch, ConsumerOptions, ConsumerStatus, Position } from './consumer-options.ts';
import { reasonOf } from './errors.ts';
import type { InRecord } from './event.ts';
import { installFastRecords } from './fast-records.ts';
import type { Cluster } from './cluster.ts';
import { consumed, lag, retried } from './metrics.ts';

interface Place {
  next: bigint;
  /** Batches in a row that did not begin at `next`. */
  misplaced: number;
  /** Not yet committed to Kafka. */
  dirty: boolean;
  /** What is done with the batch before, where the next is fetched ahead. */
  work?: Promise<void> | undefined;
}

const SESSION_TIMEOUT_MS = 6_000;
const MAX_WAIT_MS = 250;
const MAX_BATCH_RECORDS = 4_000;
const COMMIT_INTERVAL_MS = 500;
const BYTES_PER_PARTITION = 1024 * 1024;
const MISPLACED_BEFORE_ASKING = 3;
/** A fetch is answered within `maxWaitMs` even when there is nothing; a frozen broker answers none. */
const SILENT_MS = 5_000;

/** A member of a consumer group that keeps its place itself and never leaves a record out, nor goes back in silence. */
export class Consumer {
  readonly #kafka: Cluster;
  readonly #client: KafkaJs;
  readonly #options: ConsumerOptions;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #places = new Map<string, Place>();
  readonly #loop: Promise<void>;
  #assignment = new AbortController();
  #consumer: KafkaJsConsumer | undefined;
  #status: ConsumerStatus = { state: 'joining' };
  /** One for each batch in work. */
  readonly #heartbeats = new Set<() => Promise<void>>();
  #placeAgain: () => void = () => {};
  /** When Kafka last answered a fetch. */
  #heardMs = performance.now();
  #markReady: () => void = () => {};
  /** Resolves at the first assignment that is in place. */
  readonly ready: Promise<void>;

  constructor(kafka: Cluster, client: KafkaJs, options: ConsumerOptions) {
    installFastRecords();
    this.#kafka = kafka;
    this.#client = client;
    this.#options = options;
    this.#log = kafka.log.child({ group: options.group });
    this.ready = new Promise((resolve) => (this.#markReady = resolve));
    this.#loop = this.#keepRunning();
  }

  status(): ConsumerStatus {
    const silentMs = performance.now() - this.#heardMs;
    if (this.#status.state !== 'consuming' || this.#heartbeats.size > 0 || silentMs < SILENT_MS) return this.#status;
    return { state: 'waiting', reason: `Kafka has not answered for ${Math.round(silentMs / 1_000)} s` };
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#loop;
    this.#stopping.abort();
    this.#assignment.abort();
    await this.#loop;
    this.#status = { state: 'stopped' };
    this.#markReady();
  }

  /** The client gives up on some errors; this never does, until stopped. */
  async #keepRunning(): Promise<void> {
    const backoff = new Backoff({ firstMs: 200, maxMs: 3_000 });
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#runOnce(backoff);
      } catch (error) {
        this.#wait(error);
      }
      if (!this.#stopping.signal.aborted) await backoff.wait(this.#stopping.signal);
    }
  }

  async #runOnce(backoff: Backoff): Promise<void> {
    const { group, topics, sessionTimeoutMs = SESSION_TIMEOUT_MS, maxWaitMs = MAX_WAIT_MS, minBytes = 1, partitionsAtOnce = 1 } = this.#options;
    const counts = await this.#kafka.partitionCounts(topics);
    for (const topic of topics) if (!counts.get(topic)) throw new Error(`topic ${topic} does not exist`);
    const consumer = this.#client.consumer({
      groupId: group, sessionTimeout: sessionTimeoutMs, heartbeatInterval: Math.floor(sessionTimeoutMs / 4), rebalanceTimeout: Math.max(10_000, sessionTimeoutMs),
      maxWaitTimeInMs: maxWaitMs, minBytes, maxBytesPerPartition: BYTES_PER_PARTITION, allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    this.#consumer = consumer;
    const crashed = new Promise<Error>((resolve) => consumer.on('consumer.crash', ({ payload }) => resolve(payload.error)));
    consumer.on('consumer.group_join', ({ payload }) => {
      this.#placeAgain = () => this.#assigned(consumer, payload.memberAssignment, backoff);
      this.#placeAgain();
    });
    consumer.on('consumer.fetch', () => { this.#heardMs = performance.now(); });
    const beat = setInterval(() => void this.#beat(), Math.floor(sessionTimeoutMs / 4));
    const commit = setInterval(() => void this.#commit(consumer), COMMIT_INTERVAL_MS);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: partitionsAtOnce,
        eachBatch: (payload) => this.#eachBatch(consumer, payload),
      });
      const error = await Promise.race([crashed, aborted(this.#stopping.signal)]);
      if (error) throw error;
    } finally {
      clearInterval(beat);
      clearInterval(commit);
      this.#assignment.abort();
      if (this.#stopping.signal.aborted) {
        await this.#settleBatches();
        await this.#commit(consumer);
      }
      this.#consumer = undefined;
      await consumer.disconnect().catch(() => {});
      this.#places.clear();
    }
  }

  /** Called by the client before the first fetch of an assignment: nothing is fetched until each partition has its place. */
  #assigned(consumer: KafkaJsConsumer, assignment: Record<string, number[]>, backoff: Backoff): void {
    // A join may come to its end after the stop, or in a client that has been given up.
    if (this.#stopping.signal.aborted || this.#consumer !== consumer) return;
    this.#assignment.abort();
    this.#assignment = new AbortController();
    this.#places.clear();
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })));
    consumer.pause(Object.entries(assignment).map(([topic, numbers]) => ({ topic, partitions: numbers })));
    void this.#place(consumer, partitions, this.#assignment.signal, backoff);
  }

  async #place(consumer: KafkaJsConsumer, partitions: { topic: string; partition: number }[], signal: AbortSignal, backoff: Backoff): Promise<void> {
    const retry = new Backoff({ firstMs: 100, maxMs: 1_000 });
    while (!signal.aborted) {
      try {
        const positions = await this.#startingPositions(partitions, signal);
        if (signal.aborted) return;
        for (const { topic, partition, offset } of positions) {
          this.#places.set(keyOf(topic, partition), { next: offset, misplaced: 0, dirty: true });
          consumer.seek({ topic, partition, offset: offset.toString() });
        }
        consumer.resume(this.#options.topics.map((topic) => ({ topic })));
        this.#status = { state: 'consuming' };
        this.#heardMs = performance.now();
        backoff.reset();
        this.#markReady();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#wait(error);
        await retry.wait(signal);
      }
    }
  }

  async #startingPositions(partitions: readonly { topic: string; partition: number }[], signal: AbortSignal): Promise<Position[]> {
    const { group, startAt } = this.#options;
    const known = new Map<string, bigint>();
    const remember = (positions: readonly Position[]): void => {
      for (const { topic, partition, offset } of positions) known.set(keyOf(topic, partition), offset);
    };
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    remember(await this.#kafka.committedOffsets(group, topics));
    if (startAt) remember(await startAt(partitions, signal));
    const ranges = new Map<string, { earliest: bigint; latest: bigint }>();
    for (const topic of topics) for (const { partition, ...range } of await this.#kafka.offsets(topic)) ranges.set(keyOf(topic, partition), range);
    const positions: Position[] = [];
    for (const { topic, partition } of partitions) {
      const { earliest, latest } = ranges.get(keyOf(topic, partition)) ?? { earliest: 0n, latest: 0n };
      const offset = known.get(keyOf(topic, partition)) ?? earliest;
      if (offset < earliest || offset > latest) {
        throw new Error(`${topic}/${partition}: offset ${offset} is outside ${earliest} to ${latest}: records may be missing. `
          + `Decide where group ${group} goes on and set its offset`);
      }
      positions.push({ topic, partition, offset });
    }
    return positions;
  }

  async #eachBatch(consumer: KafkaJsConsumer, payload: EachBatchPayload): Promise<void> {
    const { batch, isStale } = payload;
    const signal = this.#assignment.signal;
    const place = this.#places.get(keyOf(batch.topic, batch.partition));
    if (!place) return;
    const before = place.work;
    place.work = undefined;
    await before; // where it failed, the batch after it is out of place
    if (isStale() || signal.aborted || batch.messages.length === 0) return;
    const records = await this.#inPlace(consumer, payload, place, signal);
    if (!records) return;
    const work = this.#work(consumer, payload, records, place, signal);
    if (!this.#options.fetchAhead) return work;
    payload.resolveOffset(batch.lastOffset());
    // Thrown to the next, which is the same again, also where nothing else comes.
    work.catch(() => {
      if (!signal.aborted) consumer.seek({ topic: batch.topic, partition: batch.partition, offset: place.next.toString() });
    });
    place.work = work;
  }

  async #work(consumer: KafkaJsConsumer, { batch, heartbeat, resolveOffset }: EachBatchPayload, records: readonly InRecord[], place: Place, signal: AbortSignal): Promise<void> {
    const maxRecords = this.#options.maxBatchRecords ?? MAX_BATCH_RECORDS;
    for (let from = 0; from < records.length; from += maxRecords) {
      if (signal.aborted) return;
      const chunk = records.length <= maxRecords ? records : records.slice(from, from + maxRecords);
      const last = chunk[chunk.length - 1]!.offset;
      const done = await this.#until({ topic: batch.topic, partition: batch.partition, records: chunk, next: BigInt(last) + 1n }, heartbeat, signal);
      if (!done) return;
      if (!this.#options.fetchAhead) resolveOffset(last);
      place.next = BigInt(last) + 1n;
      place.dirty = true;
      await heartbeat().catch(async (error: unknown) => {
        await this.#commit(consumer); // before the partition may go to another member
        throw error;
      });
    }
    const { topic, partition } = batch;
    consumed.inc({ group: this.#options.group, topic }, records.length);
    lag.set({ group: this.#options.group, topic, partition }, Number(BigInt(batch.highWatermark) - place.next));
  }

  /**
   * The client may deliver what it fetched before a seek, and it resets an offset out of range in silence; so compare.
   * Undefined: not these, another fetch comes.
   */
  async #inPlace(consumer: KafkaJsConsumer, { batch }: EachBatchPayload, place: Place, signal: AbortSignal): Promise<readonly InRecord[] | undefined> {
    const { topic, partition, messages } = batch;
    const first = BigInt(messages[0]!.offset);
    const fetchedAt = BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset ?? first);
    const inOrder = first === place.next || (first > place.next && fetchedAt <= place.next);
    if (inOrder) {
      // A first record above, in answer to a fetch at `next`, is a record that Kafka does not hand out: a control record.
      place.misplaced = 0;
      return messages;
    }
    const begin = first < place.next ? messages.findIndex(({ offset }) => BigInt(offset) >= place.next) : -1;
    if (begin > 0) return messages.slice(begin);
    place.misplaced += 1;
    place.dirty = true; // the client may have committed its own idea
    if (place.misplaced >= MISPLACED_BEFORE_ASKING) {
      const range = (await this.#kafka.offsets(topic)).find((row) => row.partition === partition);
      if (!range) throw new Error(`partition ${topic}/${partition} is gone`);
      place.misplaced = 0;
      if (place.next < range.earliest || place.next > range.latest) {
        await this.#commit(consumer);
        if (!signal.aborted) this.#placeAgain();
        return undefined;
      }
      if (first > place.next) return messages;
    }
    if (!signal.aborted) consumer.seek({ topic, partition, offset: place.next.toString() });
    return undefined;
  }

  /** Tries until the batch is done; false when the assignment ended before. Heartbeats go on meanwhile. */
  async #until(batch: Batch, heartbeat: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    const backoff = new Backoff({ firstMs: 100, maxMs: 3_000 });
    let lostMembership: unknown;
    const beat = async () => {
      try {
        await heartbeat();
      } catch (error) {
        lostMembership = error;
      }
    };
    this.#heartbeats.add(beat);
    try {
      for (;;) {
        try {
          await this.#options.onBatch(batch, signal);
          if (this.#status.state === 'waiting') this.#log.info({ topic: batch.topic, partition: batch.partition }, 'consuming again');
          if (!signal.aborted) this.#status = { state: 'consuming' };
          return true;
        } catch (error) {
          if (signal.aborted) return false;
          this.#wait(error);
          retried.inc({ group: this.#options.group });
          await backoff.wait(signal);
          if (lostMembership) throw lostMembership;
          if (signal.aborted) return false;
        }
      }
    } finally {
      this.#heartbeats.delete(beat);
      this.#heardMs = performance.now();
      if (this.#heartbeats.size === 0) this.#settled?.();
    }
  }

  #settled: (() => void) | undefined;

  async #beat(): Promise<void> {
    for (const beat of this.#heartbeats) await beat();
  }

  /** Batches in work when the consumer is stopped may finish, so that their places are committed. */
  async #settleBatches(): Promise<void> {
    if (this.#heartbeats.size === 0) return;
    const settled = new Promise<void>((resolve) => (this.#settled = resolve));
    await Promise.race([settled, pause(STOP_WAIT_MS)]);
  }

  #wait(error: unknown): void {
    const reason = reasonOf(error);
    if (this.#status.state !== 'waiting') this.#log.warn({ reason }, 'waiting; the same work is tried again');
    this.#status = { state: 'waiting', reason };
  }

  /** For lag tools, and where no store keeps the positions; a failure is made good by the next. */
  async #commit(consumer: KafkaJsConsumer): Promise<void> {
    if (this.#consumer !== consumer) return;
    const offsets: { topic: string; partition: number; offset: string }[] = [];
    const places: Place[] = [];
    for (const [key, place] of this.#places) {
      if (!place.dirty) continue;
      const [topic, partition] = splitKey(key);
      offsets.push({ topic, partition, offset: place.next.toString() });
      places.push(place);
      place.dirty = false;
    }
    if (offsets.length === 0) return;
    await consumer.commitOffsets(offsets).catch(() => {
      for (const place of places) place.dirty = true;
    });
  }
}

const STOP_WAIT_MS = 10_000;

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function splitKey(key: string): [string, number] {
  const slash = key.lastIndexOf('/');
  return [key.slice(0, slash), Number(key.slice(slash + 1))];
}

function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}
