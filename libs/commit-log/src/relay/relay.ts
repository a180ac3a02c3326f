import type { Event, Publisher } from '@youdian/messaging';
import { faultPoint } from '@youdian/fault-points';
import type { AggregateStore } from '../aggregate/store.ts';
import { commitId, streamName, streamSubject, type Commit } from '../log/commit.ts';
import { OPEN_INDEX, type CommitLog, type StateAfter } from '../log/commit-log.ts';
import { LruCache } from '../lru-cache.ts';
import { Lease, LEASE_RENEW_MS } from './lease.ts';
import { openCommits, publishLagMs } from './metrics.ts';
import { pause, unlessAborted, untilDone } from './pause.ts';
import { Settler } from './settler.ts';
import { publishTraceparent, toEvents } from './to-events.ts';

/** Something else that publishes in this service, and can say when it is through: a shard. */
export interface ProgressSource {
  readonly topics: readonly string[];
  /** True when everything acknowledged before the call has been published; false when that takes longer than `limitMs`. */
  published(limitMs: number): Promise<boolean>;
}

export interface RelayOptions {
  readonly publisher: Publisher;
  readonly aggregates: readonly AggregateStore<any, any>[];
  readonly sources?: readonly ProgressSource[];
  /** This instance, unlike any other: a random id will do. */
  readonly owner: string;
  readonly limits?: Partial<RelayLimits>;
}

export interface RelayLimits {
  readonly batchCommits: number;
  /** Above it commits are left to the sweep. */
  readonly queuedCommits: number;
  readonly sweepCommits: number;
  readonly sweepMs: number;
  readonly drainMs: number;
}

export const RELAY_LIMITS: RelayLimits = { batchCommits: 500, queuedCommits: 20_000, sweepCommits: 20_000, sweepMs: 1_000, drainMs: 5_000 };

const SLOW_PUBLISH_MS = 3_000;
/** How soon an instance that waits finds the lease free. */
const LEASE_ASK_MS = 250;

export interface Relay {
  /** For /readyz: why commits do not get out, in words; undefined when they do. */
  problem(): string | undefined;
  readonly active: boolean;
  /** Lets what is committed go out, for at most `drainMs`, and hands over. */
  close(): Promise<void>;
}

interface Queued {
  readonly commit: Commit;
  /** Known when the commit was made here. */
  readonly after?: StateAfter | undefined;
}

interface Barrier {
  readonly through: Date;
  readonly leftBefore: number;
}

/**
 * Publishes a service's commits in stream order, at least once, and brings the read documents after them. One instance
 * does so, by a lease; should two for a moment, consumers see repeats and nothing else.
 */
export function startRelay(log: CommitLog, options: RelayOptions): Relay {
  return new LeasedRelay(log, options);
}

class LeasedRelay implements Relay {
  readonly #log: CommitLog;
  readonly #lease: Lease;
  readonly #options: RelayOptions;
  readonly #limits: RelayLimits;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #tenure: Tenure | undefined;
  #problem: string | undefined;

  constructor(log: CommitLog, options: RelayOptions) {
    this.#log = log;
    this.#options = options;
    this.#limits = { ...RELAY_LIMITS, ...options.limits };
    this.#lease = new Lease(log.db, log.clock, 'relay', options.owner);
    log.onCommitted((commit, after) => this.#tenure?.offer(commit, after));
    this.#running = this.#run();
  }

  get active(): boolean {
    return this.#tenure !== undefined;
  }

  problem(): string | undefined {
    return this.#problem ?? this.#log.appender.problem ?? this.#tenure?.problem();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const held = await this.#take();
      if (held && !this.#tenure) this.#tenure = new Tenure(this.#log, this.#options, this.#limits);
      if (!held && this.#tenure) await this.#stop(0);
      await pause(held ? LEASE_RENEW_MS : LEASE_ASK_MS, signal);
    }
    await this.#stop(this.#limits.drainMs);
    await this.#lease.release().catch(() => {}); // it runs out by itself
  }

  async #take(): Promise<boolean> {
    try {
      const held = await this.#lease.take();
      this.#problem = undefined;
      return held;
    } catch (error) {
      this.#problem = `waiting: ${(error as Error).message}`;
      return this.#lease.held;
    }
  }

  async #stop(drainMs: number): Promise<void> {
    const tenure = this.#tenure;
    this.#tenure = undefined;
    await tenure?.stop(drainMs);
  }
}

