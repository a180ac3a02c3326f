import { DamagedLog, type Tail } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import { fromSnapshot, readOn } from './recover.ts';
import { Snapshots } from './snapshots.ts';
import type { ShardStore } from './store.ts';

export type SnapshotStore = Pick<ShardStore, 'log' | 'snapshots'>;

export interface SnapshotTask {
  /** The commit as of which it is made: one that is durable. */
  readonly upTo: Tail;
  readonly chunkBytes: number;
}

/** Makes a snapshot and says as of what; of an older commit never, of a newer one when somebody else has made that. */
export type SnapshotMaker = <S, P>(definition: ShardDefinition<S, P>, store: SnapshotStore, task: SnapshotTask, signal: AbortSignal) => Promise<Tail>;

/** From the snapshot before and the commits since, never from a writer's memory: so each is a replay that was checked by the hashes. */
export const makeSnapshot: SnapshotMaker = async (definition, store, { upTo, chunkBytes }, signal) => {
  const { shard, snapshot: { form, encode } } = definition;
  const snapshots = new Snapshots(store.snapshots, shard, chunkBytes);
  const recovered = await fromSnapshot(definition, snapshots);
  if (recovered.tail.seq >= upTo.seq) return recovered.tail;
  await readOn(definition, store.log, recovered, signal, upTo.seq);
  const { tail, state } = recovered;
  if (tail.seq !== upTo.seq || tail.hash !== upTo.hash) throw new DamagedLog(`the log of ${shard} is not what was written, at commit ${tail.seq}`);
  signal.throwIfAborted();
  await snapshots.save(form, tail, encode(state));
  return tail;
};
