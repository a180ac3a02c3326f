import { withSpan, type Logger } from '@youdian/telemetry';
import { Backoff } from './backoff.ts';
import { letterOfEvent, letterOfRecord, type DeadLetter } from './dead-letter.ts';
import { isUnavailable, Poison, reasonOf, Unavailable } from './errors.ts';
import { decodeRecord, Malformed, Progress, type Event, type History, type InRecord, type ReceivedEvent } from './event.ts';
import type { InboxPosition, InboxStep, InboxStore, Remembered, SubjectKey } from './inbox-store.ts';
import { deadLettered, healed, parked as parkedCounter, retried } from './metrics.ts';

export interface InboxLimits {
  /** Parked events of one subject, and of all. At either, the group waits and says so. */
  readonly parkedPerSubject: number;
  readonly parkedTotal: number;
  /** How often a handler is tried on an event before it is a dead letter. */
  readonly attempts: number;
  readonly retryFirstMs: number;
  /** How long a missing event may be just behind before the owner's history is asked. */
  readonly graceMs: number;
  /** Subjects whose state is kept in memory. */
  readonly knownSubjects: number;
  /** Events of a history or of the parked that make one step. */
  readonly healBatch: number;
}

export const DEFAULT_INBOX_LIMITS: InboxLimits = {
  parkedPerSubject: 10_000, parkedTotal: 100_000, attempts: 4, retryFirstMs: 50, graceMs: 1_000, knownSubjects: 1_000_000, healBatch: 1_000,
};

export interface InboxOptions<E> {
  readonly group: string;
  readonly store: InboxStore<E>;
  /** The effects of one event. `Poison` dead-letters it at once; what `isUnavailable` is waited for; other errors are tried again a few times first. */
  handle(event: ReceivedEvent): E[] | Promise<E[]>;
  /** Absent: gaps wait for the missing event to be published again. */
  readonly history?: History | undefined;
  /** Resolves when they are durable. */
  bury(letters: readonly DeadLetter[]): Promise<void>;
  /** Told after the step with it is durable. */
  onProgress?(topic: string, partition: number, through: Date): void;
  readonly log: Logger;
  readonly limits?: Partial<InboxLimits> | undefined;
  /** Milliseconds that only go forward. */
  readonly nowMs?: (() => number) | undefined;
  /** Each event with a traceparent is handled inside a span of its trace. */
  readonly traced?: boolean;
}

interface Known {
  sequence: bigint;
  blockedAt: bigint | undefined;
  incomplete: string | undefined;
  touched: boolean;
}

/** A subject with parked events. */
interface Waiting extends SubjectKey {
  count: number;
  lookAtMs: number;
  reason: string | undefined;
}

/** What one step gathers before it is committed. */
interface Draft<E> {
  readonly effects: E[];
  readonly letters: DeadLetter[];
  readonly touched: (SubjectKey & { state: Known })[];
  /** Events above the next of their subject. */
  readonly held: Map<string, Map<bigint, ReceivedEvent>>;
  readonly unpark: (SubjectKey & { through: bigint })[];
  readonly progress: { topic: string; partition: number; through: Date }[];
}

/**
 * The rules by which a group takes events in, apart from Kafka: of each subject the next sequence is applied, what is
 * at or below is ignored, what is above or behind a dead letter is parked, and gaps are healed from the owner's history.
 * Everything runs one after the other; each step is durable before the next begins.
 */
export class Inbox<E> {
  readonly #options: InboxOptions<E>;
  readonly #limits: InboxLimits;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Map<string, Known>>();
  #knownCount = 0;
  readonly #waiting = new Map<string, Waiting>();
  #parkedTotal = 0;
  #turn: Promise<unknown> = Promise.resolve();
  clusterId = '';

