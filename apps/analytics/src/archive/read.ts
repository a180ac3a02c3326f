import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { InRecord } from '@youdian/messaging';
import { readCatalogue } from './catalogue.ts';
import { sha256Of, type Piece } from './files.ts';
import { fromJoined, fromPacked, JOINED, PACKED } from './records.ts';

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
  #pieces: readonly Piece[];
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
    const lives = this.#of(topic).flatMap(({ log }) => (log.split('~')[0] === clusterId ? [Number(log.split('~')[1] ?? 1)] : []));
    const newest = Math.max(1, ...lives);
    return newest === 1 ? clusterId : `${clusterId}~${newest}`;
  }

  /** All records of a log and topic, each once, partition by partition. `before` bounds the partitions: `topic/partition`. */
  async *read(log: string, topic: string, before: Bounds | undefined): AsyncGenerator<ArchivedBatch> {
    const own = (): Piece[] => this.#of(topic).filter((piece) => piece.log === log && piece.file).sort((a, b) => Number(a.first - b.first));
    for (const partition of new Set(own().map((piece) => piece.partition).sort((a, b) => a - b))) {
      const bound = before?.get(`${topic}/${partition}`);
      if (before && bound === undefined) continue;
      for (let from = 0n; ;) {
        const piece = own().find((one) => one.partition === partition && one.next > from);
        if (!piece) break;
        if (!await this.#load(piece, from, bound ?? piece.next)) continue;
        for (let row = 0; ; row += RECORDS_AT_ONCE) {
          const records = await this.#records(row);
          if (records.length === 0) break;
          yield { topic, partition, records };
        }
        from = piece.next;
      }
    }
  }

  async #records(from: number): Promise<InRecord[]> {
    const rows = async (columns: string): Promise<DuckDBValue[]> => (await this.#connection.runAndReadAll(`SELECT ${columns} FROM piece WHERE rowid >= ${from} AND rowid < ${from + RECORDS_AT_ONCE}`)).getRows()[0]!;
    const joined = await rows(JOINED).catch(() => undefined);
    return (joined && fromJoined(joined)) ?? fromPacked(await rows(PACKED));
  }

  /** The records of a piece, in the order of its file, which is that of the offsets; false where the piece was merged meanwhile, and others are known now. */
  async #load({ file, sha256 }: Piece, from: bigint, before: bigint): Promise<boolean> {
    const path = join(this.#folder, file!);
    try {
      if (await sha256Of(path) !== sha256) throw new Error(`${path} is not what was archived: restore it from a copy`);
      await this.#connection.run('CREATE OR REPLACE TABLE piece AS FROM read_parquet($1) WHERE record_offset >= $2 AND record_offset < $3', [path, from, before]);
      return true;
    } catch (error) {
      if (existsSync(path)) throw error;
      this.#pieces = await readCatalogue(this.#folder);
      if (this.#pieces.some((piece) => piece.file === file)) throw new Error(`${path} is gone: restore it from a copy`, { cause: error });
      return false;
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
