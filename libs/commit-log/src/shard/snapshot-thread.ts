import { Worker } from 'node:worker_threads';
import type { Tail } from './commit.ts';
import { makeSnapshot, type SnapshotMaker, type SnapshotStore } from './snapshot-maker.ts';

export type StoreCall = keyof ReturnType<typeof callsOf>;

/** What the thread asks of the store, and what it says at the end. */
export type FromThread = { readonly ask: number; readonly call: StoreCall; readonly args: readonly any[] } | { readonly made: Tail };
export type ToThread = { readonly ask: number; readonly answer?: unknown; readonly error?: string };

let turn: Promise<unknown> = Promise.resolve();

/**
 * In a thread of its own, so that the writer's event loop goes on; what is read and written goes through this thread's
 * connection. One at a time in a process, since each takes a core and the memory of a whole shard. A definition that does
 * not say how another thread gets it is served here.
 */
export const threadedSnapshots: SnapshotMaker = (definition, store, task, signal) => {
  const { origin } = definition;
  if (!origin) return makeSnapshot(definition, store, task, signal);
  const made = turn.then(() => inThread(store, { origin, task }, signal));
  turn = made.catch(() => {});
  return made;
};

function inThread(store: SnapshotStore, workerData: unknown, signal: AbortSignal): Promise<Tail> {
  signal.throwIfAborted();
  const calls = callsOf(store);
  const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), { workerData });
  const end = () => void worker.terminate();
  signal.addEventListener('abort', end);
  return new Promise<Tail>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if ('made' in message) return resolve(message.made);
      const { ask, call, args } = message;
      (calls[call] as (...args: readonly any[]) => Promise<unknown>)(...args).then(
        (answer) => worker.postMessage({ ask, answer } satisfies ToThread, buffersOf(answer)),
        (error: Error) => worker.postMessage({ ask, error: error.message } satisfies ToThread),
      );
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that makes snapshots has ended')));
  }).finally(() => signal.removeEventListener('abort', end));
}

function callsOf({ log, snapshots }: SnapshotStore) {
  return {
    page: async (shard: string, seq: number, limit: number) => (await log.page(shard, seq, limit)).map((commit) => ({ ...commit, body: alone(commit.body) })),
    manifests: (shard: string, limit?: number) => snapshots.manifests(shard, limit),
    putManifest: (...args: Parameters<typeof snapshots.putManifest>) => snapshots.putManifest(...args),
    chunk: async (id: string) => {
      const bytes = await snapshots.chunk(id);
      return bytes && alone(bytes);
    },
    addChunk: (id: string, bytes: Uint8Array) => snapshots.addChunk(id, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    dropChunks: (id: string) => snapshots.dropChunks(id),
    dropBefore: (shard: string, id: string) => snapshots.dropBefore(shard, id),
  };
}

/** What the driver answers is a part of something larger, and all of that would go along. */
function alone(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function buffersOf(answer: unknown): ArrayBuffer[] {
  if (answer instanceof Uint8Array) return [answer.buffer as ArrayBuffer];
  return Array.isArray(answer) ? answer.flatMap(({ body }: { body?: Uint8Array<ArrayBuffer> }) => (body ? [body.buffer] : [])) : [];
}
