import { goesAt, URGENCY, type QuietHours } from '../quiet-hours/quiet-hours.ts';
import type { MessageEvent, MessageFacts, MessageRule, MessageState, MessageStatus } from './message.ts';

/** No outcome is known yet. */
const UNDECIDED: readonly MessageStatus[] = ['QUEUED', 'DEFERRED', 'ATTEMPTED'];
const ENDED: readonly MessageStatus[] = ['DELIVERED', 'FAILED', 'WITHDRAWN'];

/** A message that a rule asks for because of one event; its id is made of both, so that it can be asked for only once. */
export interface MessageRequest {
  readonly messageId: string;
  readonly rule: MessageRule;
  readonly accountNo: string;
  readonly causeEventId: string;
  readonly facts: MessageFacts;
  readonly traceparent?: string | undefined;
}

export function queue(state: MessageState, request: MessageRequest, at: Date, quiet: QuietHours): MessageEvent[] {
  if (state.status !== 'NONE') return [];
  const { messageId, rule, accountNo, causeEventId, facts, traceparent } = request;
  return [
    {
      type: 'MessageQueued',
      data: { messageId, rule, accountNo, causeEventId, queuedAt: at },
      kept: { facts, ...(traceparent ? { traceparent } : {}) },
    },
    ...deferral(messageId, request, at, quiet),
  ];
}

/** Whether it is to wait; asked again when it is about to go out, for it may have been held up until the quiet hours began. */
export function deferral(messageId: string, { rule, facts: { tellBy } }: Pick<MessageState, 'rule' | 'facts'>, at: Date, quiet: QuietHours): MessageEvent[] {
  const until = goesAt({ urgency: URGENCY[rule as MessageRule], deadline: tellBy === undefined ? undefined : new Date(tellBy) }, at, quiet);
  return until > at ? [{ type: 'MessageDeferred', data: { messageId, deferredAt: at, until, reason: 'QUIET_HOURS' } }] : [];
}

export interface Attempt {
  readonly messageId: string;
  readonly content: Uint8Array;
  readonly person: string;
  readonly language: string;
}

/** Whether a message is to be handed to the SMSC now: it is new, has waited, or its last attempt has had no known outcome for long. */
export function isDue(state: MessageState, at: Date, retryAfterMs: number): boolean {
  if (state.status === 'QUEUED') return true;
  if (state.status === 'DEFERRED') return state.notBefore! <= at;
  return state.status === 'ATTEMPTED' && at.getTime() - state.attemptedAt!.getTime() >= retryAfterMs;
}

/** Whether it never left in time: what was handed over may have arrived. */
export function isTooLate({ attempts, facts: { until } }: MessageState, at: Date): boolean {
  return attempts === 0 && until !== undefined && new Date(until) <= at;
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

/** Why what has waited is not sent any more: nothing is left to tell, or a newer message tells it. */
export type Withdrawal = 'SETTLED' | 'SUPERSEDED';

export function withdraw(state: MessageState, messageId: string, reason: Withdrawal, at: Date): MessageEvent[] {
  return state.status === 'DEFERRED' || state.status === 'ATTEMPTED' ? [{ type: 'MessageWithdrawn', data: { messageId, withdrawnAt: at, reason } }] : [];
}

export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly providerMessageId: string }
  | { readonly kind: 'refused'; readonly reason: 'NO_CONTACT' | 'REJECTED' | 'TOO_LATE' };

export function submitted(state: MessageState, messageId: string, outcome: SubmitOutcome, at: Date): MessageEvent[] {
  if (!UNDECIDED.includes(state.status)) return [];
  return outcome.kind === 'accepted'
    ? [{ type: 'MessageSent', data: { messageId, sentAt: at, providerMessageId: outcome.providerMessageId } }]
    : [{ type: 'MessageFailed', data: { messageId, failedAt: at, reason: outcome.reason } }];
}

/** A receipt may overtake the record that the message was sent, and may come twice. */
export function receipted(state: MessageState, messageId: string, providerMessageId: string, delivered: boolean, at: Date): MessageEvent[] {
  if (ENDED.includes(state.status)) return [];
  const sent: MessageEvent[] = state.status === 'SENT' ? [] : [{ type: 'MessageSent', data: { messageId, sentAt: at, providerMessageId } }];
  return delivered
    ? [...sent, { type: 'MessageDelivered', data: { messageId, deliveredAt: at } }]
    : [...sent, { type: 'MessageFailed', data: { messageId, failedAt: at, reason: 'UNDELIVERED' } }];
}
