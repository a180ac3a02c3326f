import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { MessageAttempted, MessageDelivered, MessageFailed, MessageQueued, MessageSent } from '@youdian/contracts-notification/events';
import { evolve, initialMessage, type MessageEvent, type MessageState } from './message.ts';

export const MESSAGE_TOPIC = 'notification.message.v1';
/** The service itself acts here; nobody else changes a message. */
export const ACTOR = 'service:notification';

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
      { key: { 'state.status': 1 }, partialFilterExpression: { 'state.status': { $in: ['QUEUED', 'ATTEMPTED'] } } },
    ],
  });
}
