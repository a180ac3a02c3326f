import { commitId } from '../log/commit.ts';
import { BEGINNING, DamagedLog, tailAfter, type ShardCommit, type Tail } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import { Pages } from './pages.ts';
import type { Snapshots } from './snapshots.ts';
import type { ShardLog, ShardStore } from './store.ts';

export interface Recovered<S> {
  readonly state: S;
  tail: Tail;
  /** Where the snapshot stood that it started from. */
  readonly snapshotTail: Tail;
}

const READ_TIMEOUT_MS = 10_000;

/**
 * The newest snapshot, and the commits after it.
 * @throws DamagedLog when the log is not what it was when it was written, published or snapshotted: it says where.
 */
export async function recover<S, P>(definition: ShardDefinition<S, P>, store: ShardStore, snapshots: Snapshots, signal: AbortSignal): Promise<Recovered<S>> {
  const { shard } = definition;
  // Both before the log, which only grows: what they know it must hold.
  const published = await store.positions.load(shard);
  const recovered = await fromSnapshot(definition, snapshots);
  if (recovered.tail.seq > 0) await mustHold(store.log, shard, recovered.tail);
  await readOn(definition, store, recovered, signal);
  const { seq } = recovered.tail;
  if (seq < published) throw new DamagedLog(`the log of ${shard} ends at commit ${seq}, but commits up to ${published} have been published: ${RESTORE}`);
  return recovered;
}

/** The newest snapshot, or the beginning. */
async function fromSnapshot<S, P>({ snapshot: { form, decode }, machine }: ShardDefinition<S, P>, snapshots: Snapshots): Promise<Recovered<S>> {
  const found = await snapshots.load(form);
  const tail = found?.tail ?? BEGINNING;
  return { state: found ? decode(found.bytes) : machine.initial(), tail, snapshotTail: tail };
}

const RESTORE = 'the missing ones must be restored before the shard can be opened';

/** Else a log that lost its end would go on after the gap. */
async function mustHold(log: ShardLog, shard: string, { seq, epoch, hash, postings }: Tail): Promise<void> {
  const id = commitId(shard, seq);
  const standing = await log.standing(id, READ_TIMEOUT_MS);
  if (!standing) throw new DamagedLog(`the log of ${shard} has no commit ${id}, of which there is a snapshot: ${RESTORE}`);
  const { first, count } = standing;
  const counted = first === undefined || first + count - 1 === postings;
  if (standing.epoch !== epoch || standing.hash !== hash || !counted) throw new DamagedLog(`commit ${id} has been altered, or the snapshot of it`);
}

/** Takes in whatever was committed after the tail. */
export async function readOn<S, P>(definition: ShardDefinition<S, P>, store: ShardStore, recovered: Recovered<S>, signal: AbortSignal): Promise<void> {
  const pages = new Pages(store.pages, definition.shard);
  let { outside } = definition;
  for await (const commit of store.log.after(definition.shard, recovered.tail.seq)) {
    signal.throwIfAborted();
    recovered.tail = tailAfter(recovered.tail, commit);
    if (commit.kind === 'batch') applyAll(definition, recovered.state, commit);
    for (let leave; (leave = outside?.leave(recovered.state)); ) {
      // What cannot leave now stays in memory: the writer will try again.
      await leave(pages).then((left) => left(), () => (outside = undefined));
    }
  }
}

function applyAll<S, P>({ codec, machine }: ShardDefinition<S, P>, state: S, commit: ShardCommit): void {
    const postings = codec.decode(commit.body);
    if (postings.length !== commit.count) throw new DamagedLog(`commit ${commit._id} says ${commit.count} postings and holds ${postings.length}`);
    for (const posting of postings) machine.apply(state, posting);
}