  constructor(options: InboxOptions<E>) {
    this.#options = options;
    this.#limits = { ...DEFAULT_INBOX_LIMITS, ...options.limits };
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** Forgets what is in memory and reads what is durable; at the start and whenever partitions may have moved. */
  open(): Promise<Remembered> {
    return this.#alone(async () => {
      const remembered = await this.#options.store.open();
      this.#forget();
      this.#waiting.clear();
      this.#parkedTotal = 0;
      for (const { topic, subject, count } of remembered.parked) this.#wait(topic, subject, count);
      return remembered;
    });
  }

  /** Why subjects wait, in words; undefined when none does. */
  status(): { readonly parked: number; readonly waiting?: string | undefined } {
    for (const { reason } of this.#waiting.values()) if (reason) return { parked: this.#parkedTotal, waiting: reason };
    return { parked: this.#parkedTotal };
  }

  receive(topic: string, partition: number, records: readonly InRecord[], positions: readonly InboxPosition[]): Promise<void> {
    return this.#alone(async () => {
      const draft = newDraft<E>();
      const events: ReceivedEvent[] = [];
      for (const record of records) {
        const decoded = decodeRecord(topic, partition, record);
        if (decoded instanceof Progress) draft.progress.push({ topic, partition, through: decoded.through });
        else if (decoded instanceof Malformed) draft.letters.push(letterOfRecord(this.#options.group, topic, partition, record, decoded.reason, 0));
        else events.push(decoded);
      }
      await this.#take(draft, events, positions);
    });
  }

  /** Events out of the owner's history. */
  receiveEvents(events: readonly ReceivedEvent[], positions: readonly InboxPosition[]): Promise<void> {
    return this.#alone(() => this.#take(newDraft<E>(), events, positions));
  }

  /** Positions alone. */
  moveTo(positions: readonly InboxPosition[]): Promise<void> {
    return this.#alone(() => this.#commit(newDraft<E>(), positions));
  }

  /** Looks after subjects whose parked events wait longer than the grace. Throws when history or store are away. */
  async heal(): Promise<void> {
    for (const waiting of [...this.#waiting.values()]) {
      const now = this.#nowMs();
      if (waiting.lookAtMs > now) continue;
      waiting.lookAtMs = now + this.#limits.graceMs;
      await this.#alone(() => this.#healSubject(waiting.topic, waiting.subject, true));
    }
  }

  /** Takes the event of a dead letter once more. */
  replay(letter: DeadLetter): Promise<void> {
    const record: InRecord = { key: letter.key, value: letter.value, headers: letter.headers, offset: letter.offset.toString(), timestamp: '0' };
    return this.#alone(async () => {
      const draft = newDraft<E>();
      const event = decodeRecord(letter.topic, letter.partition, record);
      if (event instanceof Progress) return;
      if (event instanceof Malformed) {
        draft.letters.push({ ...letter, reason: event.reason, attempts: letter.attempts });
        return this.#commit(draft, []);
      }
      const state = await this.#reload(event.topic, event.subject);
      if (state.blockedAt === event.sequence) state.blockedAt = undefined;
      await this.#take(draft, [event], []);
      await this.#healSubject(event.topic, event.subject, false);
    });
  }

  /** Leaves the event of a dead letter out, for good; its subject goes on and is marked incomplete. */
  skip(letter: DeadLetter, reason: string): Promise<void> {
    const record: InRecord = { key: letter.key, value: letter.value, headers: letter.headers, offset: letter.offset.toString(), timestamp: '0' };
    return this.#alone(async () => {
      const event = decodeRecord(letter.topic, letter.partition, record);
      if (event instanceof Progress || event instanceof Malformed) return; // it blocked nothing
      const state = await this.#reload(event.topic, event.subject);
      if (state.blockedAt !== event.sequence) return; // decided before
      const draft = newDraft<E>();
      state.sequence = event.sequence;
      state.blockedAt = undefined;
      state.incomplete = [state.incomplete, `${event.sequence}: ${reason}`].filter(Boolean).join('; ');
      touch(draft, event.topic, event.subject, state);
      await this.#commitOrForget(draft);
      await this.#healSubject(event.topic, event.subject, false);
    });
  }

  async #take(draft: Draft<E>, events: readonly ReceivedEvent[], positions: readonly InboxPosition[]): Promise<void> {
    try {
      await this.#learn(events);
      for (const event of events) {
        const state = this.#known.get(event.topic)!.get(event.subject)!;
        if (event.sequence <= state.sequence) continue;
        if (state.blockedAt !== undefined || event.sequence !== state.sequence + 1n) hold(draft, event);
        else await this.#apply(draft, event, state);
      }
      await this.#commit(draft, positions);
    } catch (error) {
      this.#forget(); // what is in memory may be ahead of what is durable
      throw error;
    }
    for (const { topic, subject, state } of draft.touched) {
      if (this.#waiting.size > 0 && state.blockedAt === undefined && this.#waiting.has(keyOf(topic, subject))) {
        await this.#healSubject(topic, subject, false);
      }
    }
  }

  /** Applies the event, and those of the same step that waited for it. */
  async #apply(draft: Draft<E>, first: ReceivedEvent, state: Known): Promise<void> {
    const held = draft.held.size > 0 ? draft.held.get(keyOf(first.topic, first.subject)) : undefined;
    for (let event: ReceivedEvent | undefined = first; event; event = held?.get(state.sequence + 1n)) {
      held?.delete(event.sequence);
      if (!state.touched) touch(draft, event.topic, event.subject, state);
      const outcome = this.#handle(event);
      const effects = outcome instanceof Promise ? await outcome : outcome;
      if (effects instanceof Failure) {
        draft.letters.push(letterOfEvent(this.#options.group, event, effects.reason, effects.attempts));
        state.blockedAt = event.sequence;
        return;
      }
      for (const effect of effects) draft.effects.push(effect);
      state.sequence = event.sequence;
    }
  }

  #handle(event: ReceivedEvent): E[] | Failure | Promise<E[] | Failure> {
    if (this.#options.traced && event.traceparent) return this.#handleTraced(event);
    try {
      const outcome = this.#options.handle(event);
      return outcome instanceof Promise ? outcome.catch((error: unknown) => this.#handleAgain(event, error)) : outcome;
    } catch (error) {
      return this.#handleAgain(event, error);
    }
  }

  #handleTraced(event: ReceivedEvent): Promise<E[] | Failure> {
    const attributes = {
      'messaging.system': 'kafka', 'messaging.destination.name': event.topic, 'messaging.consumer.group.name': this.#options.group,
      'messaging.message.id': event.id, 'messaging.kafka.offset': Number(event.offset),
    };
    const span = { kind: 'consumer', parent: event.traceparent, attributes } as const;
    return withSpan(`consume ${event.topic}`, span, () => this.#options.handle(event)).catch((error: unknown) => this.#handleAgain(event, error));
  }

  async #handleAgain(event: ReceivedEvent, firstError: unknown): Promise<E[] | Failure> {
    const backoff = new Backoff({ firstMs: this.#limits.retryFirstMs, maxMs: 2_000 });
    let error = firstError;
    for (let attempts = 1; ; attempts++) {
      if (error instanceof Poison) return new Failure(reasonOf(error), attempts);
      if (isUnavailable(error)) throw error;
      if (attempts >= this.#limits.attempts) return new Failure(reasonOf(error), attempts);
      retried.inc({ group: this.#options.group });
      await backoff.wait();
      try {
        return await this.#options.handle(event);
      } catch (again) {
        error = again;
      }
    }
  }

  async #commit(draft: Draft<E>, positions: readonly InboxPosition[]): Promise<void> {
    const { group, store, bury } = this.#options;
    const park: ReceivedEvent[] = [];
    for (const events of draft.held.values()) for (const event of events.values()) park.push(event);
    if (park.length > 0) this.#checkBounds(park);
    if (draft.letters.length > 0) {
      await bury(draft.letters);
      for (const { topic, id, reason } of draft.letters) {
        deadLettered.inc({ group, topic });
        this.#options.log.error({ topic, deadLetter: id, reason }, 'an event went to the dead letters; its subject waits for a replay or a skip');
      }
    }
    const step: InboxStep<E> = {
      clusterId: this.clusterId, effects: draft.effects, park, unpark: draft.unpark, positions, progress: draft.progress,
      subjects: draft.touched.map(({ topic, subject, state: { sequence, blockedAt, incomplete } }) => ({ topic, subject, sequence, blockedAt, incomplete })),
    };
    await store.commit(step);
    for (const { state } of draft.touched) state.touched = false;
    if (this.#options.onProgress) for (const { topic, partition, through } of draft.progress) this.#options.onProgress(topic, partition, through);
    for (const event of park) {
      this.#wait(event.topic, event.subject, 1);
      parkedCounter.inc({ group, topic: event.topic });
    }
  }

  #checkBounds(park: readonly ReceivedEvent[]): void {
    const { parkedPerSubject, parkedTotal } = this.#limits;
    if (this.#parkedTotal + park.length > parkedTotal) {
      throw new Unavailable(`${this.#parkedTotal} events are parked, the limit is ${parkedTotal}: replay or skip the dead letters of ${this.#options.group}`);
    }
    const added = new Map<string, number>();
    for (const { topic, subject } of park) {
      const key = keyOf(topic, subject);
      const count = (added.get(key) ?? this.#waiting.get(key)?.count ?? 0) + 1;
      added.set(key, count);
      if (count > parkedPerSubject) {
        throw new Unavailable(`${parkedPerSubject} events of one subject of ${topic} are parked, which is the limit: replay or skip the dead letters of ${this.#options.group}`);
      }
    }
  }

  /** Applies parked events that are next by now, and with `ask` fetches what is missing from the owner. */
  async #healSubject(topic: string, subject: string, ask: boolean): Promise<void> {
    const key = keyOf(topic, subject);
    const { store, history } = this.#options;
    for (;;) {
      const waiting = this.#waiting.get(key);
      if (!waiting) return;
      const state = await this.#reload(topic, subject);
      waiting.reason = undefined;
      if (state.blockedAt !== undefined) {
        waiting.reason = `a subject of ${topic} waits behind a dead letter at sequence ${state.blockedAt}`;
        return;
      }
      const parked = await store.parked(topic, subject, state.sequence, this.#limits.healBatch);
      const first = parked[0];
      const draft = newDraft<E>();
      let taken = 0;
      if (first && first.sequence > state.sequence + 1n) {
        if (!ask || !history) {
          waiting.reason = `a subject of ${topic} waits for sequence ${state.sequence + 1n}`;
          return;
        }
        taken = await this.#healFromHistory(draft, history, state, first);
        if (taken === 0) {
          waiting.reason = `a subject of ${topic} waits for sequence ${state.sequence + 1n}, which its owner does not have`;
          return;
        }
      } else {
        for (const event of parked) {
          if (event.sequence !== state.sequence + 1n || state.blockedAt !== undefined) break;
          await this.#applyOrForget(draft, event, state);
          taken += 1;
        }
      }
      draft.unpark.push({ topic, subject, through: state.sequence });
      await this.#commitOrForget(draft);
      const left = parked.filter((event) => event.sequence > state.sequence).length;
      if (left === 0 && parked.length < this.#limits.healBatch) this.#stopWaiting(key);
      else this.#recount(key, taken);
    }
  }

  async #healFromHistory(draft: Draft<E>, history: History, state: Known, firstParked: ReceivedEvent): Promise<number> {
    const { topic, subject, partition } = firstParked;
    let taken = 0;
    for await (const event of history.read(topic, subject, state.sequence + 1n)) {
      if (event.sequence >= firstParked.sequence || taken >= this.#limits.healBatch || event.sequence !== state.sequence + 1n) break;
      await this.#applyOrForget(draft, { ...event, topic, partition, offset: -1n }, state);
      taken += 1;
      if (state.blockedAt !== undefined) break;
    }
    if (taken > 0) {
      healed.inc({ group: this.#options.group, topic }, taken);
      this.#options.log.info({ topic, events: taken }, 'a gap was healed from the owner\'s history');
    }
    return taken;
  }

  async #applyOrForget(draft: Draft<E>, event: ReceivedEvent, state: Known): Promise<void> {
    try {
      await this.#apply(draft, event, state);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async #commitOrForget(draft: Draft<E>): Promise<void> {
    try {
      await this.#commit(draft, []);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Makes sure that each event's subject is in memory. Those that wait are read anew: a replay elsewhere may have moved them. */
  async #learn(events: readonly Event[]): Promise<void> {
    let missing: Map<string, Set<string>> | undefined;
    if (this.#knownCount > this.#limits.knownSubjects) this.#forget();
    for (const { topic, subject } of events) {
      const state = this.#known.get(topic)?.get(subject);
      if (state && state.blockedAt === undefined) continue;
      missing ??= new Map<string, Set<string>>();
      let subjects = missing.get(topic);
      if (!subjects) missing.set(topic, (subjects = new Set()));
      subjects.add(subject);
    }
    if (missing) for (const [topic, subjects] of missing) await this.#load(topic, [...subjects]);
  }

  async #load(topic: string, subjects: readonly string[]): Promise<void> {
    const found = await this.#options.store.subjects(topic, subjects);
    let known = this.#known.get(topic);
    if (!known) this.#known.set(topic, (known = new Map<string, Known>()));
    for (const subject of subjects) {
      const { sequence = 0n, blockedAt, incomplete } = found.get(subject) ?? {};
      if (!known.has(subject)) this.#knownCount += 1;
      known.set(subject, { sequence, blockedAt, incomplete, touched: false });
    }
  }

  async #reload(topic: string, subject: string): Promise<Known> {
    await this.#load(topic, [subject]);
    return this.#known.get(topic)!.get(subject)!;
  }

  #forget(): void {
    this.#known.clear();
    this.#knownCount = 0;
  }

  #wait(topic: string, subject: string, count: number): void {
    const key = keyOf(topic, subject);
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.count += count;
    else this.#waiting.set(key, { topic, subject, count, lookAtMs: this.#nowMs() + this.#limits.graceMs, reason: undefined });
    this.#parkedTotal += count;
  }

  #stopWaiting(key: string): void {
    this.#parkedTotal -= this.#waiting.get(key)?.count ?? 0;
    this.#waiting.delete(key);
  }

  #recount(key: string, taken: number): void {
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    const gone = Math.min(taken, waiting.count);
    waiting.count -= gone;
    this.#parkedTotal -= gone;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

class Failure {
  readonly reason: string;
  readonly attempts: number;

  constructor(reason: string, attempts: number) {
    this.reason = reason;
    this.attempts = attempts;
  }
}

function newDraft<E>(): Draft<E> {
  return { effects: [], letters: [], touched: [], held: new Map(), unpark: [], progress: [] };
}

function touch<E>(draft: Draft<E>, topic: string, subject: string, state: Known): void {
  if (state.touched) return;
  state.touched = true;
  draft.touched.push({ topic, subject, state });
}

function hold<E>(draft: Draft<E>, event: ReceivedEvent): void {
  const key = keyOf(event.topic, event.subject);
  let events = draft.held.get(key);
  if (!events) draft.held.set(key, (events = new Map()));
  if (!events.has(event.sequence)) events.set(event.sequence, event);
}

function keyOf(topic: string, subject: string): string {
  return `${topic}\0${subject}`;
}
