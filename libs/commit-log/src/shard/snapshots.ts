import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import { commitId, streamEnd } from '../log/commit.ts';
import { STORED } from '../log/commit-log.ts';
import type { Tail } from './commit.ts';

/** Written last: a snapshot without it does not exist. */
interface Manifest extends Tail {
  /** `<shard>:<seq>` */
  readonly _id: string;
  readonly form: number;
  readonly chunks: number;
  readonly sha256: string;
}

interface Chunk {
  /** `<shard>:<seq>:<number>` */
  readonly _id: string;
  readonly bytes: Buffer;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
const KEPT = 2;
const CHUNK_DIGITS = 6;

/** A shard's state as of a commit, in chunks. The one before is kept until a newer one stands. */
export class Snapshots {
  readonly #manifests: Collection<Manifest>;
  readonly #chunks: Collection<Chunk>;
  readonly #shard: string;

  constructor(db: Db, shard: string) {
    this.#manifests = db.collection<Manifest>('snapshots', STORED);
    this.#chunks = db.collection<Chunk>('snapshot_chunks', STORED);
    this.#shard = shard;
  }

  /** The newest that is whole and of this form. */
  async load(form: number): Promise<{ tail: Tail; bytes: Buffer } | undefined> {
    const all = await this.#manifests.find(this.#mine()).sort({ _id: -1 }).toArray();
    for (const manifest of all) {
      if (manifest.form !== form) continue;
      const { seq, epoch, hash, postings } = manifest;
      const bytes = await this.#bytes(manifest);
      if (bytes) return { tail: { seq, epoch, hash, postings }, bytes };
    }
    return undefined;
  }

  async save(form: number, tail: Tail, bytes: Uint8Array): Promise<void> {
    const _id = commitId(this.#shard, tail.seq);
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
    await this.#chunks.deleteMany({ _id: { $gt: `${_id}:`, $lt: `${_id};` } }); // of an earlier attempt
    for (let n = 0; n < chunks; n++) {
      const part = Buffer.from(bytes.buffer, bytes.byteOffset + n * CHUNK_BYTES, Math.min(CHUNK_BYTES, bytes.length - n * CHUNK_BYTES));
      await this.#chunks.insertOne({ _id: chunkId(_id, n), bytes: part });
    }
    const manifest = { ...tail, _id, form, chunks, sha256: sha256(bytes) };
    await this.#manifests.replaceOne({ _id }, manifest, { upsert: true });
    await this.#forgetOlder();
  }

  async #forgetOlder(): Promise<void> {
    const kept = await this.#manifests.find(this.#mine(), { projection: { _id: 1 } }).sort({ _id: -1 }).limit(KEPT).toArray();
    const oldest = kept.at(-1)!._id;
    const older = { _id: { $gt: `${this.#shard}:`, $lt: oldest } };
    await this.#manifests.deleteMany(older);
    await this.#chunks.deleteMany(older);
  }

  async #bytes({ _id, chunks, sha256: expected }: Manifest): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let n = 0; n < chunks; n++) {
      const chunk = await this.#chunks.findOne({ _id: chunkId(_id, n) });
      if (!chunk) return undefined;
      parts.push(chunk.bytes);
    }
    const bytes = Buffer.concat(parts);
    return sha256(bytes) === expected ? bytes : undefined;
  }

  #mine() {
    return { _id: { $gt: `${this.#shard}:`, $lt: streamEnd(this.#shard) } };
  }
}

function chunkId(manifest: string, n: number): string {
  return `${manifest}:${n.toString().padStart(CHUNK_DIGITS, '0')}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
