import type { Publisher } from '@youdian/messaging';
import type { CommitLog } from '../log/commit-log.ts';
import { orUnavailable } from '../log/outcome.ts';
import { Lease, LEASE_RENEW_MS } from '../relay/lease.ts';
import { pause } from '../relay/pause.ts';
import type { ProgressSource } from '../relay/options.ts';
import { realTimers } from '../relay/timers.ts';
import { SHARD_LIMITS, type ShardDefinition, type ShardLimits } from './definition.ts';
import { mongoShardStore } from './mongo-store.ts';
import { progressOf } from './position.ts';
import { notOwner } from './rejections.ts';
import { Postings, shardHistory, type ShardHistory } from './shard-history.ts';
import type { ShardSurroundings } from './store.ts';
import { Tenure } from './tenure.ts';
import type { ShardDecide, Writer } from './writer.ts';

export interface ShardOptions {
  readonly publisher: Publisher;
  /** This instance, unlike any other: a random id will do. */
  readonly owner: string;
  /** `host:port` where others may send what is for this shard. */
  readonly address?: string | undefined;
  /** `want` says whether this instance should write it, and until it does it need not; without, it always should. */
  readonly shared?: boolean;
  readonly limits?: Partial<ShardLimits>;
}

export interface Shard<S, P> {
  readonly shard: string;
  /** Whether this instance writes it. */
  readonly owned: boolean;
  /** Takes the shard as soon as it is free; or lets it go, as `close` does. */
  want(wanted: boolean): void;
  /** For /readyz: in words, why this instance does not write it though it should; undefined when all is well. */
  problem(): string | undefined;
  /** Whom to try. */
  holder(): Promise<{ readonly owner: string; readonly address?: string | undefined } | undefined>;
  /**
   * Decides in order, and answers once everything that the decision saw is durable, refusals and replays too.
   * @throws Rejected what `decide` says; `unavailable`: retry with the same key.
   */
  submit<R>(decide: ShardDecide<S, P, R>): Promise<R>;
  /** Many at once, each decided on what those before it left; each must refuse by its result, not by a rejection. */
  submitAll<R>(decides: readonly ShardDecide<S, P, R>[]): Promise<R[]>;
  /** Linearizable: sees every answer that anybody got before the call. */
  read<R>(look: (state: S) => R): Promise<R>;
  /** By their shard-wide numbers, from 1; cheapest in ascending order. From durable commits, whoever writes the shard. */
  postings(numbers: readonly number[]): Promise<P[]>;
  readonly history: ShardHistory<P>;
  /** For the service's relay, which says Progress. */
  readonly progress: ProgressSource;
  /** Answers what was submitted, takes a snapshot, publishes the rest and lets the shard go. */
  close(): Promise<void>;
}

/** How soon an instance that waits finds the lease free. */
const LEASE_ASK_MS = 250;
/** After a failure that would most likely come again. */
const FAILED_PAUSE_MS = 2_000;

export function leaseOf(shard: string): string {
  return `shard:${shard}`;
}

/** Returns at once; the shard answers when this instance has taken it over. */
export async function openShard<S, P>(log: CommitLog, definition: ShardDefinition<S, P>, options: ShardOptions): Promise<Shard<S, P>> {
  return runShard({ store: mongoShardStore(log.db, log.shardInserts), clock: log.clock, timers: realTimers }, definition, options);
}

/** The same on any store, and in any time. */
export function runShard<S, P>(surroundings: ShardSurroundings, definition: ShardDefinition<S, P>, options: ShardOptions): Shard<S, P> {
  return new LeasedShard(surroundings, definition, options);
}

class LeasedShard<S, P> implements Shard<S, P> {
  readonly shard: string;
  readonly history: ShardHistory<P>;
  readonly progress: ProgressSource;
  readonly #surroundings: ShardSurroundings;
  readonly #definition: ShardDefinition<S, P>;
  readonly #options: ShardOptions;
  readonly #limits: ShardLimits;
  readonly #lease: Lease;
  readonly #postings: Postings<P>;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #wanted: boolean;
  /** Aborted when it should let go. */
  #leaving = new AbortController();
  #tenure: Tenure<S, P> | undefined;
  #problem: string | undefined = 'waiting for the lease';

