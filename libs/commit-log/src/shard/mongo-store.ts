import { MongoError, type Db } from 'mongodb';
import { areAllDuplicates, isDuplicateKey } from '@youdian/mongo-outcome';
import { commitId, streamEnd } from '../log/commit.ts';
import { STORED } from '../log/commit-log.ts';
import { Unanswered } from '../log/outcome.ts';
import { mongoLeases } from '../relay/mongo-leases.ts';
import type { ShardCommit } from './commit.ts';
import { SharedInserts } from './shared-inserts.ts';
import type { Manifest, PageFiles, Positions, ShardLog, ShardStore, SnapshotFiles } from './store.ts';

const PAGES_TIMEOUT_MS = 5_000;
/** How far ahead of the newest known commit others are looked for: there is no gap, so the farthest that is there halves what is left to look through. */
const AHEAD = Array.from({ length: 24 }, (_, n) => 2 ** n);

interface Chunk {
  /** `<shard>:<seq>:<number>` */
  readonly _id: string;
  readonly bytes: Buffer;
}

interface PageDocument {
  /** `<shard>:<name>` */
  readonly _id: string;
  readonly bytes: Buffer;
}

interface PositionDocument {
  /** The shard. */
  readonly _id: string;
  /** Everything up to this commit has been published. */
  readonly seq: number;
}

/** `inserts`: what its commits are inserted with; those of other shards may share it. */
export function mongoShardStore(db: Db, inserts = new SharedInserts(db.collection('commits', STORED))): ShardStore {
  return { log: mongoLog(db, inserts), snapshots: mongoSnapshots(db), pages: mongoPages(db), positions: mongoPositions(db), leases: mongoLeases(db) };
}

function mongoLog(db: Db, inserts: SharedInserts): ShardLog {
  const commits = db.collection<ShardCommit>('commits', STORED);
  const newest = new Map<string, number>();
  const these = (shard: string, seqs: readonly number[]) => ({ _id: { $in: seqs.map((seq) => commitId(shard, seq)) } });
  const newer = (shard: string, seq: number) =>
    commits.find({ _id: { $gt: commitId(shard, seq), $lt: streamEnd(shard) } }, { readConcern: 'majority' }).sort({ _id: 1 });
  return {
    insert: (commit, timeoutMs) => inserts.insert(commit, timeoutMs),
    standing: async (id, timeoutMS) => {
      try {
        return (await commits.findOne({ _id: id }, { readConcern: 'linearizable', timeoutMS, projection: { body: 0 } })) ?? undefined;
      } catch (error) {
        throw orUnanswered(error);
      }
    },
    // One cursor: the server answers in pieces of 16 MB, whatever the commits' size.
    after: newer,
    page: (shard, seq, limit) => newer(shard, seq).limit(limit).toArray(),
    newest: async (shard) => {
      for (let known = newest.get(shard) ?? 0; ; ) {
        const found = await commits.find(these(shard, AHEAD.map((far) => known + far)), { readConcern: 'majority', projection: { _id: 0, seq: 1 } }).toArray();
        if (found.length === 0) return known;
        newest.set(shard, (known = Math.max(...found.map(({ seq }) => seq))));
      }
    },
    commits: (shard, seqs) => commits.find(these(shard, seqs)).toArray(),
    marks: (shard, seqs) => commits.find(these(shard, seqs), { projection: { _id: 0, seq: 1, first: 1 } }).toArray(),
  };
}

/** What never reached the server (a document that cannot be encoded) will not get there by asking again. */
function orUnanswered(error: unknown): unknown {
  return error instanceof MongoError ? new Unanswered(error.message, { cause: error }) : error;
}

function mongoSnapshots(db: Db): SnapshotFiles {
  const manifests = db.collection<Manifest>('snapshots', STORED);
  const chunks = db.collection<Chunk>('snapshot_chunks', STORED);
  return {
    manifests: (shard, limit = 0) => manifests.find({ _id: { $gt: `${shard}:`, $lt: streamEnd(shard) } }).sort({ _id: -1 }).limit(limit).toArray(),
    putManifest: async (manifest) => void (await manifests.replaceOne({ _id: manifest._id }, manifest, { upsert: true })),
    chunk: async (id) => (await chunks.findOne({ _id: id }))?.bytes,
    addChunk: async (id, bytes) => void (await chunks.insertOne({ _id: id, bytes })),
    dropChunks: async (manifestId) => void (await chunks.deleteMany({ _id: { $gt: `${manifestId}:`, $lt: `${manifestId};` } })),
    dropBefore: async (shard, manifestId, keep) => {
      const older = { $gt: `${shard}:`, $lt: manifestId };
      await manifests.deleteMany({ _id: older });
      await chunks.deleteMany({ _id: { ...older, $nin: [...keep] } });
    },
  };
}

function mongoPages(db: Db): PageFiles {
  const documents = db.collection<PageDocument>('pages', STORED);
  return {
    add: async (shard, pages) => {
      try {
        await documents.insertMany(pages.map(({ name, bytes }) => ({ _id: `${shard}:${name}`, bytes })), { ordered: false, timeoutMS: PAGES_TIMEOUT_MS });
        return true;
      } catch (error) {
        if (areAllDuplicates(error)) return false;
        throw error;
      }
    },
    read: async (shard, names) => {
      const these = { _id: { $in: names.map((name) => `${shard}:${name}`) } };
      const found = await documents.find(these, { readConcern: 'majority', timeoutMS: PAGES_TIMEOUT_MS }).toArray();
      return found.map(({ _id, bytes }) => ({ name: _id.slice(shard.length + 1), bytes }));
    },
  };
}

function mongoPositions(db: Db): Positions {
  const positions = db.collection<PositionDocument>('positions', STORED);
  return {
    load: async (shard) => (await positions.findOne({ _id: shard }))?.seq ?? 0,
    raise: async (shard, seq) => {
      try {
        await positions.updateOne({ _id: shard, seq: { $lt: seq } }, { $set: { seq } }, { upsert: true });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error; // else it stands as far or farther
      }
    },
  };
}
