import { keyOf } from './draft.ts';
import { Unavailable } from './errors.ts';
import type { SubjectKey } from './inbox-store.ts';

/** A subject with parked events. */
export interface Waiting extends SubjectKey {
  count: number;
  /** Not looked at before. */
  lookAtMs: number;
  /** Why it still waits, in words. */
  reason: string | undefined;
}

export interface ParkingLimits {
  readonly parkedPerSubject: number;
  readonly parkedTotal: number;
  readonly graceMs: number;
}

/** Which subjects have parked events, how many, and when to look after them. The events themselves are in the store. */
export class ParkingLot {
  readonly #group: string;
  readonly #limits: ParkingLimits;
  readonly #nowMs: () => number;
  readonly #waiting = new Map<string, Waiting>();
  total = 0;

  constructor(group: string, limits: ParkingLimits, nowMs: () => number) {
    this.#group = group;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  reset(parked: readonly (SubjectKey & { readonly count: number })[]): void {
    this.#waiting.clear();
    this.total = 0;
    for (const { topic, subject, count } of parked) this.add(topic, subject, count);
  }

  get(topic: string, subject: string): Waiting | undefined {
    return this.#waiting.size === 0 ? undefined : this.#waiting.get(keyOf(topic, subject));
  }

  /** The first reason that there is. */
  reason(): string | undefined {
    for (const { reason } of this.#waiting.values()) if (reason) return reason;
    return undefined;
  }

  /** Those that waited longer than the grace; each is due again after another. */
  due(): Waiting[] {
    const now = this.#nowMs();
    const due = [...this.#waiting.values()].filter(({ lookAtMs }) => lookAtMs <= now);
    for (const waiting of due) waiting.lookAtMs = now + this.#limits.graceMs;
    return due;
  }

  add(topic: string, subject: string, count: number): void {
    const waiting = this.get(topic, subject);
    if (waiting) waiting.count += count;
    else this.#waiting.set(keyOf(topic, subject), { topic, subject, count, lookAtMs: this.#nowMs() + this.#limits.graceMs, reason: undefined });
    this.total += count;
  }

  took(waiting: Waiting, count: number): void {
    const gone = Math.min(count, waiting.count);
    waiting.count -= gone;
    this.total -= gone;
  }

  leave(waiting: Waiting): void {
    this.total -= waiting.count;
    this.#waiting.delete(keyOf(waiting.topic, waiting.subject));
  }

  /** Throws when there is no room: the group must wait then, for to go on would be to lose. */
  check(park: readonly SubjectKey[]): void {
    const { parkedPerSubject, parkedTotal } = this.#limits;
    if (this.total + park.length > parkedTotal) {
      throw new Unavailable(`${this.total} events are parked, the limit is ${parkedTotal}: replay or skip the dead letters of ${this.#group}`);
    }
    const added = new Map<string, number>();
    for (const { topic, subject } of park) {
      const key = keyOf(topic, subject);
      const count = (added.get(key) ?? this.#waiting.get(key)?.count ?? 0) + 1;
      added.set(key, count);
      if (count > parkedPerSubject) {
        throw new Unavailable(`${parkedPerSubject} events of one subject of ${topic} are parked, which is the limit: replay or skip the dead letters of ${this.#group}`);
      }
    }
  }
}
