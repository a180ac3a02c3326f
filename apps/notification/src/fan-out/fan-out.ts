/** One event that is told to thousands: page by page of the accounts of its lines, from a position that is kept. */
import { idFromKey } from '@youdian/commit-log';
import type { ReceivedEvent } from '@youdian/messaging';
import type { MessageRequest } from '../message/decide.ts';
import { noticesOf, type Notice } from './notices.ts';

/** Where it stands: the target of its notices and lines that is at work, and after which page. */
export interface Position {
  readonly target: number;
  /** Page token; empty: the first page. */
  readonly after: string;
}

export interface FanOut extends Position {
  /** `source|subject|sequence` of the event. */
  readonly _id: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly causeEventId: string;
  readonly traceparent: string;
  readonly notices: readonly Notice[];
  /** Nothing is left to do. */
  readonly done: boolean;
}

/** Undefined where the event is told to nobody. Throws where it is not what its type says. */
export function fanOutOf(event: ReceivedEvent): FanOut | undefined {
  const notices = noticesOf(event);
  if (notices.length === 0) return undefined;
  const { source, subject, sequence, id, traceparent = '' } = event;
  return { _id: `${source}|${subject}|${sequence}`, subject, sequence, causeEventId: id, traceparent, notices, target: 0, after: '', done: false };
}

export interface Page {
  readonly accountNos: readonly string[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export interface Target {
  readonly notice: Notice;
  readonly lineId: string;
}

export function targetOf({ notices, target }: Pick<FanOut, 'notices' | 'target'>): Target | undefined {
  return notices.flatMap((notice) => notice.lineIds.map((lineId) => ({ notice, lineId })))[target];
}

/** Where it stands after a page; without one the target is left out. */
export function after(fanOut: FanOut, page?: Page): Position & { readonly done: boolean } {
  if (page && page.nextPageToken !== '') return { target: fanOut.target, after: page.nextPageToken, done: false };
  const target = fanOut.target + 1;
  return { target, after: '', done: targetOf({ notices: fanOut.notices, target }) === undefined };
}

/** Of the account's message about a version of a stop. */
export const noticeId = (about: string, accountNo: string) => idFromKey('notification', 'message', about, accountNo);

/** The same at every attempt: an account is asked to be told of a version of a stop only once, whatever is repeated. */
export function requestsFor({ causeEventId, traceparent }: FanOut, { notice: { rule, about, facts }, lineId }: Target, accountNos: readonly string[]): MessageRequest[] {
  return accountNos.map((accountNo) => ({
    messageId: noticeId(about, accountNo), rule, accountNo, causeEventId, facts: { ...facts, lineId }, ...(traceparent && { traceparent }),
  }));
}
