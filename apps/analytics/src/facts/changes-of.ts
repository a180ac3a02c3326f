import type { Event } from '@youdian/messaging';
import type { FactChange, Origin } from './change.ts';
import { CASE_EVENTS } from './cases.ts';
import { CUSTOMER_EVENTS } from './customers.ts';
import { MESSAGE_EVENTS } from './messages.ts';
import { MONEY_EVENTS } from './money.ts';
import { OUTAGE_EVENTS } from './outages.ts';
import { SHIFT_EVENTS } from './shifts.ts';

const EVENTS = new Map<string, (payload: unknown, origin: Origin, time: Date) => FactChange[]>(
  Object.entries({ ...CASE_EVENTS, ...OUTAGE_EVENTS, ...CUSTOMER_EVENTS, ...MONEY_EVENTS, ...SHIFT_EVENTS, ...MESSAGE_EVENTS }),
);

/** Events of this type say nothing that the statistics know of. */
export function isUnknownType(type: string): boolean {
  return !EVENTS.has(type);
}

/** What an event says about the facts. Throws when its payload lacks what a fact needs. */
export function changesOf(event: Event): FactChange[] {
  const read = EVENTS.get(event.type);
  if (!read) return [];
  const payload: unknown = JSON.parse(Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength).toString());
  return read(payload, { subject: event.subject, sequence: event.sequence, eventId: event.id }, event.time);
}
