import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { MessageAttempted, MessageDeferred, MessageDelivered, MessageFailed, MessageQueued, MessageSent, MessageWithdrawn } from '@youdian/contracts-notification/events';
import { Rejected } from '@youdian/rejection';
import type { QuietHours } from '../quiet-hours/quiet-hours.ts';
import { queue, type MessageRequest } from './decide.ts';
import { evolve, initialMessage, type MessageEvent, type MessageState } from './message.ts';

export const MESSAGE_TOPIC = 'notification.message.v1';
/** The service itself acts here; nobody else changes a message. */
export const ACTOR = 'service:notification';

/** To go out as soon as that can be, or on the way. */
export const WAITING = ['QUEUED', 'ATTEMPTED'];

/** Waits for a time. */
export const DEFERRED = 'DEFERRED';

export type Messages = AggregateStore<MessageState, MessageEvent>;

export function openMessages(log: CommitLog): Promise<Messages> {
  return openAggregates<MessageState, MessageEvent>(log, {
    name: 'message',
    collection: 'messages',
    topic: MESSAGE_TOPIC,
    source: '/youdian/notification',
    typePrefix: 'youdian.notification.v1',
    messages: { MessageQueued, MessageDeferred, MessageAttempted, MessageSent, MessageDelivered, MessageFailed, MessageWithdrawn },
    initial: initialMessage,
    evolve,
    indexes: [
      { key: { 'state.accountNo': 1, 'state.queuedAt': -1 } },
      { key: { 'state.queuedAt': -1 } },
      { key: { 'state.providerMessageId': 1 } },
      // What still has to go out: few at any time.
      { key: { 'state.status': 1 }, partialFilterExpression: { 'state.status': { $in: WAITING } } },
      { key: { 'state.notBefore': 1, 'state.queuedAt': 1 }, partialFilterExpression: { 'state.status': DEFERRED } },
    ],
  });
}

/** All at once; what is queued already stays as it is. */
export async function queueAll(messages: Messages, requests: readonly MessageRequest[], quiet: QuietHours): Promise<void> {
  const outcomes = await messages.executeMany(
    requests.map((request) => ({
      id: request.messageId,
      command: { operation: 'QueueMessage', key: request.messageId, actor: ACTOR, input: request.messageId, traceparent: request.traceparent },
      decide: (state, at) => ({ events: queue(state, request, at, quiet) }),
    })),
  );
  const rejected = outcomes.find((outcome) => 'rejection' in outcome);
  if (rejected) throw new Rejected(rejected.rejection);
}

/** Whether one of these was handed to the SMSC: it may have arrived. */
export async function anyHandedOver(messages: Messages, messageIds: readonly string[]): Promise<boolean> {
  return (await Promise.all(messageIds.map((id) => messages.read(id)))).some((found) => found !== undefined && found.state.attempts > 0);
}

/** Of those that waited for a time that has come, the first in the order in which they were asked for. */
export async function awakened({ readModel }: Messages, at: Date, limit: number): Promise<string[]> {
  const due = { 'state.status': DEFERRED, 'state.notBefore': { $lte: at } } as object;
  const found = readModel.documents.find(due, { projection: { _id: 1 } }).sort({ 'state.notBefore': 1, 'state.queuedAt': 1 }).limit(limit);
  return (await found.toArray()).map(({ _id }) => String(_id));
}

/** How many are to go out or on their way, up to `limit`; of one roving route only, if given. */
export function waitingMessages({ readModel }: Messages, limit: number, routeId?: string): Promise<number> {
  return readModel.documents.countDocuments({ 'state.status': { $in: WAITING }, ...(routeId && { 'state.facts.routeId': routeId }) } as object, { limit });
}