/** The time during which this instance is the one that publishes. */
class Tenure {
  readonly #log: CommitLog;
  readonly #publisher: Publisher;
  readonly #limits: RelayLimits;
  readonly #stores: ReadonlyMap<string, AggregateStore<any, any>>;
  readonly #sources: readonly ProgressSource[];
  readonly #topics: ReadonlySet<string>;
  readonly #settler: Settler;
  readonly #stopping = new AbortController();
  readonly #aborted = new AbortController();
  readonly #done: Promise<unknown>;
  /** Queued or under way, up to the mark: the sweep leaves them alone. */
  readonly #pending = new Set<string>();
  /** The newest commit of each stream that was taken up, so that none overtakes another. */
  readonly #taken: LruCache<number>;
  #queue: (Queued | Barrier)[] = [];
  #queueHead = 0;
  #barriers = 0;
  /** Counts commits that were left to the sweep. */
  #left = 0;
  #wake: (() => void) | undefined;
  #wakeSweep: (() => void) | undefined;
  #problems = new Map<string, string>();
  #publishingSince: number | undefined;

  constructor(log: CommitLog, { publisher, aggregates, sources = [] }: RelayOptions, limits: RelayLimits) {
    this.#log = log;
    this.#publisher = publisher;
    this.#limits = limits;
    this.#stores = new Map(aggregates.map((store) => [store.definition.name, store]));
    this.#topics = new Set(aggregates.map((store) => store.definition.topic));
    this.#sources = sources;
    // A commit's predecessor is at most a queue's length away; what fell out is asked of the database.
    this.#taken = new LruCache(limits.queuedCommits * 2);
    this.#settler = new Settler(log.commits, this.#aborted.signal, (ids) => ids.forEach((id) => this.#pending.delete(id)), this.#heard('mark'));
    this.#done = Promise.all([this.#pump(), this.#sweepEverySecond()]);
  }

  problem(): string | undefined {
    const problem = this.#problems.values().next().value;
    if (problem) return problem;
    const forMs = this.#publishingSince ? performance.now() - this.#publishingSince : 0;
    return forMs > SLOW_PUBLISH_MS ? `waiting to publish for ${Math.round(forMs / 1_000)} s` : undefined;
  }

