import { Poison, type History, type Kafka, type ReceivedEvent, type Subscription } from '@youdian/messaging';
import { changesOf, isUnknownType } from './facts/changes-of.ts';
import type { FactChange } from './facts/change.ts';
import { unknownEvents } from './metrics.ts';
import type { FactStore } from './store/fact-store.ts';
import { ownerOf, TOPICS } from './topics.ts';

/** A transaction costs the same for one event as for hundreds: where few come, they are waited for so long. */
const FETCH_BYTES_MIN = 64 * 1024;
const FETCH_WAIT_MS = 100;
/** The store knows where each subject stands; the inbox need not remember it beyond a few steps. */
export const LIMITS = { knownSubjects: 10_000 };

/** Takes the events of all topics into the store. */
export function subscribeToFacts(kafka: Kafka, store: FactStore, group: string, owners: Owners): Subscription<FactChange> {
  return kafka.subscribe({ group, topics: TOPICS, store, history: historyOf(owners), handle, limits: LIMITS, minBytes: FETCH_BYTES_MIN, maxWaitMs: FETCH_WAIT_MS, fetchAhead: true });
}

export function handle(event: ReceivedEvent): FactChange[] {
  if (isUnknownType(event.type)) unknownEvents.inc({ type: event.type });
  try {
    return changesOf(event);
  } catch (error) {
    throw new Poison(`not a ${event.type}: ${(error as Error).message}`);
  }
}

/** Each owner's history, by the owner's name: `service-desk`. */
export type Owners = Readonly<Record<string, History>>;

/** One history over all topics, asked of whoever owns the topic. */
export function historyOf(owners: Owners): History {
  return {
    read: (topic, subject, fromSequence) => owners[ownerOf(topic)]!.read(topic, subject, fromSequence),
    readAll: (topic, cursor) => owners[ownerOf(topic)]!.readAll(topic, cursor),
  };
}
