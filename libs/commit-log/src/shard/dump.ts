import type { Db } from 'mongodb';
import { commitId, streamEnd } from '../log/commit.ts';
import { STORED } from '../log/commit-log.ts';
import { scan } from '../log/scan.ts';
import { BEGINNING, tailAfter, type ShardCommit } from './commit.ts';

const PAGE_COMMITS = 16;

export interface DumpLine<P> {
  readonly commit: Omit<ShardCommit, 'body'>;
  readonly postings: readonly P[];
  /** The new owner, of a takeover. */
  readonly owner?: string;
  /** Says what does not follow from the commit before; absent when all is well. From the beginning only. */
  readonly fault?: string;
}

/** A shard's commits, unpacked and checked one against the other. */
export async function* dumpShard<P>(db: Db, shard: string, decode: (bytes: Uint8Array) => P[], fromSeq = 1): AsyncGenerator<DumpLine<P>> {
  let tail = fromSeq === 1 ? BEGINNING : undefined;
  const commits = db.collection<ShardCommit>('commits', STORED);
  for await (const commit of scan(commits, commitId(shard, fromSeq - 1), streamEnd(shard), {}, PAGE_COMMITS)) {
    const { body, ...rest } = commit;
    let fault: string | undefined;
    try {
      if (tail) tailAfter(tail, commit);
    } catch (error) {
      fault = (error as Error).message;
    }
    tail = { seq: commit.seq, epoch: commit.epoch, hash: commit.hash, postings: (tail?.postings ?? (commit.first ?? 1) - 1) + commit.count };
    yield {
      commit: rest,
      postings: commit.kind === 'batch' ? decode(body) : [],
      ...(commit.kind === 'takeover' && { owner: body.toString() }),
      ...(fault && { fault }),
    };
  }
}
