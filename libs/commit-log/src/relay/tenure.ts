import { faultPoint } from '@youdian/fault-points';
import type { Event, Publisher } from '@youdian/messaging';
import type { AggregateStore } from '../aggregate/store.ts';
import { streamName, streamSubject, type Commit } from '../log/commit.ts';
import type { CommitLog, StateAfter } from '../log/commit-log.ts';
import { Flights } from '../log/flights.ts';
import { openCommits, publishLagMs } from './metrics.ts';
import type { ProgressSource, RelayLimits, RelayOptions } from './options.ts';
import { pause, unlessAborted, untilDone } from './pause.ts';
import { Settler } from './settler.ts';
import { StreamOrder } from './stream-order.ts';
import { publishTraceparent, toEvents } from './to-events.ts';

const SLOW_PUBLISH_MS = 3_000;

/** It is marked when it is both. */
interface Queued {
  readonly commit: Commit;
  published: boolean;
  projected: boolean;
}

interface Shown {
  readonly queued: Queued;
  /** Known when the commit was made here. */
  readonly after?: StateAfter | undefined;
}

interface Barrier {
  readonly through: Date;
  readonly leftBefore: number;
}

/**
 * The time during which this instance is the one that publishes, and that brings the read documents after the commits: each
 * in its own time, so that what is committed while Kafka is away can be found.
 */
export class RelayTenure {
  readonly #log: CommitLog;
  readonly #publisher: Publisher;
  readonly #limits: RelayLimits;
  readonly #stores: ReadonlyMap<string, AggregateStore<any, any>>;
  /** By their topics: of a topic that several publish in, only all of them can say how far it is. */
  readonly #sources: readonly (readonly ProgressSource[])[];
  readonly #topics: ReadonlySet<string>;
  readonly #settler: Settler;
  readonly #stopping = new AbortController();
  readonly #aborted = new AbortController();
  readonly #sweeping: Promise<void>;
  /** Queued or under way, up to the mark: the sweep leaves them alone. */
  readonly #pending = new Set<string>();
  readonly #order: StreamOrder;
  readonly #publishing: Flights<Queued | Barrier>;
  readonly #projecting: Flights<Shown>;
  #barriers = 0;
  /** Counts commits that were left to the sweep. */
  #left = 0;
  /** Those of them that did not come into the read documents either, and up to which of these a sweep has shown them. */
  #unshown = 0;
  #shown = 0;
  #wakeSweep: (() => void) | undefined;
  #problems = new Map<string, string>();
  #publishingSince: number | undefined;
  /** A service without commits notices by its Progress that Kafka is away. */
  #sayingSince: number | undefined;

  constructor(log: CommitLog, { publisher, aggregates, sources = [] }: RelayOptions, limits: RelayLimits) {
    this.#log = log;
    this.#publisher = publisher;
    this.#limits = limits;
    this.#stores = new Map(aggregates.map((store) => [store.definition.name, store]));
    this.#topics = new Set(aggregates.map((store) => store.definition.topic));
    this.#sources = [...Map.groupBy(sources, ({ topics }) => topics.join(' ')).values()];
    this.#order = new StreamOrder(log.commits, limits.queuedCommits * 2);
    this.#settler = new Settler(log.commits, this.#aborted.signal, (ids) => ids.forEach((id) => this.#pending.delete(id)), this.#heard('mark'));
    const fitting = ({ length }: { readonly length: number }) => Math.min(length, limits.batchCommits);
    this.#publishing = new Flights(1, (items) => this.#publish(items), fitting);
    this.#projecting = new Flights(1, (items) => this.#project(items), fitting);
    this.#sweeping = this.#sweepEverySecond();
  }

  problem(): string | undefined {
    const problem = this.#problems.values().next().value;
    if (problem) return problem;
    const since = this.#publishingSince ?? this.#sayingSince;
    const forMs = since ? performance.now() - since : 0;
    return forMs > SLOW_PUBLISH_MS ? `waiting to publish for ${Math.round(forMs / 1_000)} s` : undefined;
  }

