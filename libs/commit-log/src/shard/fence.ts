import { MongoError, type Collection } from 'mongodb';
import { commitId } from '../log/commit.ts';
import { isDuplicateKey } from '../log/outcome.ts';
import { pause, unlessAborted } from '../relay/pause.ts';
import type { ShardCommit } from './commit.ts';

const PAUSE_FIRST_MS = 20;
const PAUSE_MAX_MS = 500;

class NotReadableYet extends Error {
  override readonly name = 'NotReadableYet';
}

export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/**
 * The shard's log as its writer sees it. Both calls go on until they know, however long that takes, or until aborted,
 * when they throw GaveUp; `failed` hears why they hang.
 */
export class Fence {
  readonly #commits: Collection<ShardCommit>;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #failed: (error: Error | undefined) => void;

  constructor(commits: Collection<ShardCommit>, timeoutMs: number, signal: AbortSignal, failed: (error: Error | undefined) => void) {
    this.#commits = commits;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#failed = failed;
  }

  /**
   * True when the commit stands at its place, false when another does. An unknown outcome is met by inserting the very
   * same bytes again; who is told "duplicate" reads whose it is.
   */
  append(commit: ShardCommit): Promise<boolean> {
    return this.#untilKnown(async () => {
      try {
        await this.#commits.insertOne(commit, { timeoutMS: this.#timeoutMs });
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const standing = await this.#at(commit._id);
        if (!standing) throw new NotReadableYet(`${commit._id} is taken, but cannot be read yet`);
        return standing.epoch === commit.epoch && standing.hash === commit.hash;
      }
    });
  }

  /** Whether nothing stands after `seq`: this writer was still the only one after the call began. */
  isTail(shard: string, seq: number): Promise<boolean> {
    return this.#untilKnown(async () => (await this.#at(commitId(shard, seq + 1))) === null);
  }

  #at(id: string) {
    return this.#commits.findOne({ _id: id }, { readConcern: 'linearizable', timeoutMS: this.#timeoutMs, projection: { body: 0 } });
  }

  async #untilKnown(ask: () => Promise<boolean>): Promise<boolean> {
    for (let pauseMs = PAUSE_FIRST_MS; !this.#signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        const known = await unlessAborted(ask(), this.#signal);
        if (known === undefined) break;
        this.#failed(undefined);
        return known;
      } catch (error) {
        // What never reached the server (a document that cannot be encoded) will not get there by waiting.
        if (!(error instanceof MongoError) && !(error instanceof NotReadableYet)) throw error;
        this.#failed(error);
        await pause(pauseMs, this.#signal);
      }
    }
    throw new GaveUp('given up before the outcome was known');
  }
}
