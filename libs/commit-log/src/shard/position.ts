import type { Collection, Db } from 'mongodb';
import { streamEnd } from '../log/commit.ts';
import { STORED } from '../log/commit-log.ts';
import { isDuplicateKey } from '../log/outcome.ts';
import { pause } from '../relay/pause.ts';
import type { ProgressSource } from '../relay/options.ts';
import type { ShardCommit } from './commit.ts';

interface PositionDocument {
  /** The shard. */
  readonly _id: string;
  /** Everything up to this commit has been published. */
  readonly seq: number;
}

const ASK_AGAIN_MS = 20;

/** How far a shard's commits are published. Never goes back, not even when a paused writer wakes up. */
export class Position {
  readonly #positions: Collection<PositionDocument>;
  readonly #shard: string;

  constructor(db: Db, shard: string) {
    this.#positions = db.collection<PositionDocument>('positions', STORED);
    this.#shard = shard;
  }

  async load(): Promise<number> {
    return (await this.#positions.findOne({ _id: this.#shard }))?.seq ?? 0;
  }

  async save(seq: number): Promise<void> {
    try {
      await this.#positions.updateOne({ _id: this.#shard, seq: { $lt: seq } }, { $set: { seq } }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error; // else it stands as far or farther
    }
  }
}

/** Whoever writes the shard, here or elsewhere: asks the database whether all is published. */
export function shardProgress(db: Db, shard: string, topics: readonly string[]): ProgressSource {
  const commits = db.collection<ShardCommit>('commits', STORED);
  const position = new Position(db, shard);
  return {
    topics,
    async published(limitMs) {
      const newest = { _id: { $gt: `${shard}:`, $lt: streamEnd(shard) } };
      const tail = await commits.findOne(newest, { sort: { _id: -1 }, projection: { seq: 1 } });
      if (!tail) return true;
      const giveUpAt = performance.now() + limitMs;
      for (;;) {
        if ((await position.load()) >= tail.seq) return true;
        if (performance.now() > giveUpAt) return false;
        await pause(ASK_AGAIN_MS, new AbortController().signal);
      }
    },
  };
}
