import { hash } from 'node:crypto';
import { commitId } from '../log/commit.ts';
import { realTimers, type Timers } from '../relay/timers.ts';
import type { Tail } from './commit.ts';
import { SHARD_LIMITS } from './definition.ts';
import type { ChunkRef, Manifest, SnapshotFiles } from './store.ts';

const KEPT = 2;
const CHUNK_DIGITS = 6;

/**
 * A shard's state as of a commit, in chunks. What this instance wrote or read before is not written again: a chunk may stand in
 * many manifests. The snapshot before is kept until a newer one stands.
 */
export class Snapshots {
  readonly #files: SnapshotFiles;
  readonly #shard: string;
  readonly #chunkBytes: number;
  readonly #timers: Timers;
  /** Chunks of the snapshot that was read or written last, by their hash. */
  #standing: ReadonlyMap<string, string> = new Map();
  /** By the part's buffer where it is all of that: what a state hands over again is often another view of the same bytes. */
  readonly #hashes = new WeakMap<object, readonly string[]>();

  constructor(files: SnapshotFiles, shard: string, chunkBytes = SHARD_LIMITS.snapshotChunkBytes, timers: Timers = realTimers) {
    this.#files = files;
    this.#shard = shard;
    this.#chunkBytes = chunkBytes;
    this.#timers = timers;
  }

  /** The newest that is whole and of this form. */
  async load(form: number): Promise<{ tail: Tail; bytes: Buffer } | undefined> {
    for (const manifest of await this.#files.manifests(this.#shard)) {
      if (manifest.form !== form) continue;
      const { seq, epoch, hash, postings } = manifest;
      const bytes = await this.read(manifest);
      if (!bytes) continue;
      this.#standing = byHash(manifest.chunks);
      return { tail: { seq, epoch, hash, postings }, bytes };
    }
    return undefined;
  }

  /** `parts` do not change any more. Others get their turn between the chunks. */
  async save(form: number, tail: Tail, parts: readonly Uint8Array[], signal?: AbortSignal): Promise<void> {
    const _id = commitId(this.#shard, tail.seq);
    await this.#files.dropChunks(_id); // of an earlier attempt
    const chunks: ChunkRef[] = [];
    for (const part of parts) {
      const hashes = await this.#hashesOf(part);
      for (const [n, sha256] of hashes.entries()) {
        signal?.throwIfAborted();
        const standing = this.#standing.get(sha256);
        const id = standing ?? chunkId(_id, chunks.length);
        if (!standing) await this.#files.addChunk(id, this.#piece(part, n));
        chunks.push({ _id: id, sha256 });
      }
    }
    await this.#files.putManifest(sealed({ ...tail, _id, form, chunks }));
    this.#standing = byHash(chunks);
    const kept = await this.#files.manifests(this.#shard, KEPT);
    const needed = kept.flatMap((manifest) => (manifest.form === form ? manifest.chunks.map((chunk) => chunk._id) : []));
    if (kept.length > 0) await this.#files.dropBefore(this.#shard, kept.at(-1)!._id, needed);
  }

  /** Undefined when a part is missing or altered. */
  async read({ chunks, sha256: over }: Manifest): Promise<Buffer | undefined> {
    if (hashOver(chunks) !== over) return undefined;
    const found: Buffer[] = [];
    for (const { _id, sha256 } of chunks) {
      const chunk = await this.#files.chunk(_id);
      if (!chunk || hash('sha256', chunk) !== sha256) return undefined;
      found.push(chunk);
    }
    return Buffer.concat(found);
  }

  /** Of a part that is handed over again they are known. */
  async #hashesOf(part: Uint8Array): Promise<readonly string[]> {
    const bytes = part.length === part.buffer.byteLength ? part.buffer : part;
    const known = this.#hashes.get(bytes);
    if (known) return known;
    const hashes: string[] = [];
    for (let n = 0; n * this.#chunkBytes < part.length; n++) {
      hashes.push(hash('sha256', this.#piece(part, n)));
      await new Promise<void>((resolve) => this.#timers.soon(resolve));
    }
    this.#hashes.set(bytes, hashes);
    return hashes;
  }

  #piece(part: Uint8Array, n: number): Buffer {
    const from = n * this.#chunkBytes;
    return Buffer.from(part.buffer, part.byteOffset + from, Math.min(this.#chunkBytes, part.length - from));
  }
}

function byHash(chunks: readonly ChunkRef[]): ReadonlyMap<string, string> {
  return new Map(chunks.map(({ _id, sha256 }) => [sha256, _id]));
}

/** With the hash over all chunks, which says that none is missing. */
export function sealed(manifest: Omit<Manifest, 'sha256'>): Manifest {
  return { ...manifest, sha256: hashOver(manifest.chunks) };
}

function hashOver(chunks: readonly ChunkRef[]): string {
  return hash('sha256', chunks.map(({ sha256 }) => sha256).join());
}

function chunkId(manifest: string, n: number): string {
  return `${manifest}:${n.toString().padStart(CHUNK_DIGITS, '0')}`;
}
