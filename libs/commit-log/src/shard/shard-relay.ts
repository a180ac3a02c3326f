import type { Event, Publisher } from '@youdian/messaging';
import { faultPoint } from '@youdian/fault-points';
import { isSampled, type Clock } from '@youdian/telemetry';
import { publishLagMs } from '../relay/metrics.ts';
import { pause, untilDone } from '../relay/pause.ts';
import { publishTraceparent } from '../relay/to-events.ts';
import type { Timers } from '../relay/timers.ts';
import { BEGINNING, mustFollow, type ShardCommit, type Tail } from './commit.ts';
import type { EventCommit, ShardDefinition, ShardLimits } from './definition.ts';
import type { ShardStore, ShardSurroundings } from './store.ts';
import { shardEvents } from './to-events.ts';

interface Batch<P> {
  readonly commit: EventCommit & { readonly at: Date };
  readonly postings: readonly P[];
}

const READ_COMMITS = 16;
/** A position that is behind costs nothing but what a crash publishes again. */
const SAVE_PAUSE_MS = 200;

/** Publishes a shard's commits in order, at least once: from memory as they become durable, from the log after a crash. */
export class ShardRelay<P> {
  readonly #definition: ShardDefinition<any, P>;
  readonly #store: ShardStore;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #publisher: Publisher;
  readonly #limits: ShardLimits;
  readonly #aborted = new AbortController();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #tailSeq: number;
  #queue: Batch<P>[] = [];
  #queuedPostings = 0;
  #wake: (() => void) | undefined;
  #saving: Promise<unknown> | undefined;
  #publishedSeq = 0;
  #problem: string | undefined;

  constructor(definition: ShardDefinition<any, P>, { store, clock, timers }: ShardSurroundings, publisher: Publisher, limits: ShardLimits, tailSeq: number) {
    this.#definition = definition;
    this.#store = store;
    this.#clock = clock;
    this.#timers = timers;
    this.#publisher = publisher;
    this.#limits = limits;
    this.#tailSeq = tailSeq;
    this.#done = this.#run();
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Told of each durable commit in order. */
  offer({ seq, hash, at }: ShardCommit, postings: readonly P[]): void {
    this.#tailSeq = seq;
    // What does not fit is read from the log when its turn comes.
    if (this.#queuedPostings < this.#limits.relayQueuedPostings) {
      this.#queue.push({ commit: { seq, hash, at }, postings }); // not the body
      this.#queuedPostings += postings.length;
    }
    this.#wake?.();
  }

  async stop(drainMs: number): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    const cancelLimit = this.#timers.after(drainMs, () => this.#aborted.abort());
    await this.#done;
    await this.#saving;
    cancelLimit();
    this.#aborted.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#aborted;
    const load = async () => (this.#publishedSeq = await this.#store.positions.load(this.#definition.shard));
    if (!(await this.#untilDone(load))) return;
    while (!signal.aborted) {
      if (this.#publishedSeq >= this.#tailSeq) {
        if (this.#stop.signal.aborted) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
        continue;
      }
      let batches: Batch<P>[] = [];
      const next = async () => (batches = this.#fromMemory() ?? (await this.#fromLog()));
      if (!(await this.#untilDone(next)) || !(await this.#publish(batches))) return;
      this.#publishedSeq = batches.at(-1)!.commit.seq;
      this.#save();
    }
  }

  async #publish(batches: readonly Batch<P>[]): Promise<boolean> {
    const events = await this.#traced(batches.flatMap(({ commit, postings }) => shardEvents(this.#definition, commit, postings)));
    faultPoint('relay.before-publish');
    if (events.length > 0 && !(await this.#untilDone(() => this.#publisher.publish(events)))) return false;
    faultPoint('relay.published-not-marked');
    for (const { commit } of batches) publishLagMs.observe(Math.max(0, this.#clock().getTime() - commit.at.getTime()));
    return true;
  }

  /** Most postings are in no trace that is kept, so the others alone cost something. */
  async #traced(events: Event[]): Promise<Event[]> {
    if (!events.some(({ traceparent }) => isSampled(traceparent))) return events;
    const traced = async (event: Event) => ({ ...event, traceparent: await publishTraceparent(this.#definition.shard, event.traceparent) });
    return Promise.all(events.map((event) => (isSampled(event.traceparent) ? traced(event) : event)));
  }

  #fromMemory(): Batch<P>[] | undefined {
    while (this.#queue.length > 0 && this.#queue[0]!.commit.seq <= this.#publishedSeq) this.#drop();
    const batches: Batch<P>[] = [];
    let seq = this.#publishedSeq;
    let postings = 0;
    while (this.#queue[0]?.commit.seq === seq + 1 && (postings === 0 || postings + this.#queue[0].postings.length <= this.#limits.batchPostings)) {
      const batch = this.#drop();
      batches.push(batch);
      postings += batch.postings.length;
      seq = batch.commit.seq;
    }
    return batches.length > 0 ? batches : undefined;
  }

  #drop(): Batch<P> {
    const batch = this.#queue.shift()!;
    this.#queuedPostings -= batch.postings.length;
    return batch;
  }

  /** With the commit before, so that nothing is published that does not follow from what was. */
  async #fromLog(): Promise<Batch<P>[]> {
    const { shard, codec } = this.#definition;
    const from = this.#publishedSeq;
    const found = await this.#store.log.page(shard, Math.max(0, from - 1), READ_COMMITS + 1);
    let before: Omit<Tail, 'postings'> | undefined = from === 0 ? BEGINNING : found.shift();
    if (before?.seq !== from || found.length === 0) throw new Error(`${shard}: commit ${from + 1} cannot be read`);
    for (const commit of found) {
      mustFollow(before, commit);
      before = commit;
    }
    return found.map((commit) => ({ commit, postings: commit.kind === 'batch' ? codec.decode(commit.body) : [] }));
  }

  /** In the background, the newest only. */
  #save(): void {
    this.#saving ??= (async () => {
      for (let saved = -1; saved < this.#publishedSeq; ) {
        const seq = this.#publishedSeq;
        if (!(await this.#untilDone(() => this.#store.positions.raise(this.#definition.shard, seq)))) break;
        saved = seq;
        await pause(SAVE_PAUSE_MS, this.#stop.signal, this.#timers);
      }
      this.#saving = undefined;
    })();
  }

  #untilDone(work: () => Promise<unknown>): Promise<boolean> {
    return untilDone(work, this.#aborted.signal, this.#failed, this.#timers);
  }

  readonly #failed = (error: Error | undefined): void => {
    this.#problem = error && `waiting to publish ${this.#definition.shard}: ${error.message}`;
  };
}
