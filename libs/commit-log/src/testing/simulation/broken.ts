import { createHash } from 'node:crypto';
import { commitId } from '../../log/commit.ts';
import type { ShardCommit } from '../../shard/commit.ts';
import { sealed } from '../../shard/snapshots.ts';
import type { ShardStore } from '../../shard/store.ts';
import type { SimulationOptions } from './simulate.ts';

type Alter = NonNullable<SimulationOptions['alter']>;

/** Databases, and ways to use them, that lack one safeguard each. The simulation must find every one out. */
export const BROKEN: Readonly<Record<string, Alter>> = {
  'a unique _id': (store, server) => withLog(store, {
    insert: async (commit, timeoutMs) => {
      if (!(await store.log.insert(commit, timeoutMs))) server.overwrite(commit);
      return true;
    },
  }),

  'reading back whose commit stands, when a place is taken': (store) => {
    const mine = new Map<string, ShardCommit>();
    return withLog(store, {
      insert: (commit, timeoutMs) => {
        mine.set(commit._id, commit);
        return store.log.insert(commit, timeoutMs);
      },
      standing: async (id, timeoutMs) => mine.get(id) ?? store.log.standing(id, timeoutMs),
    });
  },

  'proof of still being the writer before reads and refusals are answered': (store) => {
    const next = new Set<string>();
    // Of a snapshot's commit recovery must hear the truth: that is another safeguard.
    const snapshotted = new Set<string>();
    const manifests: ShardStore['snapshots']['manifests'] = async (shard, limit) => {
      const found = await store.snapshots.manifests(shard, limit);
      for (const { _id } of found) snapshotted.add(_id);
      return found;
    };
    return withLog({ ...store, snapshots: { ...store.snapshots, manifests } }, {
      insert: async (commit, timeoutMs) => {
        const stands = await store.log.insert(commit, timeoutMs);
        if (stands) next.add(commitId(commit.shard, commit.seq + 1));
        return stands;
      },
      standing: async (id, timeoutMs) => (next.has(id) && !snapshotted.has(id) ? undefined : store.log.standing(id, timeoutMs)),
    });
  },

  'reading only what a majority has': (store, server) => {
    server.dirtyReads = true;
    return store;
  },

  'waiting for the takeover record': (store) => answeringEarly(store, 'takeover'),
  'waiting until a batch is durable': (store) => answeringEarly(store, 'batch'),

  'the hash of a snapshot': (store) => ({
    ...store,
    snapshots: {
      ...store.snapshots,
      manifests: async (shard, limit) => Promise.all((await store.snapshots.manifests(shard, limit)).map(async (manifest) => {
        const chunks = manifest.chunks.map(async ({ _id }) => ({ _id, sha256: createHash('sha256').update((await store.snapshots.chunk(_id)) ?? '').digest('hex') }));
        return sealed({ ...manifest, chunks: await Promise.all(chunks) });
      })),
    },
  }),

  'a position that never goes back': (store, server) => ({
    ...store,
    positions: {
      ...store.positions,
      raise: async (shard, seq) => {
        await store.positions.load(shard);
        server.setPosition(shard, seq);
      },
    },
  }),

  'publishing before the position moves': (store, server) => ({
    ...store,
    positions: { ...store.positions, load: async (shard) => {
      await store.positions.load(shard);
      return server.log(shard).at(-1)?.seq ?? 0;
    } },
  }),
};

function withLog(store: ShardStore, changed: Partial<ShardStore['log']>): ShardStore {
  return { ...store, log: { ...store.log, ...changed } };
}

/** Says that it stands when it is only on its way. */
function answeringEarly(store: ShardStore, kind: ShardCommit['kind']): ShardStore {
  return withLog(store, {
    insert: async (commit, timeoutMs) => {
      const standing = store.log.insert(commit, timeoutMs);
      if (commit.kind !== kind) return standing;
      standing.catch(() => {});
      return true;
    },
  });
}
