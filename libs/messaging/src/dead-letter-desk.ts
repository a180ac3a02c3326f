import { Backoff } from './backoff.ts';
import type { Consumer } from './consumer.ts';
import {
  DEAD_LETTER_PARTITIONS, decodeDecision, deadLetterTopic, encodeLetter, replayTopic, type DeadLetter, type Decision,
} from './dead-letter.ts';
import type { TopicSpec } from './cluster.ts';
import type { Wire } from './wire.ts';
import type { KafkaPublisher } from './publisher.ts';

/** Where a group's dead letters leave, and where an operator's decisions on them come back. */
export interface DeadLetterDesk {
  bury(letters: readonly DeadLetter[]): Promise<void>;
  stop(): Promise<void>;
}

export interface DeskOptions {
  readonly sessionTimeoutMs?: number | undefined;
  /** Resolves when the decision is durable; throws to be asked again. */
  decided(decision: Decision): Promise<void>;
}

const KEPT_FOR_EVER = { 'retention.ms': '-1' };
/** Also how long a stop may take. */
const REPLAY_WAIT_MS = 400;

export function deadLetterTopics(group: string): TopicSpec[] {
  return [deadLetterTopic(group), replayTopic(group)].map((topic) => ({ topic, partitions: DEAD_LETTER_PARTITIONS, config: KEPT_FOR_EVER }));
}

export function deadLetterDesk(kafka: Wire, group: string, options: DeskOptions): DeadLetterDesk {
  const stopping = new AbortController();
  const backoff = new Backoff({ firstMs: 200, maxMs: 3_000 });
  let publisher: KafkaPublisher | undefined;
  let consumer: Consumer | undefined;

  const topicsThere = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await kafka.ensureTopics(deadLetterTopics(group));
        return;
      } catch {
        await backoff.wait(stopping.signal);
      }
    }
  })();

  // A group of its own, so that decisions are taken also while the group itself waits, perhaps for just that decision.
  const listening = topicsThere.then(() => {
    if (stopping.signal.aborted) return;
    consumer = kafka.run({
      group: `${group}.replays`, topics: [replayTopic(group)], sessionTimeoutMs: options.sessionTimeoutMs, maxWaitMs: REPLAY_WAIT_MS,
      onBatch: async ({ records }) => {
        for (const record of records) {
          const decision = decodeDecision(record);
          if (decision?.letter.group === group) await options.decided(decision);
        }
      },
    });
  });

  return {
    async bury(letters) {
      await topicsThere;
      publisher ??= kafka.publisher({ source: `/youdian/${group}`, limits: { producers: 1 } });
      await publisher.records(deadLetterTopic(group), letters.map(encodeLetter));
    },
    async stop() {
      stopping.abort();
      await listening;
      await Promise.all([consumer?.stop(), publisher?.close()]);
    },
  };
}
