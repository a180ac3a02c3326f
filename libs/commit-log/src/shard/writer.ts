import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { faultPoint } from '@youdian/fault-points';
import type { Clock } from '@youdian/telemetry';
import { outcomeUnknown, overloaded } from '../log/rejections.ts';
import { realTimers, type Timers } from '../relay/timers.ts';
import { batchAfter, tailAfter, type ShardCommit, type Tail } from './commit.ts';
import type { ShardDefinition, ShardLimits } from './definition.ts';
import { GaveUp, type Fence } from './fence.ts';
import { notOwner, notRead } from './rejections.ts';

/** Postings to append, all or none, and the answer; or only an answer, as for a repeated key. */
export interface ShardDecision<P, R> {
  readonly postings?: readonly P[];
  readonly result: R;
}

/**
 * Sees all that was decided before it. Must not change the state, nor hand out parts of it that change. May throw Rejected. Is
 * asked again, on a later state, where it looked for something that is not in memory.
 */
export type ShardDecide<S, P, R> = (state: S, at: Date) => ShardDecision<P, R> | Rejection;

/** Answers a turn: what one turn has said leaves while the next is at work, so that who asked goes on meanwhile (at 256 in flight a quarter more). */
const ANSWERS = 16;

interface Waiter {
  /** Gives the answer, which may be a rejection, now that all that it saw is durable. */
  answer(): void;
  fail(error: Error): void;
}

interface Queued<S, P> {
  readonly decides: readonly ShardDecide<S, P, any>[];
  /** Of those that are decided. */
  readonly results: unknown[];
  resolve(results: any[]): void;
  reject(error: Error): void;
}

/** What goes to the server next. Whoever was decided before it starts may rely on it: it proves that this writer was still the one. */
interface Flight<P> {
  groups: (readonly P[])[];
  count: number;
  waiters: Waiter[];
}

export interface WriterHooks<S, P> {
  durable(commit: ShardCommit, postings: readonly P[]): void;
  /**
   * Before anything is appended: the state is just what it will be when all of it is durable, and `tail` is durable now. What is
   * returned is told then, with the tail as of which the state was.
   */
  departs?(state: S, tail: Tail): ((durable: Tail) => void) | undefined;
  /** Reads what a decision looked for in vain. */
  recall?(state: S, missed: ReadonlySet<string>): Promise<void>;
  /** The memory is worth nothing any more. `cause` is an Error when it was no other writer's doing. */
  steppedDown(cause?: Error): void;
}

/** One shard's only writer: decides in order in memory, appends in batches, and answers only what is durable. */
export class Writer<S, P> {
  readonly #definition: ShardDefinition<S, P>;
  readonly #limits: ShardLimits;
  readonly #clock: Clock;
  readonly #fence: Fence;
  readonly #hooks: WriterHooks<S, P>;
  readonly #timers: Timers;
  readonly #state: S;
  #tail: Tail;
  #queue: Queued<S, P>[] = [];
  #queueHead = 0;
  #next: Flight<P> = emptyFlight();
  /** They need something that is not in memory. What comes after them is decided meanwhile. */
  #aside: { readonly queued: Queued<S, P>; readonly missed: readonly string[] }[] = [];
  #recalling = false;
  #flying = false;
  #scheduled = false;
  #stuck = false;
  #down = false;
  /** Durable, and not answered yet: as long as there are any, a turn is coming that answers some. */
  #landed: Waiter[] = [];
  #idle: (() => void)[] = [];

  constructor(
    definition: ShardDefinition<S, P>, limits: ShardLimits, clock: Clock, fence: Fence, state: S, tail: Tail, hooks: WriterHooks<S, P>,
    timers: Timers = realTimers,
  ) {
    this.#definition = definition;
    this.#limits = limits;
    this.#clock = clock;
    this.#fence = fence;
    this.#state = state;
    this.#tail = tail;
    this.#hooks = hooks;
    this.#timers = timers;
  }

  /** The newest durable commit. */
  get tail(): Tail {
    return this.#tail;
  }

  /** Durable, speculative and all: for looking up where postings are. */
  get state(): S {
    return this.#state;
  }

