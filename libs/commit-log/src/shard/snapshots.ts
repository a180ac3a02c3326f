import { createHash } from 'node:crypto';
import { commitId } from '../log/commit.ts';
import type { Tail } from './commit.ts';
import { SHARD_LIMITS } from './definition.ts';
import type { Manifest, SnapshotFiles } from './store.ts';

const KEPT = 2;
const CHUNK_DIGITS = 6;

/** A shard's state as of a commit, in chunks. The one before is kept until a newer one stands. */
export class Snapshots {
  readonly #files: SnapshotFiles;
  readonly #shard: string;
  readonly #chunkBytes: number;

  constructor(files: SnapshotFiles, shard: string, chunkBytes = SHARD_LIMITS.snapshotChunkBytes) {
    this.#files = files;
    this.#shard = shard;
    this.#chunkBytes = chunkBytes;
  }

  /** The newest that is whole and of this form. */
  async load(form: number): Promise<{ tail: Tail; bytes: Buffer } | undefined> {
    for (const manifest of await this.#files.manifests(this.#shard)) {
      if (manifest.form !== form) continue;
      const { seq, epoch, hash, postings } = manifest;
      const bytes = await this.read(manifest);
      if (bytes) return { tail: { seq, epoch, hash, postings }, bytes };
    }
    return undefined;
  }

  async save(form: number, tail: Tail, bytes: Uint8Array): Promise<void> {
    const _id = commitId(this.#shard, tail.seq);
    const size = this.#chunkBytes;
    const chunks = Math.max(1, Math.ceil(bytes.length / size));
    await this.#files.dropChunks(_id); // of an earlier attempt
    for (let n = 0; n < chunks; n++) {
      await this.#files.addChunk(chunkId(_id, n), Buffer.from(bytes.buffer, bytes.byteOffset + n * size, Math.min(size, bytes.length - n * size)));
    }
    await this.#files.putManifest({ ...tail, _id, form, chunks, sha256: sha256(bytes) });
    const kept = await this.#files.manifests(this.#shard, KEPT);
    if (kept.length > 0) await this.#files.dropBefore(this.#shard, kept.at(-1)!._id);
  }

  /** Undefined when a part is missing or altered. */
  async read({ _id, chunks, sha256: expected }: Manifest): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let n = 0; n < chunks; n++) {
      const chunk = await this.#files.chunk(chunkId(_id, n));
      if (!chunk) return undefined;
      parts.push(chunk);
    }
    const bytes = Buffer.concat(parts);
    return sha256(bytes) === expected ? bytes : undefined;
  }
}

function chunkId(manifest: string, n: number): string {
  return `${manifest}:${n.toString().padStart(CHUNK_DIGITS, '0')}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
