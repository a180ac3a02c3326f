import { commitId } from '../log/commit.ts';
import { Unanswered } from '../log/outcome.ts';
import { pause, unlessAborted } from '../relay/pause.ts';
import { realTimers, type Timers } from '../relay/timers.ts';
import type { ShardCommit } from './commit.ts';
import type { ShardLog } from './store.ts';

const PAUSE_FIRST_MS = 20;
const PAUSE_MAX_MS = 500;

export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/**
 * The shard's log as its writer sees it. Both calls go on until they know, however long that takes, or until aborted,
 * when they throw GaveUp; `failed` hears why they hang.
 */
export class Fence {
  readonly #log: ShardLog;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #failed: (error: Error | undefined) => void;
  readonly #timers: Timers;

  constructor(log: ShardLog, timeoutMs: number, signal: AbortSignal, failed: (error: Error | undefined) => void, timers: Timers = realTimers) {
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#failed = failed;
    this.#timers = timers;
  }

  /**
   * True when the commit stands at its place, false when another does. An unknown outcome is met by inserting the very
   * same bytes again; who is told "taken" reads whose it is.
   */
  append(commit: ShardCommit): Promise<boolean> {
    return this.#untilKnown(async () => {
      if (await this.#log.insert(commit, this.#timeoutMs)) return true;
      const standing = await this.#log.standing(commit._id, this.#timeoutMs);
      if (!standing) throw new Unanswered(`${commit._id} is taken, but cannot be read yet`);
      return standing.epoch === commit.epoch && standing.hash === commit.hash;
    });
  }

  /** Whether nothing stands after `seq`: this writer was still the only one after the call began. */
  isTail(shard: string, seq: number): Promise<boolean> {
    return this.#untilKnown(async () => (await this.#log.standing(commitId(shard, seq + 1), this.#timeoutMs)) === undefined);
  }

  async #untilKnown(ask: () => Promise<boolean>): Promise<boolean> {
    for (let pauseMs = PAUSE_FIRST_MS; !this.#signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        const known = await unlessAborted(ask(), this.#signal);
        if (known === undefined) break;
        this.#failed(undefined);
        return known;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        this.#failed(error);
        await pause(pauseMs, this.#signal, this.#timers);
      }
    }
    throw new GaveUp('given up before the outcome was known');
  }
}
