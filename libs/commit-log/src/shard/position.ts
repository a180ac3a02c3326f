import type { Db } from 'mongodb';
import { pause } from '../relay/pause.ts';
import type { ProgressSource } from '../relay/options.ts';
import { realTimers, type Timers } from '../relay/timers.ts';
import { mongoShardStore } from './mongo-store.ts';
import type { ShardStore } from './store.ts';

/** A position is saved every 200 ms at most. */
const ASK_AGAIN_MS = 100;

/** Whoever writes the shard, here or elsewhere: asks the database whether all is published. */
export function shardProgress(db: Db, shard: string, topics: readonly string[]): ProgressSource {
  return progressOf(mongoShardStore(db), realTimers, shard, topics);
}

export function progressOf({ log, positions }: ShardStore, timers: Timers, shard: string, topics: readonly string[]): ProgressSource {
  return {
    topics,
    async published(limitMs) {
      const newest = await log.newest(shard);
      let overdue = false;
      const cancel = timers.after(limitMs, () => (overdue = true));
      try {
        for (;;) {
          if ((await positions.load(shard)) >= newest) return true;
          if (overdue) return false;
          await pause(ASK_AGAIN_MS, new AbortController().signal, timers);
        }
      } finally {
        cancel();
      }
    },
  };
}