  submit<R>(decide: ShardDecide<S, P, R>): Promise<R> {
    return new Promise((resolve, reject) => this.#enqueue({ decides: [decide], results: [], resolve: ([result]) => resolve(result), reject }));
  }

  /**
   * Many in one turn, each decided on what those before it left, and one answer for all of them. For commands that refuse by
   * their result: where one throws, all get its error, and those before it stand.
   */
  submitAll<R>(decides: readonly ShardDecide<S, P, R>[]): Promise<R[]> {
    return new Promise((resolve, reject) => this.#enqueue({ decides, results: [], resolve, reject }));
  }

  #enqueue(queued: Queued<S, P>): void {
    if (this.#down) return queued.reject(notOwner(this.#definition.shard));
    if (this.#stuck) return queued.reject(outcomeUnknown());
    if (this.#queue.length - this.#queueHead + this.#aside.length >= this.#limits.queuedCommands) return queued.reject(overloaded());
    this.#queue.push(queued);
    this.#decideQueued();
  }

  /** Resolves when all that was submitted is answered, or when the writer has stepped down. */
  async drained(): Promise<void> {
    if (this.#down || this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  stepDown(cause?: Error): void {
    if (this.#down) return;
    this.#down = true;
    for (const { answer } of this.#landed.splice(0)) answer();
    this.#failAll(notOwner(this.#definition.shard), this.#next.waiters);
    this.#wakeIdle();
    this.#hooks.steppedDown(cause);
  }

  #decideQueued(): void {
    while (this.#queueHead < this.#queue.length && !this.#down && this.#next.count < this.#limits.batchPostings) {
      this.#decideOne(this.#queue[this.#queueHead++]!);
    }
    if (this.#queueHead === this.#queue.length) {
      this.#queue = [];
      this.#queueHead = 0;
    }
    this.#schedule();
  }

  #decideOne(queued: Queued<S, P>): void {
    const { decides, results, resolve, reject } = queued;
    const { outside } = this.#definition;
    const at = this.#clock();
    let failure: Error | undefined;
    this.#next.waiters.push({ answer: () => (failure ? reject(failure) : resolve(results)), fail: reject });
    while (results.length < decides.length) {
      let decision!: ShardDecision<P, unknown>;
      try {
        const decided = decides[results.length]!(this.#state, at);
        if (isRejection(decided)) throw new Rejected(decided);
        decision = decided;
        this.#mustFit(decision);
      } catch (error) {
        // It saw the state too, and waits for it: a refusal, and also what looks like a mistake in the program, since on a
        // state that another writer has left behind it may be none.
        failure = error as Error;
      }
      const missed = outside?.missed(this.#state);
      if (missed && missed.length > 0) return this.#putAside(queued, missed);
      if (failure) return;
      results.push(decision.result);
      if (decision.postings && decision.postings.length > 0 && !this.#apply(decision.postings)) return;
    }
  }

  #putAside(queued: Queued<S, P>, missed: readonly string[]): void {
    this.#next.waiters.pop(); // its own
    this.#aside.push({ queued, missed });
    if (!this.#recalling) void this.#recall();
  }

  /** All who wait share one look, those who come meanwhile the next; and then they are decided before anybody else. */
  async #recall(): Promise<void> {
    this.#recalling = true;
    await new Promise<void>((resolve) => this.#timers.soon(resolve));
    while (this.#aside.length > 0) {
      const looking = this.#aside;
      this.#aside = [];
      const failure = await this.#look(looking.flatMap(({ missed }) => missed)).then(() => undefined, notRead);
      for (const { queued } of looking) {
        if (this.#down) queued.reject(notOwner(this.#definition.shard));
        else if (this.#stuck) queued.reject(outcomeUnknown());
        else if (failure) queued.reject(failure);
        else this.#decideOne(queued);
      }
      this.#schedule();
      if (this.#aside.length === 0) this.#definition.outside!.forget(this.#state);
    }
    this.#recalling = false;
    if (this.#isIdle()) this.#wakeIdle();
  }

  /** What `decide` would find: for looking up where postings are. */
  async look<R>(find: (state: S) => R): Promise<R> {
    const { outside } = this.#definition;
    for (;;) {
      const found = find(this.#state);
      const missed = outside?.missed(this.#state) ?? [];
      if (missed.length === 0) {
        if (!this.#recalling) outside?.forget(this.#state);
        return found;
      }
      await this.#look(missed).catch(() => { throw notRead(); });
    }
  }

  #look(missed: readonly string[]): Promise<void> {
    return this.#hooks.recall?.(this.#state, new Set(missed)) ?? Promise.reject(new Error('nobody can look it up'));
  }

  #mustFit({ postings = [] }: ShardDecision<P, unknown>): void {
    if (postings.length > this.#limits.batchPostings) throw new RangeError(`a command of ${postings.length} postings; the limit is ${this.#limits.batchPostings}`);
  }

  #apply(postings: readonly P[]): boolean {
    try {
      for (const posting of postings) this.#definition.machine.apply(this.#state, posting);
    } catch (error) {
      this.stepDown(new Error(`shard ${this.#definition.shard}: a posting contradicts the state`, { cause: error }));
      return false;
    }
    this.#next.groups.push(postings);
    this.#next.count += postings.length;
    return true;
  }

  /** A turn later, so that all who were woken by the same answer share the next flight. */
  #schedule(): void {
    if (this.#scheduled || this.#flying || this.#down) return;
    if (this.#next.waiters.length === 0 && this.#next.count === 0) return;
    this.#scheduled = true;
    this.#timers.soon(() => {
      this.#scheduled = false;
      if (this.#down) return;
      const flight = this.#next;
      this.#next = emptyFlight();
      void this.#fly(flight);
    });
  }

  async #fly(flight: Flight<P>): Promise<void> {
    this.#flying = true;
    const landed = this.#hooks.departs?.(this.#state, this.#tail);
    const cancelLimit = this.#timers.after(this.#limits.resolveMs, () => {
      this.#stuck = true;
      this.#failAll(outcomeUnknown(), flight.waiters, this.#next.waiters);
    });
    try {
      const stillWriter = flight.count > 0 ? await this.#append(flight) : await this.#confirm(flight);
      if (!stillWriter && !this.#down) this.stepDown();
    } catch (error) {
      if (error instanceof GaveUp) this.stepDown();
      else this.stepDown(error as Error);
    } finally {
      cancelLimit();
      this.#stuck = false;
      this.#flying = false;
    }
    if (this.#down) return this.#failAll(notOwner(this.#definition.shard), flight.waiters);
    landed?.(this.#tail);
    this.#land(flight);
  }

  #land(flight: Flight<P>): void {
    const isAnswering = this.#landed.length > 0;
    this.#landed = this.#landed.concat(flight.waiters);
    if (!isAnswering) this.#answerSome();
    this.#decideQueued();
    if (this.#isIdle()) this.#wakeIdle();
  }

  #answerSome(): void {
    for (const { answer } of this.#landed.splice(0, ANSWERS)) answer();
    if (this.#landed.length > 0) this.#timers.soon(() => this.#answerSome());
    else if (this.#isIdle()) this.#wakeIdle();
  }

  async #append(flight: Flight<P>): Promise<boolean> {
    for (let groups = flight.groups; groups.length > 0; ) {
      const { postings, body, taken } = this.#pack(groups);
      const commit = batchAfter(this.#definition.shard, this.#tail, postings.length, body, this.#clock());
      faultPoint('commit.before');
      if (!(await this.#fence.append(commit)) || this.#down) return false;
      faultPoint('commit.after');
      this.#tail = tailAfter(this.#tail, commit);
      this.#hooks.durable(commit, postings);
      groups = groups.slice(taken);
    }
    return true;
  }

  /** As many whole commands as fit into one commit. */
  #pack(groups: readonly (readonly P[])[]): { postings: readonly P[]; body: Buffer; taken: number } {
    for (let taken = this.#fitting(groups); ; taken = Math.ceil(taken / 2)) {
      const postings = groups.slice(0, taken).flat() as P[];
      const bytes = this.#definition.codec.encode(postings);
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (taken === 1 || body.length <= this.#limits.batchBytes) return { postings, body, taken };
    }
  }

  /** By their number alone: encoding what does not fit would cost as much again. */
  #fitting(groups: readonly (readonly P[])[]): number {
    let count = 0;
    const over = groups.findIndex((postings) => (count += postings.length) > this.#limits.batchPostings);
    return over === -1 ? groups.length : Math.max(1, over);
  }

  async #confirm(flight: Flight<P>): Promise<boolean> {
    return flight.waiters.length === 0 || this.#fence.isTail(this.#definition.shard, this.#tail.seq);
  }

  #isIdle(): boolean {
    return !this.#flying && !this.#scheduled && !this.#recalling && this.#landed.length === 0 && this.#queue.length === 0 && this.#next.waiters.length === 0 && this.#next.count === 0;
  }

  #failAll(error: Error, ...lists: Waiter[][]): void {
    for (const waiters of lists) for (const { fail } of waiters.splice(0)) fail(error);
    for (const { reject } of this.#queue.slice(this.#queueHead)) reject(error);
    for (const { queued } of this.#aside.splice(0)) queued.reject(error);
    this.#queue = [];
    this.#queueHead = 0;
  }

  #wakeIdle(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }
}

function emptyFlight<P>(): Flight<P> {
  return { groups: [], count: 0, waiters: [] };
}
