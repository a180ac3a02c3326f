import type { Logger } from '@youdian/telemetry';
import type { Kafka as KafkaJs, Message, Producer } from 'kafkajs';
import { EncodedBatch } from './encoded-batch.ts';
import { reasonOf } from './errors.ts';
import { installFastRequests } from './fast-requests.ts';

/** Where a partition sends: always the same member of the pool, so that its sequence numbers continue. */
export interface ProducerSeat {
  /** Resolves when acknowledged. What others send in the same turn goes in the same request. */
  send(topic: string, batch: EncodedBatch): Promise<void>;
  /** After an error: the very same batch again, in a request of its own, so that none fails for another's sake twice. */
  sendAgain(topic: string, batch: EncodedBatch): Promise<void>;
}

interface Outgoing {
  readonly topic: string;
  readonly batch: EncodedBatch;
}

interface Waiting extends Outgoing {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The client sends the same batch again, with the same sequence numbers, for about 20 s; then a new producer is taken. */
const RETRY = { retries: 24, initialRetryTime: 100, maxRetryTime: 1_000 };
const ALL_IN_SYNC_REPLICAS = -1;
/** While one request of a busy topic is under way, the next is made. */
const SEATS_A_TOPIC = 2;
/** A request that has as much takes no other batch. */
const REQUEST_BYTES = 2 * 1024 * 1024;
/** How long the broker may wait for its replicas; below the client's own request timeout. */
const PRODUCE_TIMEOUT_MS = 8_000;

/**
 * Idempotent producers. Each has one request in flight per broker (the client's own lock), so a few are faster than
 * one; a request has what all its partitions send in one turn, for it costs as much as many records. After retries ended the outcome of a batch is unknown and the client has taken its sequence numbers back: other
 * records under the same numbers could pass as duplicates, so that producer is given up and a new one goes on.
 */
export class ProducerPool {
  readonly #members: Member[];
  #seats = 0;

  constructor(client: KafkaJs, size: number, log: Logger) {
    installFastRequests();
    this.#members = Array.from({ length: size }, () => new Member(client, log));
  }

  /** For each partition of a topic; they are busy together, so that few seats make few requests. */
  seats(partitions: number): ProducerSeat[] {
    const first = this.#seats;
    this.#seats += SEATS_A_TOPIC;
    return Array.from({ length: partitions }, (_, partition) => this.#members[(first + (partition % SEATS_A_TOPIC)) % this.#members.length]!);
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
  }
}

class Member implements ProducerSeat {
  readonly #client: KafkaJs;
  readonly #log: Logger;
  #current: Promise<Producer> | undefined;
  #gathering: Waiting[] = [];

  constructor(client: KafkaJs, log: Logger) {
    this.#client = client;
    this.#log = log;
  }

  send(topic: string, batch: EncodedBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#gathering.push({ topic, batch, resolve, reject }) === 1) setImmediate(() => this.#sendGathered());
    });
  }

  sendAgain(topic: string, batch: EncodedBatch): Promise<void> {
    return this.#request([{ topic, batch }]);
  }

  #sendGathered(): void {
    const gathered = this.#gathering;
    this.#gathering = [];
    for (let from = 0; from < gathered.length; ) {
      let end = from;
      for (let bytes = 0; end < gathered.length && bytes < REQUEST_BYTES; end++) bytes += gathered[end]!.batch.byteCount;
      const together = gathered.slice(from, end);
      this.#request(together).then(
        () => together.forEach(({ resolve }) => resolve()),
        (error: unknown) => together.forEach(({ reject }) => reject(error)),
      );
      from = end;
    }
  }

  async #request(outgoing: readonly Outgoing[]): Promise<void> {
    const byTopic = new Map<string, EncodedBatch[]>();
    for (const { topic, batch } of outgoing) {
      const batches = byTopic.get(topic);
      if (batches) batches.push(batch);
      else byTopic.set(topic, [batch]);
    }
    const topicMessages = [...byTopic].map(([topic, batches]) => ({ topic, messages: EncodedBatch.together(batches) as Message[] }));
    const current = (this.#current ??= this.#connect());
    try {
      const producer = await current;
      await producer.sendBatch({ topicMessages, acks: ALL_IN_SYNC_REPLICAS, timeout: PRODUCE_TIMEOUT_MS });
    } catch (error) {
      this.#giveUp(current, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = await this.#current?.catch(() => undefined);
    await producer?.disconnect();
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.producer({
      idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: RETRY,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => {});
      throw error;
    }
  }

  /** Other partitions may still have a send in flight with it: they end by themselves and then take the new one. */
  #giveUp(failed: Promise<Producer>, error: unknown): void {
    if (this.#current !== failed) return;
    this.#current = undefined;
    this.#log.warn({ reason: reasonOf(error) }, 'a producer is replaced');
    failed.then((producer) => setTimeout(() => void producer.disconnect().catch(() => {}), GIVEN_UP_LINGER_MS).unref(), () => {});
  }
}

/** Longer than the client's retries take. */
const GIVEN_UP_LINGER_MS = 60_000;
