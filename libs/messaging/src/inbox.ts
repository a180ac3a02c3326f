import { letterOfEvent, letterOfRecord, type DeadLetter } from './dead-letter.ts';
import { hold, keyOf, newDraft, touch, type Draft, type Known } from './draft.ts';
import { decodeRecord, Malformed, Progress, type Event, type History, type InRecord, type ReceivedEvent } from './event.ts';
import { attemptHandling, Failure, type Attempt } from './handling.ts';
import { DEFAULT_INBOX_LIMITS, type InboxLimits, type InboxOptions } from './inbox-options.ts';
import type { InboxPosition, InboxStep, Remembered } from './inbox-store.ts';
import { deadLettered, healed, parked as parkedCounter } from './metrics.ts';
import { ParkingLot } from './parking.ts';

/** One partition's records that wait to be taken. */
interface Arrival {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly InRecord[];
  readonly positions: readonly InboxPosition[];
  resolve(): void;
  reject(error: unknown): void;
}

const STEP_RECORDS_MAX = 8_000;

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
  readonly #parking: ParkingLot;
  readonly #attempt: Attempt<E>;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #arrived: Arrival[] = [];
  clusterId = '';

  constructor(options: InboxOptions<E>) {
    this.#options = options;
    this.#limits = { ...DEFAULT_INBOX_LIMITS, ...options.limits };
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#parking = new ParkingLot(options.group, this.#limits, this.#nowMs);
    this.#attempt = attemptHandling({ ...options, ...this.#limits, handle: (event) => options.handle(event) });
  }

  /** Forgets what is in memory and reads what is durable; at the start and whenever partitions may have moved. */
  open(): Promise<Remembered> {
    return this.#alone(async () => {
      const remembered = await this.#options.store.open();
      this.#forget();
      this.#parking.reset(remembered.parked);
      return remembered;
    });
  }

  /** Why subjects wait, in words; undefined when none does. */
  status(): { readonly parked: number; readonly waiting?: string | undefined } {
    return { parked: this.#parking.total, waiting: this.#parking.reason() };
  }

  /** What arrives while a step is on its way is taken in the next one, together. */
  receive(topic: string, partition: number, records: readonly InRecord[], positions: readonly InboxPosition[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#arrived.push({ topic, partition, records, positions, resolve, reject });
      if (this.#arrived.length === 1) this.#takeArrived();
    });
  }

  #takeArrived(): void {
    void this.#alone(async () => {
      await new Promise(setImmediate); // the other partitions of a fetch come in the same moment
      const together = this.#together();
      if (this.#arrived.length > 0) this.#takeArrived();
      try {
        await this.#takeRecords(together);
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    });
  }

  /** As much of what has arrived as one step may have, at least one batch. */
  #together(): Arrival[] {
    let records = 0;
    let count = 0;
    for (const arrival of this.#arrived) {
      records += arrival.records.length;
      if (count > 0 && records > STEP_RECORDS_MAX) break;
      count += 1;
    }
    return this.#arrived.splice(0, count);
  }

  async #takeRecords(arrivals: readonly Arrival[]): Promise<void> {
    const draft = newDraft<E>();
    const events: ReceivedEvent[] = [];
    for (const { topic, partition, records } of arrivals) {
      for (const record of records) {
        const decoded = decodeRecord(topic, partition, record);
        if (decoded instanceof Progress) draft.progress.push({ topic, partition, through: decoded.through });
        else if (decoded instanceof Malformed) draft.letters.push(letterOfRecord(this.#options.group, topic, partition, record, decoded.reason, 0));
        else events.push(decoded);
      }
    }
    await this.#take(draft, events, arrivals.flatMap(({ positions }) => positions));
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
    for (const waiting of this.#parking.due()) {
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
      touch(draft, state);
      await this.#commitOrForget(draft);
      await this.#healSubject(event.topic, event.subject, false);
    });
  }

  async #take(draft: Draft<E>, events: readonly ReceivedEvent[], positions: readonly InboxPosition[]): Promise<void> {
    try {
      const states = await this.#learn(events);
      for (const [i, event] of events.entries()) {
        const state = states[i]!;
        if (event.sequence <= state.sequence) continue;
        if (state.blockedAt !== undefined || event.sequence !== state.sequence + 1n) hold(draft, event);
        else await this.#apply(draft, event, state);
      }
      await this.#commit(draft, positions);
    } catch (error) {
      this.#forget(); // what is in memory may be ahead of what is durable
      throw error;
    }
    for (const { topic, subject, blockedAt } of draft.touched) {
      if (blockedAt === undefined && this.#parking.get(topic, subject)) {
        await this.#healSubject(topic, subject, false);
      }
    }
  }

  /** Applies the event, and those of the same step that waited for it. */
  async #apply(draft: Draft<E>, first: ReceivedEvent, state: Known): Promise<void> {
    const held = draft.held.size > 0 ? draft.held.get(keyOf(first.topic, first.subject)) : undefined;
    for (let event: ReceivedEvent | undefined = first; event; event = held?.get(state.sequence + 1n)) {
      held?.delete(event.sequence);
      touch(draft, state);
      const outcome = this.#attempt(event);
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

  async #commit(draft: Draft<E>, positions: readonly InboxPosition[]): Promise<void> {
    const { group, store, bury } = this.#options;
    const park: ReceivedEvent[] = [];
    for (const events of draft.held.values()) for (const event of events.values()) park.push(event);
    if (park.length > 0) this.#parking.check(park);
    if (draft.letters.length > 0) {
      await bury(draft.letters);
      for (const { topic, id, reason } of draft.letters) {
        deadLettered.inc({ group, topic });
        this.#options.log.error({ topic, deadLetter: id, reason }, 'an event went to the dead letters; its subject waits for a replay or a skip');
      }
    }
    const step: InboxStep<E> = {
      clusterId: this.clusterId, effects: draft.effects, park, subjects: draft.touched, unpark: draft.unpark, positions, progress: draft.progress,
    };
    await store.commit(step);
    for (const state of draft.touched) state.touched = false;
    if (this.#options.onProgress) for (const { topic, partition, through } of draft.progress) this.#options.onProgress(topic, partition, through);
    for (const event of park) {
      this.#parking.add(event.topic, event.subject, 1);
      parkedCounter.inc({ group, topic: event.topic });
    }
  }

  /** Applies parked events that are next by now, and with `ask` fetches what is missing from the owner. */
  async #healSubject(topic: string, subject: string, ask: boolean): Promise<void> {
    const { store, history } = this.#options;
    for (;;) {
      const waiting = this.#parking.get(topic, subject);
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
      if (left === 0 && parked.length < this.#limits.healBatch) this.#parking.leave(waiting);
      else this.#parking.took(waiting, taken);
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

  /** The state of each event's subject. Those that wait are read anew: a replay elsewhere may have moved them. */
  async #learn(events: readonly Event[]): Promise<Known[]> {
    if (this.#knownCount > this.#limits.knownSubjects) this.#forget();
    const unknown = new Map<string, string[]>();
    const states = events.map(({ topic, subject }) => {
      const state = this.#known.get(topic)?.get(subject);
      if (state && state.blockedAt === undefined) return state;
      const subjects = unknown.get(topic);
      if (subjects) subjects.push(subject);
      else unknown.set(topic, [subject]);
      return this.#unseen(topic, subject);
    });
    for (const [topic, subjects] of unknown) await this.#load(topic, subjects);
    return states;
  }

  /** As it is before the first event, until it is loaded. */
  #unseen(topic: string, subject: string): Known {
    let known = this.#known.get(topic);
    if (!known) this.#known.set(topic, (known = new Map<string, Known>()));
    let state = known.get(subject);
    if (!state) {
      state = { topic, subject, sequence: 0n, blockedAt: undefined, incomplete: undefined, touched: false };
      known.set(subject, state);
      this.#knownCount += 1;
    }
    return state;
  }

  async #load(topic: string, subjects: readonly string[]): Promise<void> {
    try {
      for (const [subject, { sequence, blockedAt, incomplete }] of await this.#options.store.subjects(topic, subjects)) {
        Object.assign(this.#unseen(topic, subject), { sequence, blockedAt, incomplete, touched: false });
      }
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async #reload(topic: string, subject: string): Promise<Known> {
    const state = this.#unseen(topic, subject);
    await this.#load(topic, [subject]);
    return state;
  }

  #forget(): void {
    this.#known.clear();
    this.#knownCount = 0;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}
