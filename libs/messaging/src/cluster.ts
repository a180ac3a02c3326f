import { connect as connectSocket } from 'node:net';
import type { Clock, Logger } from '@youdian/telemetry';
import { systemClock } from '@youdian/telemetry';
import { Kafka as KafkaJs, logLevel, type Admin, type KafkaConfig, type logCreator } from 'kafkajs';
import { Backoff } from './backoff.ts';
import { Unavailable } from './errors.ts';
import { TOPIC_PARTITIONS } from './partition.ts';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** How long an answer of a broker is waited for. */
  readonly requestTimeoutMs?: number;
  /** Where a broker's advertised address is really reached: tunnels, and tests that lose answers on the way. */
  readonly route?: (address: Address) => Address;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface TopicSpec {
  readonly topic: string;
  /** Absent: as many as every topic of ours has. */
  readonly partitions?: number;
  /** Kafka's own names: `retention.ms`, `cleanup.policy` … Given to Kafka only when the topic is created. */
  readonly config?: Readonly<Record<string, string>>;
  /** Absent: the cluster's default. */
  readonly replicationFactor?: number;
}

/** Offsets that can be read: from `earliest` to just before `latest`. */
export interface OffsetRange {
  readonly partition: number;
  readonly earliest: bigint;
  readonly latest: bigint;
}

export class PartitionCountDiffers extends Error {
  override readonly name = 'PartitionCountDiffers';
}

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 3_000;
const ASK_ATTEMPTS = 8;
const KEEP_ALIVE_DELAY_MS = 60_000;

/** A Kafka cluster: its topics, offsets and identity. */
export class Cluster {
  readonly log: Logger;
  readonly clock: Clock;
  readonly clientId: string;
  protected readonly client: KafkaJs;
  readonly #closers = new Set<() => Promise<void>>();
  #admin: Promise<Admin> | undefined;

  constructor(options: KafkaOptions) {
    this.log = options.log;
    this.clock = options.clock ?? systemClock;
    this.clientId = options.clientId;
    this.client = new KafkaJs(clientConfig(options));
  }

  /** Creates what is missing. A topic that is there with another partition count is an error: it needs a new version. */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const existing = new Set(await this.#ask((admin) => admin.listTopics()));
    const missing = specs.filter((spec) => !existing.has(spec.topic));
    if (missing.length > 0) {
      const topics = missing.map(({ topic, partitions = TOPIC_PARTITIONS, config, replicationFactor }) => ({
        topic, numPartitions: partitions, replicationFactor: replicationFactor ?? -1,
        configEntries: Object.entries(config ?? {}).map(([name, value]) => ({ name, value })),
      }));
      await this.#ask((admin) => admin.createTopics({ waitForLeaders: true, topics }));
    }
    const counts = await this.partitionCounts(specs.map((spec) => spec.topic));
    for (const { topic, partitions = TOPIC_PARTITIONS } of specs) {
      const count = counts.get(topic);
      if (count !== partitions) {
        throw new PartitionCountDiffers(`topic ${topic} has ${count} partitions, not ${partitions}: `
          + 'a subject would change its partition, so give the topic a new version (.v2) instead');
      }
    }
  }

  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found } = await this.#ask((admin) => admin.fetchTopicMetadata({ topics: [...topics] }));
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  }

  async clusterId(): Promise<string> {
    return (await this.#ask((admin) => admin.describeCluster())).clusterId;
  }

  async offsets(topic: string): Promise<OffsetRange[]> {
    const rows = await this.#ask((admin) => admin.fetchTopicOffsets(topic).catch((error: unknown) => {
      throw error instanceof TypeError ? new NoLeader(topic, error) : error;
    }));
    return rows
      .map(({ partition, low, high }) => ({ partition, earliest: BigInt(low), latest: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  }

  /** What the group has committed to Kafka; partitions without a commit are left out. */
  async committedOffsets(group: string, topics: readonly string[]): Promise<{ topic: string; partition: number; offset: bigint }[]> {
    const rows = await this.#ask((admin) => admin.fetchOffsets({ groupId: group, topics: [...topics] }));
    return rows.flatMap(({ topic, partitions }) =>
      partitions.filter(({ offset }) => Number(offset) >= 0).map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })));
  }

  async topics(): Promise<string[]> {
    return (await this.#ask((admin) => admin.listTopics())).filter((topic) => !topic.startsWith('__'));
  }

  /** Irreversible; for tests and the operator's tools. */
  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#ask((admin) => admin.deleteTopics({ topics: [...topics] }));
  }

  /** Irreversible: lets go of everything before the given offsets, as retention does. */
  async deleteRecords(topic: string, before: readonly { partition: number; offset: bigint }[]): Promise<void> {
    const partitions = before.map(({ partition, offset }) => ({ partition, offset: offset.toString() }));
    await this.#ask((admin) => admin.deleteTopicRecords({ topic, partitions }));
  }

  /** Closed with the cluster's connection, all at once. */
  protected closing<S extends { stop(): Promise<void> }>(part: S): S {
    this.#closers.add(() => part.stop());
    return part;
  }

  async close(): Promise<void> {
    const results = await Promise.allSettled([...this.#closers].map((close) => close()));
    if (this.#admin) await (await this.#admin.catch(() => undefined))?.disconnect();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Elections and fresh topics make questions fail for a moment. */
  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const backoff = new Backoff({ firstMs: 50, maxMs: 500 });
    for (let attempt = 1; ; attempt++) {
      try {
        return await question(await this.#connectedAdmin());
      } catch (error) {
        if (attempt === ASK_ATTEMPTS || (error as { retriable?: boolean }).retriable !== true) throw error;
        await backoff.wait();
      }
    }
  }

  #connectedAdmin(): Promise<Admin> {
    this.#admin ??= (async () => {
      const admin = this.client.admin({ retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } });
      await admin.connect();
      return admin;
    })().catch((error: unknown) => {
      this.#admin = undefined;
      throw error;
    });
    return this.#admin;
  }
}

/** While brokers come back kafkajs takes a topic of which no partition has a leader for one that has partitions, and stumbles. */
class NoLeader extends Unavailable {
  readonly retriable = true;

  constructor(topic: string, cause: Error) {
    super(`no partition of ${topic} has a leader`, { cause });
  }
}

function clientConfig({ brokers, clientId, log, requestTimeoutMs, route }: KafkaOptions): KafkaConfig {
  const client = log.child({ client: 'kafkajs' });
  // The client reports each retry as an error; what matters is said by this lib, in status() and in its own log lines.
  const creator: logCreator = () => ({ level, namespace, log: { message, timestamp: _, logger: __, stack: ___, ...details } }) => {
    if (level <= logLevel.WARN) client.debug({ ...details, namespace }, message);
    else client.trace({ namespace }, message);
  };
  return {
    brokers: [...brokers], clientId, logLevel: logLevel.WARN, logCreator: creator,
    connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    ...(route ? { socketFactory: ({ host, port, onConnect }) => connectSocket({ ...route({ host, port }) }, onConnect).setKeepAlive(true, KEEP_ALIVE_DELAY_MS) } : {}),
  };
}
