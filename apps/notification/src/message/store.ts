import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { MessageAttempted, MessageDelivered, MessageFailed, MessageQueued, MessageSent } from '@youdian/contracts-notification/events';
import { Rejected } from '@youdian/rejection';
import { queue, type MessageRequest } from './decide.ts';
import { evolve, initialMessage, type MessageEvent, type MessageState } from './message.ts';

export const MESSAGE_TOPIC = 'notification.message.v1';
/** The service itself acts here; nobody else changes a message. */
export const ACTOR = 'service:notification';

/** No outcome is known yet. */
export const WAITING = ['QUEUED', 'ATTEMPTED'];

export type Messages = AggregateStore<MessageState, MessageEvent>;

export function openMessages(log: CommitLog): Promise<Messages> {
  return openAggregates<MessageState, MessageEvent>(log, {
    name: 'message',
    collection: 'messages',
    topic: MESSAGE_TOPIC,
    source: '/youdian/notification',
    typePrefix: 'youdian.notification.v1',
    messages: { MessageQueued, MessageAttempted, MessageSent, MessageDelivered, MessageFailed },
    initial: initialMessage,
    evolve,
    indexes: [
      { key: { 'state.accountNo': 1, 'state.queuedAt': -1 } },
      { key: { 'state.queuedAt': -1 } },
      { key: { 'state.providerMessageId': 1 } },
      // What still has to go out: few at any time.
      { key: { 'state.status': 1 }, partialFilterExpression: { 'state.status': { $in: WAITING } } },
    ],
  });
}

/** All at once; what is queued already stays as it is. */
export async function queueAll(messages: Messages, requests: readonly MessageRequest[]): Promise<void> {
  const outcomes = await messages.executeMany(
    requests.map((request) => ({
      id: request.messageId,
      command: { operation: 'QueueMessage', key: request.messageId, actor: ACTOR, input: request.messageId, traceparent: request.traceparent },
      decide: (state, at) => ({ events: queue(state, request, at) }),
    })),
  );
  const rejected = outcomes.find((outcome) => 'rejection' in outcome);
  if (rejected) throw new Rejected(rejected.rejection);
}

/** How many have no known outcome yet, up to `limit`; of one roving route only, if given. */
export function waitingMessages({ readModel }: Messages, limit: number, routeId?: string): Promise<number> {
  return readModel.documents.countDocuments({ 'state.status': { $in: WAITING }, ...(routeId && { 'state.facts.routeId': routeId }) } as object, { limit });
}
