import type { ShardCommit } from '../../shard/commit.ts';
import type { ShardStore } from '../../shard/store.ts';
import type { Serve } from './network.ts';
import type { SimulatedServer } from './server.ts';

/** How a request gets to the server, and its answer back. `inserted` is the commit that it inserts: there faults hurt most. */
export type Call = <T>(serve: Serve<T>, inserted?: ShardCommit) => Promise<T>;

/** Nothing in between. */
export const DIRECT: Call = (serve) => new Promise(serve);

const PAGE_COMMITS = 50;

/** Keeps `shard-store-contract.ts`, as the real one does. */
export function simulatedStore(server: SimulatedServer, call: Call): ShardStore {
  const ask = <T>(look: () => T) => call<T>((answer, fail) => {
    let value: T;
    try {
      value = look();
    } catch (error) {
      return fail(error as Error);
    }
    answer(value);
  });
  const commits = (shard: string, seqs: readonly number[]) => ask(() => seqs.flatMap((seq) => server.log(shard)[seq - 1] ?? []));
  const page = (shard: string, seq: number, limit: number) => ask(() => server.after(shard, seq, limit));
  return {
    log: {
      insert: (commit) => call((answer, fail) => server.insert(commit, answer, fail), commit),
      standing: (id) => call((answer) => server.standing(id, answer)),
      async *after(shard, seq) {
        for (let from = seq; ; ) {
          const commits = await page(shard, from, PAGE_COMMITS);
          yield* commits;
          if (commits.length < PAGE_COMMITS) return;
          from = commits.at(-1)!.seq;
        }
      },
      page,
      newest: (shard) => ask(() => server.log(shard).at(-1)?.seq ?? 0),
      commits,
      marks: commits,
    },
    snapshots: {
      manifests: (shard, limit) => ask(() => {
        const mine = [...server.manifests.values()].filter(({ _id }) => _id.startsWith(`${shard}:`));
        return mine.sort((a, b) => b.seq - a.seq).slice(0, limit);
      }),
      putManifest: (manifest) => ask(() => server.putManifest(manifest)),
      chunk: (id) => ask(() => server.chunks.get(id)),
      addChunk: (id, bytes) => {
        const copy = Buffer.from(bytes);
        return ask(() => server.addChunk(id, copy));
      },
      dropChunks: (manifestId) => ask(() => {
        for (const id of server.chunks.keys()) if (id.startsWith(`${manifestId}:`)) server.chunks.delete(id);
      }),
      dropBefore: async (shard, manifestId, keep) => {
        for (const documents of [server.manifests, server.chunks]) {
          await ask(() => {
            for (const id of documents.keys()) if (id.startsWith(`${shard}:`) && id < manifestId && !keep.includes(id)) documents.delete(id);
          });
        }
      },
    },
    pages: {
      add: (shard, pages) => {
        const copies = pages.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes) }));
        return call((answer, fail) => server.addPages(shard, copies, answer, fail));
      },
      read: (shard, names) => ask(() => names.flatMap((name) => server.pages.get(`${shard}:${name}`) ?? [])),
    },
    positions: {
      load: (shard) => ask(() => server.position(shard)),
      raise: (shard, seq) => ask(() => {
        if (seq > server.position(shard)) server.setPosition(shard, seq);
      }),
    },
    leases: {
      take: (name, lease, now) => ask(() => {
        const there = server.leases.get(name);
        if (there && there.owner !== lease.owner && !(there.until < now)) return false;
        server.leases.set(name, lease);
        return true;
      }),
      release: (name, owner) => ask(() => {
        if (server.leases.get(name)?.owner === owner) server.leases.delete(name);
      }),
      find: (name) => ask(() => server.leases.get(name)),
      live: (now) => ask(() => new Map([...server.leases].filter(([, { until }]) => until > now))),
    },
  };
}
