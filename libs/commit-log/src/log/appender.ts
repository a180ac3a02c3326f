import { BSON, type Collection } from 'mongodb';
import { faultPoint } from '@youdian/fault-points';
import { outcomesOf, type InsertOutcome } from '@youdian/mongo-outcome';
import type { Commit } from './commit.ts';
import { Flights } from './flights.ts';
import { outcomeUnknown, overloaded } from './rejections.ts';

export interface AppendLimits {
  readonly batchCommits: number;
  readonly batchBytes: number;
  /** Below what one event may have on Kafka, so that whatever is committed can be published. */
  readonly commitBytes: number;
  /** Above it nothing more is taken. */
  readonly queuedCommits: number;
  /** How many insertMany may be under way at once. */
  readonly flights: number;
  readonly insertTimeoutMs: number;
  /** How long an unknown outcome is asked after before the caller is told to retry. */
  readonly resolveMs: number;
}

export const APPEND_LIMITS: AppendLimits = {
  batchCommits: 1_000, batchBytes: 4 * 1024 * 1024, commitBytes: 512 * 1024, queuedCommits: 20_000, flights: 2,
  insertTimeoutMs: 5_000, resolveMs: 8_000,
};

const RESOLVE_FIRST_PAUSE_MS = 20;
const RESOLVE_MAX_PAUSE_MS = 500;

interface Waiting {
  readonly commit: Commit;
  readonly bytes: number;
  resolve(outcome: 'committed' | 'duplicate'): void;
  reject(error: Error): void;
}

/**
 * Commits that are ready in the same moment go to the server as one unordered insertMany: each is still atomic and
 * fenced by itself. Commits in one flight must be of different streams, which the store's turns see to.
 */
export class Appender {
  readonly #commits: Collection<Commit>;
  readonly #limits: AppendLimits;
  readonly #flights: Flights<Waiting>;
  #problem: string | undefined;

  constructor(commits: Collection<Commit>, limits: AppendLimits) {
    this.#commits = commits;
    this.#limits = limits;
    this.#flights = new Flights(limits.flights, (batch) => this.#fly(batch), (queue) => this.#fitting(queue));
  }

  /** Why appends hang at the moment, in words. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Durable when it answers `committed`. `duplicate`: its `_id` or its key is taken. Throws Rejected `unavailable`. */
  append(commit: Commit): Promise<'committed' | 'duplicate'> {
    if (this.#flights.queued >= this.#limits.queuedCommits) return Promise.reject(overloaded());
    const bytes = BSON.calculateObjectSize(commit, { ignoreUndefined: true });
    if (bytes > this.#limits.commitBytes) {
      return Promise.reject(new RangeError(`commit ${commit._id} has ${bytes} bytes; the limit is ${this.#limits.commitBytes}`));
    }
    return new Promise((resolve, reject) => this.#flights.add({ commit, bytes, resolve, reject }));
  }

  #fitting(queue: readonly Waiting[]): number {
    let count = 0;
    let bytes = 0;
    for (const waiting of queue) {
      bytes += waiting.bytes;
      if (count === this.#limits.batchCommits || (count > 0 && bytes > this.#limits.batchBytes)) break;
      count += 1;
    }
    return count;
  }

  async #fly(batch: Waiting[]): Promise<void> {
    try {
      await this.#insert(batch);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error as Error);
    }
  }

  async #insert(batch: Waiting[]): Promise<void> {
    const unknown = settleAll(batch, await this.#tryInsert(batch));
    if (unknown.length > 0) await this.#findOut(unknown);
  }

  async #tryInsert(batch: readonly Waiting[]): Promise<InsertOutcome[]> {
    try {
      faultPoint('commit.before');
      const documents = batch.map((waiting) => waiting.commit);
      await this.#commits.insertMany(documents, { ordered: false, timeoutMS: this.#limits.insertTimeoutMs });
      faultPoint('commit.after');
      this.#problem = undefined;
      return new Array<InsertOutcome>(batch.length).fill('inserted');
    } catch (error) {
      const outcomes = outcomesOf(error, batch.length);
      this.#problem = outcomes.includes('unknown') ? `waiting: ${(error as Error).message}` : undefined;
      return outcomes;
    }
  }

  /**
   * Inserts the very same bytes again until the server gives a clear word. That is safe, and needs no reading back: if
   * an earlier copy has landed, or lands late, `_id` and key let only one in, and whoever is told `duplicate` finds
   * under the key whether it was his own.
   */
  async #findOut(unknown: Waiting[]): Promise<void> {
    const giveUpAt = performance.now() + this.#limits.resolveMs;
    let left = unknown;
    for (let pauseMs = RESOLVE_FIRST_PAUSE_MS; left.length > 0; pauseMs = Math.min(pauseMs * 2, RESOLVE_MAX_PAUSE_MS)) {
      if (performance.now() > giveUpAt) {
        for (const waiting of left) waiting.reject(outcomeUnknown());
        // These were never sent, and would only wait as long for nothing.
        for (const waiting of this.#flights.takeBack()) waiting.reject(overloaded());
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      left = settleAll(left, await this.#tryInsert(left));
    }
  }
}

/** Answers whom it can, and returns those whose outcome is unknown. */
function settleAll(batch: readonly Waiting[], outcomes: readonly InsertOutcome[]): Waiting[] {
  return batch.filter((waiting, index) => {
    const outcome = outcomes[index]!;
    if (outcome === 'inserted') waiting.resolve('committed');
    else if (outcome === 'duplicate') waiting.resolve('duplicate');
    else if (outcome !== 'unknown') waiting.reject(outcome);
    return outcome === 'unknown';
  });
}