  offer(commit: Commit, after?: StateAfter): void {
    if (this.#stopping.signal.aborted || this.#pending.has(commit._id)) return;
    const queued = { commit, published: false, projected: false };
    const isShown = this.#hasRoom(this.#projecting);
    if (isShown) this.#projecting.add({ queued, after });
    else this.#unshown += 1;
    if (!isShown || !this.#hasRoom(this.#publishing)) {
      this.#left += 1;
      return;
    }
    this.#pending.add(commit._id);
    this.#publishing.add(queued);
  }

  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort();
    const limit = setTimeout(() => this.#abort(), drainMs);
    await this.#sweeping;
    await Promise.all([this.#publishing.idle(), this.#projecting.idle()]);
    await this.#settler.idle();
    clearTimeout(limit);
    this.#abort();
  }

  #abort(): void {
    this.#aborted.abort();
    this.#publishing.takeBack();
    this.#projecting.takeBack();
  }

  #hasRoom({ queued }: { readonly queued: number }): boolean {
    return queued < this.#limits.queuedCommits;
  }

  async #publish(items: readonly (Queued | Barrier)[]): Promise<void> {
    const inOrder = await this.#inOrder(items.filter((item) => 'commit' in item));
    if (inOrder.length > 0) {
      const events = await this.#events(inOrder);
      faultPoint('relay.before-publish');
      this.#publishingSince = performance.now();
      if (!(await untilDone(() => this.#publisher.publish(events), this.#aborted.signal, this.#heard('publish')))) return;
      this.#publishingSince = undefined;
      const now = this.#log.clock().getTime();
      for (const queued of inOrder) {
        publishLagMs.observe(now - queued.commit.at.getTime());
        queued.published = true;
      }
      faultPoint('relay.published-not-marked');
      await this.#settle(inOrder);
    }
    for (const item of items) if ('through' in item) await this.#progress(item);
  }

  async #project(shown: readonly Shown[]): Promise<void> {
    if (!(await untilDone(() => this.#show(shown), this.#aborted.signal, this.#heard('project')))) return;
    for (const { queued } of shown) queued.projected = true;
    await this.#settle(shown.map(({ queued }) => queued));
  }

  async #settle(queued: readonly Queued[]): Promise<void> {
    await this.#settler.settle(queued.filter(({ published, projected }) => published && projected).map(({ commit }) => commit._id));
  }

  /** The others (another instance's commit lies open before them) are left to the sweep, which sees both. */
  async #inOrder(queued: Queued[]): Promise<Queued[]> {
    if (queued.length === 0) return [];
    let follows: boolean[] = [];
    const ask = async () => (follows = await this.#order.take(queued.map(({ commit }) => commit)));
    if (!(await untilDone(ask, this.#aborted.signal, this.#heard('order')))) return [];
    return queued.filter(({ commit }, index) => {
      if (!follows[index]) this.#leave(commit);
      return follows[index];
    });
  }

  #leave(commit: Commit): void {
    this.#pending.delete(commit._id);
    this.#left += 1;
    this.#wakeSweep?.();
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

  async #show(shown: readonly Shown[]): Promise<void> {
    const byStore = new Map<string, { commits: Commit[]; states: Map<string, StateAfter> }>();
    for (const { queued: { commit }, after } of shown) {
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
    const [leftBefore, unshown] = [this.#left, this.#unshown];
    const { sweepCommits, batchCommits } = this.#limits;
    const open = await this.#log.commits
      .find({ open: 1 }, { projection: { _id: 1 }, readConcern: 'majority' })
      .sort({ open: 1, _id: 1 })
      .limit(sweepCommits)
      .toArray();
    openCommits.set(open.length);
    const unknown = open.map(({ _id }) => _id).filter((id) => !this.#pending.has(id) && this.#stores.has(streamName(id)));
    let from = 0;
    for (; from < unknown.length && (unshown > this.#shown || this.#hasRoom(this.#publishing)); from += batchCommits) {
      if (!this.#hasRoom(this.#projecting)) await this.#projecting.idle();
      const ids = unknown.slice(from, from + batchCommits);
      for (const commit of await this.#log.commits.find({ _id: { $in: ids }, open: 1 }, { readConcern: 'majority' }).sort({ _id: 1 }).toArray()) this.offer(commit);
    }
    this.#shown = unshown;
    void this.#sourcesProgress(through);
    if (from < unknown.length || open.length === sweepCommits || this.#barriers > 0 || this.#stopping.signal.aborted) return;
    this.#barriers += 1;
    this.#publishing.add({ through, leftBefore });
  }

  async #progress({ through, leftBefore }: Barrier): Promise<void> {
    this.#barriers -= 1;
    if (leftBefore !== this.#left) return;
    await this.#say([...this.#topics], through);
  }

  async #sourcesProgress(through: Date): Promise<void> {
    await Promise.all(this.#sources.map(async (sources) => {
      const published = await Promise.all(sources.map((source) => source.published(this.#limits.sweepMs).catch(() => false)));
      if (published.every(Boolean)) await this.#say(sources[0]!.topics, through);
    }));
  }

  /** Should it fail, the next second says more. */
  async #say(topics: readonly string[], through: Date): Promise<void> {
    this.#sayingSince ??= performance.now();
    const said = Promise.all(topics.map((topic) => this.#publisher.progress(topic, through)))
      .then(() => this.#heard('say progress')(undefined), this.#heard('say progress'))
      .finally(() => (this.#sayingSince = undefined));
    await unlessAborted(said, this.#aborted.signal);
  }

  #heard(what: string): (error: Error | undefined) => void {
    return (error) => {
      if (error) this.#problems.set(what, `waiting to ${what}: ${error.message}`);
      else this.#problems.delete(what);
    };
  }
}
