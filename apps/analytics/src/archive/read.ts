import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { InRecord } from '@youdian/messaging';
import { readCatalogue } from './catalogue.ts';
import { sha256Of, type Piece } from './files.ts';
import { fromPacked, PACKED } from './records.ts';

const MEMORY_LIMIT_MB = 256;
const RECORDS_AT_ONCE = 4_096;

/** Records in their order, some thousands at a time. */
export interface ArchivedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly InRecord[];
}

/** For each partition of the newest life of a topic, how far its records are wanted. */
export type Bounds = ReadonlyMap<string, bigint>;

/** What is archived, for whoever makes something of it again. */
export class ArchiveReader {
  readonly #folder: string;
  readonly #pieces: readonly Piece[];
  readonly #database: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  static async open(folder: string): Promise<ArchiveReader> {
    const pieces = await readCatalogue(folder);
    const database = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: `${MEMORY_LIMIT_MB}MB`, autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
    return new ArchiveReader(folder, pieces, database, await database.connect());
  }

  private constructor(folder: string, pieces: readonly Piece[], database: DuckDBInstance, connection: DuckDBConnection) {
    this.#folder = folder;
    this.#pieces = pieces;
    this.#database = database;
    this.#connection = connection;
  }

  get records(): number {
    return this.#pieces.reduce((sum, { records }) => sum + records, 0);
  }

  /**
   * True when everything before `next` is here in one life of the topic. Else the owner's history has its events: they
   * were gone before they could be archived, or the topic or the cluster has been made anew.
   */
  isWhole(clusterId: string, topic: string, partition: number, next: bigint): boolean {
    const pieces = this.#of(topic);
    if (pieces.some(({ log }) => log !== clusterId)) return false;
    const own = pieces.filter((piece) => piece.partition === partition);
    return !own.some(({ missing }) => missing) && (next === 0n || own.some((piece) => piece.next >= next));
  }

  newestLog(clusterId: string, topic: string): string {
    return this.#of(topic).findLast(({ log }) => log.split('~')[0] === clusterId)?.log ?? clusterId;
  }

  /** All records of a log and topic, each once, partition by partition. `before` bounds the partitions: `topic/partition`. */
  async *read(log: string, topic: string, before: Bounds | undefined): AsyncGenerator<ArchivedBatch> {
    const pieces = this.#of(topic).filter((piece) => piece.log === log && piece.file).sort((a, b) => a.partition - b.partition || Number(a.first - b.first));
    const done = new Map<number, bigint>();
    for (const { partition, next, file, sha256 } of pieces) {
      const from = done.get(partition) ?? 0n;
      const bound = before?.get(`${topic}/${partition}`);
      if (next <= from || (before && bound === undefined)) continue;
      const path = join(this.#folder, file!);
      if (await sha256Of(path) !== sha256) throw new Error(`${path} is not what was archived: restore it from a copy`);
      // In the order of the file, which is that of the offsets.
      await this.#connection.run('CREATE OR REPLACE TABLE piece AS FROM read_parquet($1) WHERE record_offset >= $2 AND record_offset < $3', [path, from, bound ?? next]);
      for (let row = 0; ; row += RECORDS_AT_ONCE) {
        const [packed] = (await this.#connection.runAndReadAll(`SELECT ${PACKED} FROM piece WHERE rowid >= ${row} AND rowid < ${row + RECORDS_AT_ONCE}`)).getRows();
        const records = fromPacked(packed!);
        if (records.length === 0) break;
        yield { topic, partition, records };
      }
      done.set(partition, next);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#database.closeSync();
  }

  #of(topic: string): Piece[] {
    return this.#pieces.filter((piece) => piece.topic === topic);
  }
}
