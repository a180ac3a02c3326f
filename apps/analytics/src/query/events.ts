import type { Event, History } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { ownerOf, TOPICS } from '../topics.ts';
import { ownerAway, subjectWrong, unknownTopic } from './rejections.ts';

const EVENTS_MAX = 1_000;
const SUBJECT_MAX = 128;

export interface EventsAsked {
  readonly topic: string;
  readonly subject: string;
  readonly fromSequence: bigint;
}

/** The events that a fact is made of, as the service that told them keeps them. */
export async function listEvents(history: Pick<History, 'read'>, { topic, subject, fromSequence }: EventsAsked): Promise<{ events: Event[]; more: boolean }> {
  if (!TOPICS.some((known) => known === topic)) throw unknownTopic(topic, TOPICS);
  if (subject === '' || subject.length > SUBJECT_MAX) throw subjectWrong();
  const events: Event[] = [];
  try {
    for await (const event of history.read(topic, subject, fromSequence < 1n ? 1n : fromSequence)) {
      if (events.length === EVENTS_MAX) return { events, more: true };
      events.push(event);
    }
  } catch (error) {
    if (error instanceof Rejected && error.rejection.kind !== 'unavailable') throw error;
    throw ownerAway(ownerOf(topic));
  }
  return { events, more: false };
}
