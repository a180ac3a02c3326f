/** When a message may go out: at once, or when the quiet hours (免打扰时段) are over. Pure. */
import { nextDay, shanghaiInstant, shanghaiWall } from '@youdian/calendar';
import type { MessageRule } from '../message/message.ts';

/** Each day from one time in Shanghai, included, to another, which is not: `HH:MM` or `HH:MM:SS`. Both the same: never. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/**
 * AT_ONCE, whatever the hour: what somebody waits for or must act on now, as the confirmation of what he just did, a one-time code, an
 * outage or an emergency. BY_DAY: what will do in the morning.
 */
export type Urgency = 'AT_ONCE' | 'BY_DAY';

export const URGENCY: Readonly<Record<MessageRule, Urgency>> = {
  TOP_UP_RECEIPT: 'AT_ONCE',
  BALANCE_LOW: 'BY_DAY',
  ROVING_VISIT: 'BY_DAY',
  ROVING_VISIT_CHANGED: 'BY_DAY',
  ROVING_VISIT_CANCELLED: 'BY_DAY',
};

export interface Timed {
  readonly urgency: Urgency;
  /** When it must be out at the latest. */
  readonly deadline?: Date | undefined;
}

/** `at`, or the end of the quiet hours that it falls into; what would be out too late by then goes at once. */
export function goesAt({ urgency, deadline }: Timed, at: Date, quiet: QuietHours): Date {
  if (urgency === 'AT_ONCE') return at;
  const until = quietUntil(at, quiet);
  return until === undefined || (deadline !== undefined && deadline <= until) ? at : until;
}

/** The end of the quiet hours that an instant falls into; undefined outside of them. */
export function quietUntil(at: Date, { from, to }: QuietHours): Date | undefined {
  if (from === to) return undefined;
  const [day, time] = shanghaiWall(at).split('T') as [string, string];
  const isQuiet = from < to ? from <= time && time < to : from <= time || time < to;
  return isQuiet ? shanghaiInstant(`${time < to ? day : nextDay(day)}T${to}`) : undefined;
}
