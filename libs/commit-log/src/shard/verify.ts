import { commitId } from '../log/commit.ts';
import { BEGINNING, DamagedLog, tailAfter, type ShardCommit, type Tail } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import { Pages } from './pages.ts';
import { Snapshots } from './snapshots.ts';
import type { Manifest, ShardStore } from './store.ts';

/** What somebody outside of the database knows of the chain: its hash (hex) with commit `seq`. */
export interface KnownHead {
  readonly seq: number;
  readonly hash: string;
}

export interface Verification<S, P> {
  /** Of each posting before it is applied. Throws what is wrong with it. */
  check(state: S, posting: P): void;
  /** Where a snapshot's state, with what is in pages, is another than the replayed one, which has all; undefined when they are the same. */
  difference(replayed: S, snapshot: S, pages: Pages): string | undefined | Promise<string | undefined>;
  readonly heads: readonly KnownHead[];
}

export interface Verdict<S> {
  readonly shard: string;
  /** Where it stands, up to the fault. */
  readonly tail: Tail;
  readonly state: S;
  /** The first one, and where it is. */
  readonly fault?: string;
}

/**
 * Reads all of a shard's commits again, from the first: whether each follows from the one before, what its postings say,
 * what was published, what is known of the chain elsewhere, and whether the snapshots are what a replay comes to. Stops at
 * the first fault. The shard may be open meanwhile.
 */
export async function verifyShard<S, P>(store: ShardStore, definition: ShardDefinition<S, P>, verification: Verification<S, P>): Promise<Verdict<S>> {
  const { shard, codec, machine } = definition;
  // All of it before the log, which only grows.
  const published = await store.positions.load(shard);
  const manifests = await store.snapshots.manifests(shard);
  const state = machine.initial();
  let tail = BEGINNING;
  let at = shard;
  try {
    for await (const commit of store.log.after(shard, 0)) {
      at = `commit ${commit._id}`;
      mustBeAtItsPlace(shard, commit);
      tail = tailAfter(tail, commit);
      const postings = commit.kind === 'batch' ? codec.decode(commit.body) : [];
      if (postings.length !== commit.count) throw new DamagedLog(`it says ${commit.count} postings and holds ${postings.length}`);
      for (const posting of postings) {
        verification.check(state, posting);
        machine.apply(state, posting);
      }
      const known = verification.heads.find(({ seq }) => seq === tail.seq);
      if (known && known.hash !== tail.hash) throw new DamagedLog(`the chain was ${known.hash} here, and is ${tail.hash}: something up to here has been altered`);
      for (const manifest of manifests) if (manifest.seq === tail.seq) await mustBeThat(store, definition, verification, manifest, tail, state);
    }
    at = `the end, after commit ${commitId(shard, tail.seq)}`;
    const needed = [
      ['published', published], ['snapshot', Math.max(0, ...manifests.map(({ seq }) => seq))], ['known elsewhere', Math.max(0, ...verification.heads.map(({ seq }) => seq))],
    ] as const;
    for (const [what, seq] of needed) if (tail.seq < seq) throw new DamagedLog(`commits up to ${seq} are missing (${what})`);
  } catch (error) {
    return { shard, tail, state, fault: `${at}: ${(error as Error).message}` };
  }
  return { shard, tail, state };
}

/** The chain does not cover what a commit is called. */
function mustBeAtItsPlace(shard: string, commit: ShardCommit): void {
  if (commit.shard !== shard || commit._id !== commitId(shard, commit.seq)) throw new DamagedLog(`it is filed as ${commit._id} but says that it is ${commitId(commit.shard, commit.seq)}`);
}

async function mustBeThat<S, P>(
  store: ShardStore, { shard, snapshot: { form, decode } }: ShardDefinition<S, P>, { difference }: Verification<S, P>, manifest: Manifest, tail: Tail, state: S,
): Promise<void> {
  const same = manifest.epoch === tail.epoch && manifest.hash === tail.hash && manifest.postings === tail.postings;
  if (!same) throw new DamagedLog('the snapshot of it is of another commit');
  if (manifest.form !== form) return; // nobody reads it any more
  const bytes = await new Snapshots(store.snapshots, shard).read(manifest);
  if (bytes) {
    const where = await difference(state, decode(bytes), new Pages(store.pages, shard));
    if (where) throw new DamagedLog(`the snapshot of it is not what its postings come to: ${where}`);
  } else if ((await store.snapshots.manifests(shard)).some(({ _id }) => _id === manifest._id)) {
    throw new DamagedLog('the snapshot of it is not whole');
  }
}
