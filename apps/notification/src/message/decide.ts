import type { MessageEvent, MessageFacts, MessageRule, MessageState } from './message.ts';

/** A message that a rule asks for because of one event; its id is made of both, so that it can be asked for only once. */
export interface MessageRequest {
  readonly messageId: string;
  readonly rule: MessageRule;
  readonly accountNo: string;
  readonly causeEventId: string;
  readonly facts: MessageFacts;
  readonly traceparent?: string | undefined;
}

export function queue(state: MessageState, request: MessageRequest, at: Date): MessageEvent[] {
  if (state.status !== 'NONE') return [];
  const { messageId, rule, accountNo, causeEventId, facts, traceparent } = request;
  return [
    {
      type: 'MessageQueued',
      data: { messageId, rule, accountNo, causeEventId, queuedAt: at },
      kept: { facts, ...(traceparent ? { traceparent } : {}) },
    },
  ];
}

export interface Attempt {
  readonly messageId: string;
  readonly content: Uint8Array;
  readonly person: string;
  readonly language: string;
}

/** Whether a message is to be handed to the SMSC now: it is new, or its last attempt has had no known outcome for long. */
export function isDue(state: MessageState, at: Date, retryAfterMs: number): boolean {
  if (state.status === 'QUEUED') return true;
  return state.status === 'ATTEMPTED' && at.getTime() - state.attemptedAt!.getTime() >= retryAfterMs;
}

/** Whether it never left in time: what was handed over may have arrived. */
export function isTooLate({ status, facts: { until } }: MessageState, at: Date): boolean {
  return status === 'QUEUED' && until !== undefined && new Date(until) <= at;
}

/** Only one sender wins an attempt; for the others there is nothing left to do. */
export function attempt(state: MessageState, wanted: Attempt, at: Date, retryAfterMs: number): MessageEvent[] {
  if (!isDue(state, at, retryAfterMs)) return [];
  const { messageId, content, person, language } = wanted;
  return [
    {
      type: 'MessageAttempted',
      data: { messageId, attempt: state.attempts + 1, attemptedAt: at },
      kept: { content, person, language },
    },
  ];
}

export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly providerMessageId: string }
  | { readonly kind: 'refused'; readonly reason: 'NO_CONTACT' | 'REJECTED' | 'TOO_LATE' };

export function submitted(state: MessageState, messageId: string, outcome: SubmitOutcome, at: Date): MessageEvent[] {
  if (state.status !== 'ATTEMPTED' && state.status !== 'QUEUED') return [];
  return outcome.kind === 'accepted'
    ? [{ type: 'MessageSent', data: { messageId, sentAt: at, providerMessageId: outcome.providerMessageId } }]
    : [{ type: 'MessageFailed', data: { messageId, failedAt: at, reason: outcome.reason } }];
}

/** A receipt may overtake the record that the message was sent, and may come twice. */
export function receipted(state: MessageState, messageId: string, providerMessageId: string, delivered: boolean, at: Date): MessageEvent[] {
  if (state.status === 'DELIVERED' || state.status === 'FAILED') return [];
  const sent: MessageEvent[] = state.status === 'SENT' ? [] : [{ type: 'MessageSent', data: { messageId, sentAt: at, providerMessageId } }];
  return delivered
    ? [...sent, { type: 'MessageDelivered', data: { messageId, deliveredAt: at } }]
    : [...sent, { type: 'MessageFailed', data: { messageId, failedAt: at, reason: 'UNDELIVERED' } }];
}
