import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect, decodeRecord, Malformed, Progress, type ReceivedEvent } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { eventually } from './eventually.ts';

/** Everything that is on some topics, from the beginning, repeats included. */
export interface Collected {
  readonly events: readonly ReceivedEvent[];
  /** The newest `through` that has been said on the topic. */
  progress(topic: string): Date | undefined;
  /** Each event once, by its id, in the subject's order. */
  of(subject: string): ReceivedEvent[];
  /** Waits until there are that many different events. */
  count(different: number, limitMs?: number): Promise<void>;
  /** Fails unless each subject's sequences are 1, 2, 3 … once repeats are left out. */
  assertGapless(): void;
  stop(): Promise<void>;
}

export async function collectEvents(brokers: string, topics: readonly string[]): Promise<Collected> {
  const kafka = connect({ brokers: brokers.split(','), clientId: 'collector', log: createLogger('collector', 'fatal') });
  const events: ReceivedEvent[] = [];
  const ids = new Set<string>();
  const said = new Map<string, Date>();
  const consumer = kafka.run({
    group: `collector-${randomUUID()}`,
    topics,
    onBatch: async ({ topic, partition, records }) => {
      for (const record of records) {
        const event = decodeRecord(topic, partition, record);
        if (event instanceof Malformed) throw new Error(event.reason);
        if (event instanceof Progress) said.set(topic, event.through);
        else {
          events.push(event);
          ids.add(`${event.source} ${event.id}`);
        }
      }
    },
  });
  await consumer.ready;
  const once = () => [...new Map(events.map((event) => [`${event.source} ${event.id}`, event])).values()];
  return {
    events,
    progress: (topic) => said.get(topic),
    of: (subject) => once().filter((event) => event.subject === subject).sort((a, b) => Number(a.sequence - b.sequence)),
    count: async (different, limitMs) => void (await eventually(`${different} events`, () => ids.size >= different, limitMs)),
    assertGapless: () => {
      const last = new Map<string, bigint>();
      for (const event of once()) {
        const subject = `${event.topic} ${event.subject}`;
        assert.equal(event.sequence, (last.get(subject) ?? 0n) + 1n, `the sequence of ${subject}`);
        last.set(subject, event.sequence);
      }
    },
    stop: () => kafka.close(),
  };
}
