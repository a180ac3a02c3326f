import type {
  MessageAttempted,
  MessageDeferred,
  MessageDelivered,
  MessageFailed,
  MessageQueued,
  MessageSent,
  MessageWithdrawn,
} from '@youdian/contracts-notification/events';

/** Recipient and text as they went out, sealed; they never leave this service's store. */
export interface SealedContent {
  readonly content: Uint8Array;
}

export type MessageEvent =
  | { readonly type: 'MessageQueued'; readonly data: MessageQueued; readonly kept: { readonly facts: MessageFacts; readonly traceparent?: string } }
  | { readonly type: 'MessageAttempted'; readonly data: MessageAttempted; readonly kept: SealedContent & { readonly person: string; readonly language: string } }
  | { readonly type: 'MessageDeferred'; readonly data: MessageDeferred }
  | { readonly type: 'MessageSent'; readonly data: MessageSent }
  | { readonly type: 'MessageDelivered'; readonly data: MessageDelivered }
  | { readonly type: 'MessageFailed'; readonly data: MessageFailed }
  | { readonly type: 'MessageWithdrawn'; readonly data: MessageWithdrawn };

export type MessageRule = 'BALANCE_LOW' | 'TOP_UP_RECEIPT' | 'ROVING_VISIT' | 'ROVING_VISIT_CHANGED' | 'ROVING_VISIT_CANCELLED';

/** Whether a whole line is told, and so nobody in particular waits for it. */
export function isForMany({ rule }: Pick<MessageState, 'rule'>): boolean {
  return rule.startsWith('ROVING_VISIT');
}

/**
 * What the text is made of; fen as decimal strings. After `until` (RFC 3339), where there is one, it is of no use, and by `tellBy` it must
 * be out to be of full use.
 */
export type MessageFacts = Readonly<Record<string, string>>;

export type MessageStatus = 'NONE' | 'QUEUED' | 'DEFERRED' | 'ATTEMPTED' | 'SENT' | 'DELIVERED' | 'FAILED' | 'WITHDRAWN';

export interface MessageState {
  readonly status: MessageStatus;
  readonly rule: string;
  readonly accountNo: string;
  readonly causeEventId: string;
  readonly facts: MessageFacts;
  readonly traceparent?: string | undefined;
  readonly attempts: number;
  readonly queuedAt?: Date | undefined;
  /** If it had to wait: until when, and why (a code). */
  readonly notBefore?: Date | undefined;
  readonly waitedFor?: string | undefined;
  readonly attemptedAt?: Date | undefined;
  readonly sentAt?: Date | undefined;
  readonly deliveredAt?: Date | undefined;
  readonly failedAt?: Date | undefined;
  readonly withdrawnAt?: Date | undefined;
  /** Why it failed or was withdrawn (a code). */
  readonly failure: string;
  readonly providerMessageId: string;
  readonly language: string;
  /** Whose key opens `content`. */
  readonly person: string;
  readonly content?: Uint8Array | undefined;
}

export const initialMessage: MessageState = {
  status: 'NONE',
  rule: '',
  accountNo: '',
  causeEventId: '',
  facts: {},
  attempts: 0,
  failure: '',
  providerMessageId: '',
  language: '',
  person: '',
};

export function evolve(state: MessageState, event: MessageEvent): MessageState {
  switch (event.type) {
    case 'MessageQueued': {
      const { rule, accountNo, causeEventId, queuedAt } = event.data;
      return { ...state, status: 'QUEUED', rule, accountNo, causeEventId, queuedAt, facts: event.kept.facts, traceparent: event.kept.traceparent };
    }
    case 'MessageDeferred':
      return { ...state, status: 'DEFERRED', notBefore: event.data.until, waitedFor: event.data.reason };
    case 'MessageAttempted': {
      const { attempt, attemptedAt } = event.data;
      const { content, person, language } = event.kept;
      return { ...state, status: 'ATTEMPTED', attempts: attempt, attemptedAt, content, person, language };
    }
    case 'MessageSent':
      return { ...state, status: 'SENT', sentAt: event.data.sentAt, providerMessageId: event.data.providerMessageId };
    case 'MessageDelivered':
      return { ...state, status: 'DELIVERED', deliveredAt: event.data.deliveredAt };
    case 'MessageFailed':
      return { ...state, status: 'FAILED', failedAt: event.data.failedAt, failure: event.data.reason };
    case 'MessageWithdrawn':
      return { ...state, status: 'WITHDRAWN', withdrawnAt: event.data.withdrawnAt, failure: event.data.reason };
    default:
      return event satisfies never;
  }
}
