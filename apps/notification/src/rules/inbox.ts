import { idFromKey } from '@youdian/commit-log';
import { MongoInboxStore, Poison, type InboxStep, type InboxStore, type ReceivedEvent } from '@youdian/messaging';
import type { Db } from 'mongodb';
import { queue, type MessageRequest } from '../message/decide.ts';
import { ACTOR, type Messages } from '../message/store.ts';
import { matchRule } from './rules.ts';

export const BALANCE_TOPIC = 'prepaid-billing.balance.v1';
export const POSTING_TOPIC = 'prepaid-billing.posting.v1';

export interface Queueing {
  readonly request: MessageRequest;
}

/** Event → the message it asks for, if any. Its id is made of the event and the rule, so the same event asks only once. */
export function requestFor(event: ReceivedEvent): Queueing[] {
  try {
    const match = matchRule(event);
    if (!match) return [];
    const cause = `${event.source}|${event.subject}|${event.sequence}`;
    const messageId = idFromKey('notification', 'message', match.rule, cause);
    return [{ request: { ...match, messageId, causeEventId: event.id, traceparent: event.traceparent } }];
  } catch (error) {
    throw new Poison(`not a ${event.type}: ${(error as Error).message}`);
  }
}

/** The inbox of this service: queues the messages that a batch asks for, all at once, before the batch counts as done. */
export class MessageInbox implements InboxStore<Queueing> {
  readonly #inbox: MongoInboxStore;
  readonly #messages: Messages;
  readonly #queued: (messageIds: string[]) => void;

  constructor(db: Db, messages: Messages, queued: (messageIds: string[]) => void) {
    this.#inbox = new MongoInboxStore(db, 'notification');
    this.#messages = messages;
    this.#queued = queued;
  }

  open() {
    return this.#inbox.open();
  }

  subjects(topic: string, subjects: readonly string[]) {
    return this.#inbox.subjects(topic, subjects);
  }

  parked(topic: string, subject: string, above: bigint, limit: number) {
    return this.#inbox.parked(topic, subject, above, limit);
  }

  async commit(step: InboxStep<Queueing>): Promise<void> {
    const requests = step.effects.map(({ request }) => request);
    const outcomes = await this.#messages.executeMany(
      requests.map((request) => ({
        id: request.messageId,
        command: { operation: 'QueueMessage', key: request.messageId, actor: ACTOR, input: request.messageId, traceparent: request.traceparent },
        decide: (state, at) => ({ events: queue(state, request, at) }),
      })),
    );
    const rejected = outcomes.find((outcome) => 'rejection' in outcome);
    if (rejected) throw new Error(`messages could not be queued: ${rejected.rejection.code}`);
    await this.#inbox.commit({ ...step, effects: [] });
    this.#queued(requests.map(({ messageId }) => messageId));
  }
}
