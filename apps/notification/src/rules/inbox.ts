import { idFromKey } from '@youdian/commit-log';
import { MongoInboxStore, Poison, type InboxStep, type InboxStore, type ReceivedEvent } from '@youdian/messaging';
import type { Db } from 'mongodb';
import type { MessageRequest } from '../message/decide.ts';
import { fanOutOf, type FanOut } from '../fan-out/fan-out.ts';
import { FAN_OUTS } from '../fan-out/store.ts';
import type { QuietHours } from '../quiet-hours/quiet-hours.ts';
import { queueAll, type Messages } from '../message/store.ts';
import { matchRule } from './rules.ts';

export const BALANCE_TOPIC = 'prepaid-billing.balance.v1';
export const POSTING_TOPIC = 'prepaid-billing.posting.v1';

export const ROUTE_TOPIC = 'prepaid-billing.roving-route.v1';

/** A message to one, or what is to be told to many. */
export type Effect = { readonly request: MessageRequest } | { readonly fanOut: FanOut };

/** Event → what it asks for, if anything. Its id is made of the event and the rule, so the same event asks only once. */
export function effectsOf(event: ReceivedEvent): Effect[] {
  try {
    const fanOut = fanOutOf(event);
    if (fanOut) return [{ fanOut }];
    const match = matchRule(event);
    if (!match) return [];
    const cause = `${event.source}|${event.subject}|${event.sequence}`;
    const messageId = idFromKey('notification', 'message', match.rule, cause);
    return [{ request: { ...match, messageId, causeEventId: event.id, traceparent: event.traceparent } }];
  } catch (error) {
    throw new Poison(`not a ${event.type}: ${(error as Error).message}`);
  }
}

export interface Hints {
  queued(messageIds: string[]): void;
  fannedOut(): void;
}

/**
 * The inbox of this service: queues the messages that a batch asks for, all at once, before the batch counts as done. What
 * is for many is only noted, with the batch: a partition never waits until thousands are asked for.
 */
export class MessageInbox implements InboxStore<Effect> {
  readonly #inbox: MongoInboxStore;
  readonly #messages: Messages;
  readonly #quiet: QuietHours;
  readonly #hints: Hints;

  constructor(db: Db, messages: Messages, quiet: QuietHours, hints: Hints) {
    this.#inbox = new MongoInboxStore(db, 'notification');
    this.#messages = messages;
    this.#quiet = quiet;
    this.#hints = hints;
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

  async commit(step: InboxStep<Effect>): Promise<void> {
    const requests = step.effects.flatMap((effect) => ('request' in effect ? [effect.request] : []));
    const fanOuts = step.effects.flatMap((effect) => ('fanOut' in effect ? [{ collection: FAN_OUTS, insert: { ...effect.fanOut } }] : []));
    await queueAll(this.#messages, requests, this.#quiet);
    await this.#inbox.commit({ ...step, effects: fanOuts });
    this.#hints.queued(requests.map(({ messageId }) => messageId));
    if (fanOuts.length > 0) this.#hints.fannedOut();
  }
}
