import { MessageFailed, MessageQueued, MessageWithdrawn } from '@youdian/contracts-notification/events';
import { change, type FactChange, type Origin } from './change.ts';
import { hourOf, known, required } from './columns.ts';

/** A message is one fact, with its newest status. */
export const MESSAGE_EVENTS: Record<string, (payload: unknown, origin: Origin) => FactChange[]> = {
  'youdian.notification.v1.MessageQueued': (payload, origin) => {
    const queued = MessageQueued.fromJSON(payload);
    const queuedAt = required(queued.queuedAt, 'queuedAt');
    return [change('message_facts', origin, {
      rule: required(queued.rule, 'rule'), account_no: known(queued.accountNo), status: 'QUEUED', queued_at: queuedAt, ...hourOf(queuedAt),
    })];
  },
  'youdian.notification.v1.MessageDeferred': () => [],
  'youdian.notification.v1.MessageAttempted': () => [],
  'youdian.notification.v1.MessageSent': (_, origin) => [change('message_facts', origin, { status: 'SENT' })],
  'youdian.notification.v1.MessageDelivered': (_, origin) => [change('message_facts', origin, { status: 'DELIVERED' })],
  'youdian.notification.v1.MessageFailed': (payload, origin) => [change('message_facts', origin, { status: 'FAILED', reason: known(MessageFailed.fromJSON(payload).reason) })],
  'youdian.notification.v1.MessageWithdrawn': (payload, origin) => [change('message_facts', origin, { status: 'WITHDRAWN', reason: known(MessageWithdrawn.fromJSON(payload).reason) })],
};
