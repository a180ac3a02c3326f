import { Backoff, pause } from './backoff.ts';
import type { Consumer } from './consumer.ts';
import type { ConsumerStatus, Position } from './consumer-options.ts';
import { catchUp } from './catch-up.ts';
import { deadLetterDesk, type DeadLetterDesk } from './dead-letter-desk.ts';
import { reasonOf } from './errors.ts';
import type { History } from './event.ts';
import { Inbox } from './inbox.ts';
import { DEFAULT_INBOX_LIMITS, type InboxLimits, type InboxOptions } from './inbox-options.ts';
import type { InboxPosition, InboxStore } from './inbox-store.ts';
import type { Wire } from './wire.ts';

export interface SubscriptionOptions<E> {
  /** The service that consumes, or a replica of it with a store of its own. */
  readonly group: string;
  /** Topics of our own services: CloudEvents with gapless `ce_sequence`. */
  readonly topics: readonly string[];
  readonly store: InboxStore<E>;
  readonly handle: InboxOptions<E>['handle'];
  readonly history?: History;
  onProgress?(topic: string, partition: number, through: Date): void;
  readonly limits?: Partial<InboxLimits>;
  readonly sessionTimeoutMs?: number;
  readonly maxBatchRecords?: number;
  /** See `ConsumerOptions`: worth it where a step costs much, whatever is in it. */
  readonly minBytes?: number;
  readonly maxWaitMs?: number;
  readonly fetchAhead?: boolean;
}

export interface SubscriptionStatus extends ConsumerStatus {
  readonly parked: number;
  /** Why single subjects wait; the group as a whole goes on. */
  readonly subjects?: string | undefined;
}

/** A group's inbox on Kafka: each event has its effects once and in its subject's order, whatever is killed when. */
export class Subscription<E> {
  readonly #kafka: Wire;
  readonly #options: SubscriptionOptions<E>;
  readonly #inbox: Inbox<E>;
  readonly #desk: DeadLetterDesk;
  readonly #consumer: Consumer;
  readonly #stopping = new AbortController();
  readonly #healing: Promise<void>;
  #healTrouble: string | undefined;
  /** Resolves when partitions are assigned and each has its place. */
  readonly ready: Promise<void>;

  constructor(kafka: Wire, options: SubscriptionOptions<E>) {
    this.#kafka = kafka;
    this.#options = options;
    const { group, topics, store, handle, history, onProgress, limits, sessionTimeoutMs, maxBatchRecords, minBytes, maxWaitMs, fetchAhead } = options;
    this.#desk = deadLetterDesk(kafka, group, {
      sessionTimeoutMs,
      decided: ({ action, letter, skipReason }) =>
        action === 'replay' ? this.#inbox.replay(letter) : this.#inbox.skip(letter, skipReason ?? 'no reason given'),
    });
    this.#inbox = new Inbox({
      group, store, handle, history, limits, onProgress, log: kafka.log.child({ group }),
      bury: (letters) => this.#desk.bury(letters),
      traced: Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']),
    });
    this.#consumer = kafka.run({
      group, topics, sessionTimeoutMs, maxBatchRecords, minBytes, maxWaitMs, fetchAhead, partitionsAtOnce: PARTITIONS_AT_ONCE,
      startAt: (partitions, signal) => this.#startAt(partitions, signal),
      onBatch: ({ topic, partition, records, next }) => this.#inbox.receive(topic, partition, records, [{ topic, partition, offset: next }]),
    });
    this.ready = this.#consumer.ready;
    this.#healing = this.#keepHealing();
  }

  status(): SubscriptionStatus {
    const { parked, waiting } = this.#inbox.status();
    return { ...this.#consumer.status(), parked, subjects: this.#healTrouble ?? waiting };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#consumer.stop(), this.#desk.stop(), this.#healing]);
  }

  /**
   * Each partition's place: where the store says; the beginning for a new group whose topics are whole; otherwise the
   * topic cannot tell all, and its events come from the owner's history first.
   */
  async #startAt(partitions: readonly { topic: string; partition: number }[], signal: AbortSignal): Promise<Position[]> {
    const inbox = this.#inbox;
    const remembered = await inbox.open();
    const clusterId = await this.#kafka.clusterId();
    inbox.clusterId = clusterId;
    const sameCluster = remembered.clusterId === undefined || remembered.clusterId === clusterId;
    const stored = new Map(remembered.positions.map((position) => [`${position.topic}/${position.partition}`, position]));
    const positions: InboxPosition[] = [];
    const noted: InboxPosition[] = [];
    for (const topic of new Set(partitions.map((assigned) => assigned.topic))) {
      for (const { partition, earliest, latest } of await this.#kafka.offsets(topic)) {
        if (!partitions.some((assigned) => assigned.topic === topic && assigned.partition === partition)) continue;
        const position = stored.get(`${topic}/${partition}`);
        const inRange = position !== undefined && position.offset >= earliest && position.offset <= latest;
        if (sameCluster && inRange) positions.push(position);
        else if (sameCluster && !position && earliest === 0n) positions.push({ topic, partition, offset: 0n });
        else {
          // What is published from now on stands at `latest` and after; all before is committed, so the history has it.
          const again: InboxPosition = { topic, partition, offset: latest, catchUp: sameCluster && position?.catchUp ? position.catchUp : {} };
          positions.push(again);
          noted.push(again);
        }
      }
    }
    if (noted.length > 0) {
      this.#kafka.log.warn({ group: this.#options.group, partitions: noted.length, sameCluster }, 'the topics do not hold all that is missing: catching up from the owner\'s history');
      await inbox.moveTo(noted);
    }
    const behind = positions.filter((position) => position.catchUp);
    if (behind.length > 0) {
      const { history, limits } = this.#options;
      const counts = await this.#kafka.partitionCounts([...new Set(behind.map(({ topic }) => topic))]);
      await catchUp({ inbox, history, counts, positions: behind, batch: limits?.healBatch ?? DEFAULT_INBOX_LIMITS.healBatch, signal });
    }
    return positions;
  }

  async #keepHealing(): Promise<void> {
    const { signal } = this.#stopping;
    const everyMs = Math.min(HEAL_EVERY_MS, this.#options.limits?.graceMs ?? HEAL_EVERY_MS);
    const backoff = new Backoff({ firstMs: everyMs, maxMs: 5_000 });
    while (!signal.aborted) {
      try {
        await this.#inbox.heal();
        this.#healTrouble = undefined;
        backoff.reset();
        await pause(everyMs, signal);
      } catch (error) {
        this.#healTrouble = `healing waits: ${reasonOf(error)}`;
        await backoff.wait(signal);
      }
    }
  }
}

const HEAL_EVERY_MS = 500;
/** Their batches of one fetch become one step of the inbox. */
const PARTITIONS_AT_ONCE = 16;
