import type { DeadLetter } from './dead-letter.ts';
import type { ReceivedEvent } from './event.ts';
import type { SubjectKey } from './inbox-store.ts';

/** Where a subject stands, in memory. */
export interface Known extends SubjectKey {
  sequence: bigint;
  blockedAt: bigint | undefined;
  incomplete: string | undefined;
  touched: boolean;
}

/** What one step gathers before it is committed. */
export interface Draft<E> {
  readonly effects: E[];
  readonly letters: DeadLetter[];
  readonly touched: Known[];
  /** Events above the next of their subject. */
  readonly held: Map<string, Map<bigint, ReceivedEvent>>;
  readonly unpark: (SubjectKey & { through: bigint })[];
  readonly progress: { topic: string; partition: number; through: Date }[];
}

export function newDraft<E>(): Draft<E> {
  return { effects: [], letters: [], touched: [], held: new Map(), unpark: [], progress: [] };
}

export function touch<E>(draft: Draft<E>, state: Known): void {
  if (state.touched) return;
  state.touched = true;
  draft.touched.push(state);
}

export function hold<E>(draft: Draft<E>, event: ReceivedEvent): void {
  const key = keyOf(event.topic, event.subject);
  let events = draft.held.get(key);
  if (!events) draft.held.set(key, (events = new Map()));
  if (!events.has(event.sequence)) events.set(event.sequence, event);
}

export function keyOf(topic: string, subject: string): string {
  return `${topic}\0${subject}`;
}
