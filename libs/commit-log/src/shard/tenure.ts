import type { Publisher } from '@youdian/messaging';
import { pause } from '../relay/pause.ts';
import { takeoverAfter, tailAfter, type Tail } from './commit.ts';
import type { ShardDefinition, ShardLimits } from './definition.ts';
import { Fence } from './fence.ts';
import { DamagedPage, Pages } from './pages.ts';
import { readOn, recover, type Recovered } from './recover.ts';
import { ShardRelay } from './shard-relay.ts';
import { Snapshots } from './snapshots.ts';
import type { ShardSurroundings } from './store.ts';
import { Writer } from './writer.ts';

/** A clean close leaves less behind than a crash. */
const CLOSING_SHARE = 0.1;
/** Before another attempt at what has just failed. */
const FAILED_PAUSE_MS = 2_000;

/** The time during which this instance writes the shard: from its takeover record to whatever ends it. */
export class Tenure<S, P> {
  readonly #definition: ShardDefinition<S, P>;
  readonly #limits: ShardLimits;
  readonly #surroundings: ShardSurroundings;
  readonly #aborted = new AbortController();
  readonly #fence: Fence;
  readonly #snapshots: Snapshots;
  readonly #pages: Pages;
  #relay: ShardRelay<P> | undefined;
  #writer: Writer<S, P> | undefined;
  #snapshotTail: Tail | undefined;
  #saving: Promise<void> | undefined;
  #leaving: Promise<void> | undefined;
  #problem: string | undefined;
  #end: (cause: Error | undefined) => void = () => {};
  /** Resolves when the tenure is over; with an Error when it should not have been. */
  readonly ended = new Promise<Error | undefined>((resolve) => (this.#end = resolve));

  constructor(surroundings: ShardSurroundings, definition: ShardDefinition<S, P>, limits: ShardLimits) {
    const { store, timers } = surroundings;
    this.#surroundings = surroundings;
    this.#definition = definition;
    this.#limits = limits;
    this.#snapshots = new Snapshots(store.snapshots, definition.shard, limits.snapshotChunkBytes, timers);
    this.#pages = new Pages(store.pages, definition.shard);
    const failed = (error: Error | undefined) => (this.#problem = error && `waiting: ${error.message}`);
    this.#fence = new Fence(store.log, limits.insertTimeoutMs, this.#aborted.signal, failed, timers);
  }

  /** Undefined until the takeover is acknowledged, and after the end. */
  get writer(): Writer<S, P> | undefined {
    return this.#writer;
  }

  get problem(): string | undefined {
    return this.#problem ?? this.#relay?.problem ?? (this.#writer ? undefined : 'recovering');
  }

  /** Recovers the state, takes the shard over, and starts to answer. */
  async open(owner: string, publisher: Publisher): Promise<void> {
    const { signal } = this.#aborted;
    const { store, clock, timers } = this.#surroundings;
    const recovered = await recover(this.#definition, store, this.#snapshots, signal);
    const tail = await this.#takeOver(recovered, owner);
    signal.throwIfAborted(); // it may have ended in the very moment: nobody would stop what starts now
    this.#snapshotTail = recovered.snapshotTail;
    const relay = new ShardRelay(this.#definition, this.#surroundings, publisher, this.#limits, tail.seq);
    this.#relay = relay;
    this.#writer = new Writer(this.#definition, this.#limits, clock, this.#fence, recovered.state, tail, {
      durable: (commit, postings) => relay.offer(commit, postings),
      departs: (state, tail) => this.#departs(state, tail),
      recall: (state, missed) => this.#recall(state, missed),
      steppedDown: (cause) => this.end(cause),
    }, timers);
  }

  /**
   * Steps down if another's takeover stands behind the tail: one that was given up may arrive late, and while nobody asks
   * for anything nobody else would notice, and nobody publish it.
   */
  lookBehind(): void {
    this.#writer?.submit(() => ({ result: undefined })).catch(() => {});
  }

  /** At once: nothing that is only in memory counts any more. */
  end(cause?: Error): void {
    this.#aborted.abort();
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.stepDown();
    this.#end(cause);
  }

  /** Answers what was submitted, takes a snapshot, publishes the rest. */
  async close(): Promise<void> {
    const { drainMs } = this.#limits;
    const cancelLimit = this.#surroundings.timers.after(drainMs, () => this.end());
    const writer = this.#writer;
    await writer?.drained();
    this.#writer = undefined; // nobody is let in any more
    if (writer && !this.#aborted.signal.aborted) {
      this.#snapshotIfDue(writer.state, writer.tail, CLOSING_SHARE)?.(writer.tail);
      await this.#relay?.stop(drainMs);
      await Promise.all([this.#saving, this.#leaving]);
    }
    cancelLimit();
    this.end();
    await this.stopped();
  }

  /** After the end: all that still ran has come to rest. */
  async stopped(): Promise<void> {
    await this.#relay?.stop(0);
    await Promise.all([this.#saving, this.#leaving]);
  }

  async #takeOver(recovered: Recovered<S>, owner: string): Promise<Tail> {
    for (;;) {
      const takeover = takeoverAfter(this.#definition.shard, recovered.tail, owner, this.#surroundings.clock());
      if (await this.#fence.append(takeover)) return tailAfter(recovered.tail, takeover);
      await readOn(this.#definition, this.#surroundings.store, recovered, this.#aborted.signal);
    }
  }

  #departs(state: S, tail: Tail): ((durable: Tail) => void) | undefined {
    const snapshot = this.#snapshotIfDue(state, tail, 1);
    const leave = this.#leaving ? undefined : this.#definition.outside?.leave(state);
    if (!snapshot && !leave) return undefined;
    return (durable) => {
      snapshot?.(durable);
      if (leave) this.#leaving = this.#leave(leave);
    };
  }

  /** A writer whose time is over may have written pages: they hold what is durable, and nobody needs them. */
  async #leave(leave: (pages: Pages) => Promise<() => void>): Promise<void> {
    const { signal } = this.#aborted;
    try {
      const left = await leave(this.#pages);
      left();
      this.#problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = `memory: ${(error as Error).message}`;
      await pause(FAILED_PAUSE_MS, signal, this.#surroundings.timers);
    } finally {
      this.#leaving = undefined;
    }
  }

  async #recall(state: S, missed: ReadonlySet<string>): Promise<void> {
    try {
      await this.#definition.outside!.recall(state, missed, this.#pages);
    } catch (error) {
      if (error instanceof DamagedPage) this.#problem = error.message;
      throw error;
    }
  }

  /** Takes the state down as it is, and writes it in the background once that is known to be durable: as of which tail. */
  #snapshotIfDue(state: S, tail: Tail, share: number): ((durable: Tail) => void) | undefined {
    if (!this.#isSnapshotDue(tail, share)) return undefined;
    const parts = this.#definition.snapshot.encode(state);
    return (durable) => (this.#saving = this.#save(durable, parts));
  }

  async #save(tail: Tail, parts: readonly Uint8Array[]): Promise<void> {
    const { signal } = this.#aborted;
    try {
      await this.#snapshots.save(this.#definition.snapshot.form, tail, parts, signal);
      this.#snapshotTail = tail;
      this.#problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = `snapshot: ${(error as Error).message}`;
      await pause(FAILED_PAUSE_MS, signal, this.#surroundings.timers);
    } finally {
      this.#saving = undefined;
    }
  }

  #isSnapshotDue(tail: Tail, share: number): boolean {
    if (this.#saving || !this.#snapshotTail) return false;
    const { snapshotCommits, snapshotPostings } = this.#limits;
    const commits = tail.seq - this.#snapshotTail.seq;
    const postings = tail.postings - this.#snapshotTail.postings;
    return postings > 0 && (commits >= snapshotCommits * share || postings >= snapshotPostings * share);
  }
}