  offer(commit: Commit, after?: StateAfter): void {
    if (this.#stopping.signal.aborted || this.#pending.has(commit._id)) return;
    if (this.#queue.length - this.#queueHead >= this.#limits.queuedCommits) {
      this.#left += 1;
      return;
    }
    this.#pending.add(commit._id);
    this.#queue.push({ commit, after });
    this.#wake?.();
  }

  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    const limit = setTimeout(() => this.#aborted.abort(), drainMs);
    await this.#done;
    await this.#settler.idle();
    clearTimeout(limit);
    this.#aborted.abort();
  }

  async #pump(): Promise<void> {
    while (!this.#aborted.signal.aborted) {
      const next = this.#takeBatch();
      if (next.commits.length > 0) await this.#relay(next.commits);
      if (next.barrier) await this.#progress(next.barrier);
      if (this.#queueHead < this.#queue.length) continue;
      if (this.#stopping.signal.aborted) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  #takeBatch(): { commits: Queued[]; barrier?: Barrier } {
    const commits: Queued[] = [];
    let barrier: Barrier | undefined;
    while (this.#queueHead < this.#queue.length && commits.length < this.#limits.batchCommits && !barrier) {
      const item = this.#queue[this.#queueHead++]!;
      if ('through' in item) barrier = item;
      else commits.push(item);
    }
    if (this.#queueHead === this.#queue.length || this.#queueHead > this.#limits.queuedCommits) {
      this.#queue = this.#queue.slice(this.#queueHead);
      this.#queueHead = 0;
    }
    return barrier ? { commits, barrier } : { commits };
  }

  async #relay(queued: Queued[]): Promise<void> {
    const inOrder = await this.#inOrder(queued);
    if (inOrder.length === 0) return;
    const events = await this.#events(inOrder);
    faultPoint('relay.before-publish');
    this.#publishingSince = performance.now();
    const published = untilDone(() => this.#publisher.publish(events), this.#aborted.signal, this.#heard('publish'));
    const projected = untilDone(() => this.#project(inOrder), this.#aborted.signal, this.#heard('project'));
    if (await published) {
      this.#publishingSince = undefined;
      const now = this.#log.clock().getTime();
      for (const { commit } of inOrder) publishLagMs.observe(now - commit.at.getTime());
    }
    if (!(await projected) || !(await published)) return;
    faultPoint('relay.published-not-marked');
    await this.#settler.settle(inOrder.map(({ commit }) => commit._id));
  }

  /**
   * Keeps those whose predecessor has been taken up here or was settled before. The others (another instance's commit
   * lies open before them) are left to the sweep, which sees both.
   */
  async #inOrder(queued: Queued[]): Promise<Queued[]> {
    const openBefore = await this.#openPredecessors(queued);
    const kept = queued.filter(({ commit }) => {
      const taken = this.#taken.get(commit.stream);
      const follows = taken === undefined ? !openBefore.has(commit._id) : commit.seq <= taken + 1;
      if (follows) this.#taken.set(commit.stream, Math.max(commit.seq, taken ?? 0));
      else this.#leave(commit);
      return follows;
    });
    return kept;
  }

  #leave(commit: Commit): void {
    this.#pending.delete(commit._id);
    this.#left += 1;
    this.#wakeSweep?.();
  }

  /** Of the first commit of each stream that has not been seen here: those whose predecessor is open. */
  async #openPredecessors(queued: readonly Queued[]): Promise<Set<string>> {
    const before = new Map<string, string>();
    for (const { commit } of queued) {
      if (commit.seq > 1 && this.#taken.get(commit.stream) === undefined) before.set(commitId(commit.stream, commit.seq - 1), commit._id);
    }
    if (before.size === 0) return new Set();
    const open = new Set<string>();
    const ask = async () => {
      const ids = [...before.keys()];
      const found = await this.#log.commits.find({ _id: { $in: ids }, open: 1 }, { projection: { _id: 1 } }).toArray();
      for (const { _id } of found) open.add(before.get(_id)!);
    };
    await untilDone(ask, this.#aborted.signal, this.#heard('order'));
    return open;
  }

  async #events(queued: readonly Queued[]): Promise<Event[]> {
    const events: Event[] = [];
    for (const { commit } of queued) {
      const store = this.#stores.get(streamName(commit.stream));
      if (!store) throw new TypeError(`the relay was not given the aggregate of ${commit.stream}`);
      const traceparent = commit.traceparent && (await publishTraceparent(store.definition.name, commit.traceparent));
      for (const event of toEvents(store.definition, commit, traceparent)) events.push(event);
    }
    return events;
  }

  async #project(queued: readonly Queued[]): Promise<void> {
    const byStore = new Map<string, { commits: Commit[]; states: Map<string, StateAfter> }>();
    for (const { commit, after } of queued) {
      const name = streamName(commit.stream);
      const group = byStore.get(name) ?? { commits: [], states: new Map<string, StateAfter>() };
      byStore.set(name, group);
      group.commits.push(commit);
      const id = streamSubject(commit.stream);
      // Without a state of its own a newer commit makes the one that is known too old.
      if (after) group.states.set(id, after);
      else group.states.delete(id);
    }
    await Promise.all([...byStore].map(([name, { commits, states }]) => this.#stores.get(name)!.readModel.project(commits, states)));
  }

  async #sweepEverySecond(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await untilDone(() => this.#sweep(), this.#stopping.signal, this.#heard('sweep'));
      const woken = new AbortController();
      this.#wakeSweep = () => woken.abort();
      await pause(this.#limits.sweepMs, AbortSignal.any([woken.signal, this.#stopping.signal]));
      this.#wakeSweep = undefined;
    }
  }

  /** Takes up what other instances and crashes left, and asks for Progress once all that it saw is out. */
  async #sweep(): Promise<void> {
    const through = this.#log.clock();
    const leftBefore = this.#left;
    const { sweepCommits, batchCommits } = this.#limits;
    const open = await this.#log.commits
      .find({ open: 1 }, { projection: { _id: 1 }, hint: OPEN_INDEX, readConcern: 'majority' })
      .sort({ open: 1, _id: 1 })
      .limit(sweepCommits)
      .toArray();
    openCommits.set(open.length);
    const unknown = open.map(({ _id }) => _id).filter((id) => !this.#pending.has(id) && this.#stores.has(streamName(id)));
    for (let from = 0; from < unknown.length; from += batchCommits) {
      const ids = unknown.slice(from, from + batchCommits);
      for (const commit of await this.#log.commits.find({ _id: { $in: ids }, open: 1 }, { readConcern: 'majority' }).sort({ _id: 1 }).toArray()) this.offer(commit);
    }
    void this.#sourcesProgress(through);
    if (open.length === sweepCommits || this.#barriers > 0 || this.#stopping.signal.aborted) return;
    this.#barriers += 1;
    this.#queue.push({ through, leftBefore });
    this.#wake?.();
  }

  async #progress({ through, leftBefore }: Barrier): Promise<void> {
    this.#barriers -= 1;
    if (leftBefore !== this.#left) return;
    await this.#say([...this.#topics], through);
  }

  async #sourcesProgress(through: Date): Promise<void> {
    await Promise.all(
      this.#sources.map(async (source) => {
        const published = await source.published(this.#limits.sweepMs).catch(() => false);
        if (published) await this.#say(source.topics, through);
      }),
    );
  }

  /** Should it fail, the next second says more. */
  async #say(topics: readonly string[], through: Date): Promise<void> {
    const said = Promise.all(topics.map((topic) => this.#publisher.progress(topic, through))).then(
      () => this.#heard('say progress')(undefined), this.#heard('say progress'));
    await unlessAborted(said, this.#aborted.signal);
  }

  #heard(what: string): (error: Error | undefined) => void {
    return (error) => {
      if (error) this.#problems.set(what, `waiting to ${what}: ${error.message}`);
      else this.#problems.delete(what);
    };
  }
}
