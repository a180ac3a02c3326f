import { createHash } from 'node:crypto';
import { commitId } from '../log/commit.ts';

/** A batch of postings, or the record by which a writer takes the shard over. Inserted once, never changed. */
export interface ShardCommit {
  /** `<shard>:<seq>`, seq zero-padded: its uniqueness is the fence. */
  readonly _id: string;
  readonly shard: string;
  /** Gapless from 1. */
  readonly seq: number;
  /** Which writer: raised by each takeover. */
  readonly epoch: number;
  readonly kind: 'takeover' | 'batch';
  /** Of a batch: the shard-wide number of its first posting, from 1. */
  readonly first?: number;
  /** How many postings. */
  readonly count: number;
  /** The packed postings; of a takeover, the new owner's name. */
  readonly body: Buffer;
  readonly at: Date;
  /** SHA-256 (hex) over the previous commit's hash and this one's content: the chain proves that nothing was changed or left out. */
  readonly hash: string;
}

/** Where a shard stands. */
export interface Tail {
  readonly seq: number;
  readonly epoch: number;
  readonly hash: string;
  /** Postings so far. */
  readonly postings: number;
}

export const BEGINNING: Tail = { seq: 0, epoch: 0, hash: '', postings: 0 };

export function takeoverAfter(shard: string, tail: Tail, owner: string, at: Date): ShardCommit {
  return next(shard, tail, tail.epoch + 1, { kind: 'takeover', count: 0, body: Buffer.from(owner), at });
}

export function batchAfter(shard: string, tail: Tail, count: number, body: Buffer, at: Date): ShardCommit {
  return next(shard, tail, tail.epoch, { kind: 'batch', first: tail.postings + 1, count, body, at });
}

/** The log is not as it was written: something is missing from it or has been altered. Waiting does not help. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
}

/** @throws DamagedLog when the commit does not follow: out of turn, of an older writer, or altered. */
export function tailAfter(tail: Tail, commit: ShardCommit): Tail {
  const { seq, epoch, count, hash } = commit;
  mustFollow(tail, commit);
  // The hash does not cover how postings are numbered.
  const numbered = commit.kind === 'takeover' ? count === 0 : commit.first === tail.postings + 1 && count > 0;
  if (!numbered) throw new DamagedLog(`commit ${commit._id} does not number its postings from ${tail.postings + 1}`);
  return { seq, epoch, hash, postings: tail.postings + count };
}

/** For who does not know how many postings came before. */
export function mustFollow(before: Omit<Tail, 'postings'>, { _id, seq, epoch, kind, body, hash }: ShardCommit): void {
  const epochFits = kind === 'takeover' ? epoch > before.epoch : epoch === before.epoch;
  if (seq !== before.seq + 1 || !epochFits) throw new DamagedLog(`commit ${_id} (epoch ${epoch}) does not follow seq ${before.seq}, epoch ${before.epoch}`);
  if (hash !== chainHash(before.hash, epoch, kind, body)) throw new DamagedLog(`commit ${_id} has been altered, or what stood before it`);
}

function next(shard: string, tail: Tail, epoch: number, content: Pick<ShardCommit, 'kind' | 'first' | 'count' | 'body' | 'at'>): ShardCommit {
  const seq = tail.seq + 1;
  return { _id: commitId(shard, seq), shard, seq, epoch, ...content, hash: chainHash(tail.hash, epoch, content.kind, content.body) };
}

function chainHash(previous: string, epoch: number, kind: string, body: Uint8Array): string {
  return createHash('sha256').update(`${previous}|${epoch}|${kind}|`).update(body).digest('hex');
}
