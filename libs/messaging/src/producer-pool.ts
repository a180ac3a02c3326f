import type { Logger } from '@youdian/telemetry';
import type { Kafka as KafkaJs, Producer } from 'kafkajs';
import type { EncodedBatch } from './encoded-batch.ts';
import { reasonOf } from './errors.ts';
import { installFastRequests } from './fast-requests.ts';

/** Where a partition sends: always the same member of the pool, so that its sequence numbers continue. */
export interface ProducerSeat {
  /** Resolves when acknowledged. After an error, send the very same batch again. */
  send(topic: string, batch: EncodedBatch): Promise<void>;
}

/** The client sends the same batch again, with the same sequence numbers, for about 20 s; then a new producer is taken. */
const RETRY = { retries: 24, initialRetryTime: 100, maxRetryTime: 1_000 };
const ALL_IN_SYNC_REPLICAS = -1;
/** How long the broker may wait for its replicas; below the client's own request timeout. */
const PRODUCE_TIMEOUT_MS = 8_000;

/**
 * Idempotent producers. Each has one request in flight per broker (the client's own lock), so a few are faster than
 * one. After retries ended the outcome of a batch is unknown and the client has taken its sequence numbers back: other
 * records under the same numbers could pass as duplicates, so that producer is given up and a new one goes on.
 */
export class ProducerPool {
  readonly #members: Member[];

  constructor(client: KafkaJs, size: number, log: Logger) {
    installFastRequests();
    this.#members = Array.from({ length: size }, () => new Member(client, log));
  }

  seat(number: number): ProducerSeat {
    return this.#members[number % this.#members.length]!;
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
  }
}

class Member implements ProducerSeat {
  readonly #client: KafkaJs;
  readonly #log: Logger;
  #current: Promise<Producer> | undefined;

  constructor(client: KafkaJs, log: Logger) {
    this.#client = client;
    this.#log = log;
  }

  async send(topic: string, batch: EncodedBatch): Promise<void> {
    const current = (this.#current ??= this.#connect());
    try {
      const producer = await current;
      await producer.send({ topic, messages: batch, acks: ALL_IN_SYNC_REPLICAS, timeout: PRODUCE_TIMEOUT_MS });
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
