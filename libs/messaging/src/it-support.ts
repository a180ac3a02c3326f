import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, History } from './event.ts';

/** For this lib's integration tests: an owner with events, a history over them, and a way to wait. */
export class Owner implements History {
  readonly topic: string;
  readonly events: Event[] = [];
  readonly reads: string[] = [];
  readonly #last = new Map<string, bigint>();

  constructor(topic: string) {
    this.topic = topic;
  }

  /** The owner commits the subject's next event. Publishing it is another matter. */
  commit(subject: string, data: object = {}, traceparent?: string): Event {
    const sequence = (this.#last.get(subject) ?? 0n) + 1n;
    this.#last.set(subject, sequence);
    const event: Event = {
      topic: this.topic, id: `${subject}:${sequence}:0`, source: '/youdian/owner', type: 'youdian.owner.v1.ThingDone', subject, sequence,
      time: new Date(), traceparent, data: Buffer.from(JSON.stringify(data)),
    };
    this.events.push(event);
    return event;
  }

  async *read(topic: string, subject: string, from: bigint): AsyncIterable<Event> {
    this.reads.push(`${subject}:${from}`);
    for (const event of this.events) if (event.topic === topic && event.subject === subject && event.sequence >= from) yield event;
  }

  async *readAll(topic: string, cursor = '0'): AsyncIterable<{ event: Event; cursor: string }> {
    this.reads.push(`all:${cursor}`);
    for (let at = Number(cursor); at < this.events.length; at++) {
      if (this.events[at]!.topic === topic) yield { event: this.events[at]!, cursor: String(at + 1) };
    }
  }

  ids(): string[] {
    return this.events.map(({ id }) => id);
  }
}

/** Waits until `holds`; fails with what `tell` says. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 20_000, tell: () => unknown = () => 'not within the limit'): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${JSON.stringify(tell(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))} (waited ${limitMs} ms)`);
    await sleep(20);
  }
}

/** Short counts in `npm test`, long ones in `npm run soak`. */
export const scaled = (short: number, long: number): number => (process.env['SOAK'] ? long : short);