  constructor(surroundings: ShardSurroundings, definition: ShardDefinition<S, P>, options: ShardOptions) {
    const { store, clock, timers } = surroundings;
    this.shard = definition.shard;
    this.#surroundings = surroundings;
    this.#definition = definition;
    this.#options = options;
    this.#limits = { ...SHARD_LIMITS, ...options.limits };
    this.#wanted = !options.shared;
    this.#lease = new Lease(store.leases, clock, leaseOf(definition.shard), options.owner, options.address);
    this.#postings = new Postings(store.log, definition, () => this.#tenure?.writer?.tail);
    this.progress = progressOf(store, timers, definition.shard, definition.topics);
    this.history = shardHistory(definition, store.log, this.#postings, async (topic, subject, from) => {
      const writer = this.#tenure?.writer;
      // What is not durable yet is nobody's history.
      const located = definition.locate && (await writer?.look((state) => definition.locate!(state, topic, subject, from)));
      return located?.filter((number) => number <= writer!.tail.postings);
    });
    this.#running = this.#run();
  }

  get owned(): boolean {
    return this.#writer !== undefined;
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#leaving = new AbortController();
    else this.#leaving.abort();
  }

  problem(): string | undefined {
    if (!this.#wanted) return undefined;
    return this.#problem ?? this.#tenure?.problem;
  }

  holder() {
    return this.#lease.holder();
  }

  async submit<R>(decide: ShardDecide<S, P, R>): Promise<R> {
    return this.#mustWrite().submit(decide);
  }

  async submitAll<R>(decides: readonly ShardDecide<S, P, R>[]): Promise<R[]> {
    return this.#mustWrite().submitAll(decides);
  }

  read<R>(look: (state: S) => R): Promise<R> {
    return this.submit((state) => ({ result: look(state) }));
  }

  postings(numbers: readonly number[]): Promise<P[]> {
    return orUnavailable(this.#postings.read(numbers));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Undefined also while it is let go: nobody is let in any more. */
  get #writer(): Writer<S, P> | undefined {
    return this.#wanted && !this.#closing.signal.aborted ? this.#tenure?.writer : undefined;
  }

  #mustWrite(): Writer<S, P> {
    if (!this.#writer) throw notOwner(this.shard);
    return this.#writer;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (this.#wanted && (await this.#take())) await this.#serve();
      else await this.#pause(LEASE_ASK_MS, signal);
      if (!this.#wanted || signal.aborted) await this.#lease.letGo();
    }
  }

  /** From takeover to the end of the tenure. The lease is renewed all the while, also during a long recovery. */
  async #serve(): Promise<void> {
    const tenure = new Tenure(this.#surroundings, this.#definition, this.#limits);
    this.#tenure = tenure;
    const renewing = this.#renewUntilOver(tenure);
    const opened = await tenure.open(this.#options.owner, this.#options.publisher).then(() => undefined, (error: Error) => error);
    if (opened) tenure.end(opened);
    const cause = await renewing;
    this.#tenure = undefined;
    if (!cause) return;
    this.#problem = cause.message;
    await this.#pause(FAILED_PAUSE_MS, this.#closing.signal);
  }

  async #renewUntilOver(tenure: Tenure<S, P>): Promise<Error | undefined> {
    let over = false;
    const ended = new AbortController();
    const cause = tenure.ended.then((error) => {
      over = true;
      ended.abort();
      return error;
    });
    const until = AbortSignal.any([ended.signal, this.#closing.signal, this.#leaving.signal]);
    while (!until.aborted) {
      await this.#pause(LEASE_RENEW_MS, until);
      if (until.aborted) break;
      if (await this.#take()) tenure.lookBehind();
      else tenure.end();
    }
    if (over) await tenure.stopped();
    else await tenure.close();
    return cause;
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return pause(ms, signal, this.#surroundings.timers);
  }

  async #take(): Promise<boolean> {
    try {
      const held = await this.#lease.take();
      this.#problem = held ? undefined : 'waiting for the lease';
      return held;
    } catch (error) {
      this.#problem = `waiting: ${(error as Error).message}`;
      // Not knowing is no reason to drop the memory: the log itself is the fence.
      return this.#tenure !== undefined;
    }
  }
}
