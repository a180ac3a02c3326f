/** The thread of `threadedSnapshots`: asks the one that started it for what it needs of the store. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ShardCommit } from './commit.ts';
import type { DefinitionOrigin, ShardDefinition } from './definition.ts';
import { makeSnapshot, type SnapshotStore, type SnapshotTask } from './snapshot-maker.ts';
import type { FromThread, StoreCall, ToThread } from './snapshot-thread.ts';

const PAGE_COMMITS = 2;

const { origin, task } = workerData as { origin: DefinitionOrigin; task: SnapshotTask };
const port = parentPort!;
const waiting = new Map<number, PromiseWithResolvers<any>>();
let asks = 0;

port.on('message', ({ ask, answer, error }: ToThread) => {
  const { resolve, reject } = waiting.get(ask)!;
  waiting.delete(ask);
  if (error === undefined) resolve(answer);
  else reject(new Error(error));
});

function ask(call: StoreCall, ...args: readonly unknown[]): Promise<any> {
  const asked = Promise.withResolvers<any>();
  waiting.set(++asks, asked);
  port.postMessage({ ask: asks, call, args } satisfies FromThread);
  return asked.promise;
}

const page = async (shard: string, seq: number, limit: number): Promise<ShardCommit[]> =>
  (await ask('page', shard, seq, limit)).map((commit: ShardCommit) => ({ ...commit, body: buffer(commit.body) }));

const store = {
  log: {
    page,
    async *after(shard: string, seq: number) {
      for (let from = seq, commits; (commits = await page(shard, from, PAGE_COMMITS)).length > 0; from = commits.at(-1)!.seq) yield* commits;
    },
  },
  snapshots: {
    manifests: (shard: string, limit?: number) => ask('manifests', shard, limit),
    putManifest: (manifest: unknown) => ask('putManifest', manifest),
    chunk: async (id: string) => {
      const bytes = await ask('chunk', id);
      return bytes && buffer(bytes);
    },
    // A copy of this piece alone: the whole snapshot would go along with each.
    addChunk: (id: string, bytes: Uint8Array) => ask('addChunk', id, new Uint8Array(bytes)),
    dropChunks: (id: string) => ask('dropChunks', id),
    dropBefore: (shard: string, id: string) => ask('dropBefore', shard, id),
  },
} as unknown as SnapshotStore;

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const module = (await import(origin.module)) as Record<string, (...args: readonly unknown[]) => ShardDefinition<unknown, unknown>>;
const made = await makeSnapshot(module[origin.name]!(...origin.args), store, task, new AbortController().signal);
port.postMessage({ made } satisfies FromThread);
port.close();
