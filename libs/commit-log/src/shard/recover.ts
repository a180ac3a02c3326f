import type { Collection } from 'mongodb';
import { commitId, streamEnd } from '../log/commit.ts';
import { BEGINNING, tailAfter, type ShardCommit, type Tail } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import type { Snapshots } from './snapshots.ts';

export interface Recovered<S> {
  readonly state: S;
  tail: Tail;
  /** Where the snapshot stood that it started from. */
  readonly snapshotTail: Tail;
}

/** The newest snapshot, and the commits after it. */
export async function recover<S, P>(
  definition: ShardDefinition<S, P>, commits: Collection<ShardCommit>, snapshots: Snapshots, signal: AbortSignal,
): Promise<Recovered<S>> {
  const snapshot = await snapshots.load(definition.snapshot.form);
  const tail = snapshot?.tail ?? BEGINNING;
  const state = snapshot ? definition.snapshot.decode(snapshot.bytes) : definition.machine.initial();
  const recovered = { state, tail, snapshotTail: tail };
  await readOn(definition, commits, recovered, signal);
  return recovered;
}

/** Takes in whatever was committed after the tail. */
export async function readOn<S, P>(
  { shard, codec, machine }: ShardDefinition<S, P>, commits: Collection<ShardCommit>, recovered: Recovered<S>, signal: AbortSignal,
): Promise<void> {
  // One cursor: the server answers in pieces of 16 MB, whatever the commits' size.
  const newer = { _id: { $gt: commitId(shard, recovered.tail.seq), $lt: streamEnd(shard) } };
  for await (const commit of commits.find(newer, { readConcern: 'majority' }).sort({ _id: 1 })) {
    signal.throwIfAborted();
    recovered.tail = tailAfter(recovered.tail, commit);
    if (commit.kind === 'batch') for (const posting of codec.decode(commit.body)) machine.apply(recovered.state, posting);
  }
}
