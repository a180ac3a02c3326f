import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { faultPoint } from '@youdian/fault-points';
import { headerText, Progress, type InRecord } from '@youdian/messaging';
import { Catalogue, keyOf } from './catalogue.ts';
import { covers, fileOf, putInPlace, sha256Of, sync, wholeFiles, type Piece } from './files.ts';
import { merged, piecesToMerge, type MergeLimits } from './merge.ts';
import { append } from '../store/duckdb/chunk.ts';
import { COLUMNS, columnsFor, KINDS } from './records.ts';

export interface WriterLimits extends MergeLimits {
  /** A partition that holds so much is written; at the sum over all, the one that holds most. */
  readonly partitionBytes: number;
  readonly totalBytes: number;
  /** What is not written yet is read from Kafka again after a crash; so long at most. */
  readonly ageMs: number;
}

export const WRITER_LIMITS: WriterLimits = { partitionBytes: 32 * 2 ** 20, totalBytes: 64 * 2 ** 20, ageMs: 3_600_000, mergeFiles: 24, mergeBytes: 16 * 2 ** 20 };

const MEMORY_LIMIT_MB = 256;
/** What a record takes besides its value. */
const RECORD_OVERHEAD_BYTES = 200;

/** What came of a partition since its last piece, in a table of DuckDB's memory. */
interface Staged {
  readonly topic: string;
  readonly partition: number;
  readonly table: string;
  readonly first: bigint;
  next: bigint;
  records: number;
  bytes: number;
  readonly sinceMs: number;
}

/**
 * Writes records to pieces: file whole and synced, renamed, then catalogued. Killed at any moment, each piece that is
 * known is whole, and what is not known is read from Kafka again. One process writes; calls come one after the other.
 */
export class ArchiveWriter {
  readonly #catalogue: Catalogue;
  readonly #database: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #limits: WriterLimits;
  readonly #nowMs: () => number;
  readonly #staged = new Map<string, Staged>();
  readonly #logs = new Map<string, string>();
  /** Partitions that may have many small files. */
  readonly #unmerged: Set<string>;
  #tables = 0;
  #bytes = 0;

  static async open(folder: string, nowMs: () => number, limits: Partial<WriterLimits> = {}): Promise<ArchiveWriter> {
    const catalogue = await Catalogue.open(folder);
    const known = new Set(catalogue.pieces.map(({ file }) => file));
    const logs = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const log of logs) {
      for (const found of await wholeFiles(folder, log)) {
        if (known.has(found.file)) continue;
        const piece: Piece = { ...found, records: Number(found.next - found.first), sha256: await sha256Of(join(folder, found.file!)) };
        if (await isMerged(catalogue, piece)) await rm(join(folder, found.file!));
        else await catalogue.add(piece);
      }
    }
    const database = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: `${MEMORY_LIMIT_MB}MB`, autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
    return new ArchiveWriter(catalogue, database, await database.connect(), nowMs, { ...WRITER_LIMITS, ...limits });
  }

  private constructor(catalogue: Catalogue, database: DuckDBInstance, connection: DuckDBConnection, nowMs: () => number, limits: WriterLimits) {
    this.#catalogue = catalogue;
    this.#unmerged = new Set(catalogue.pieces.map(keyOf));
    this.#database = database;
    this.#connection = connection;
    this.#nowMs = nowMs;
    this.#limits = limits;
  }

  get pieces(): readonly Piece[] {
    return this.#catalogue.pieces;
  }

  /**
   * Where to read on, given what the topic holds. What is gone from the topic unread is noted as missing; offsets that
   * have begun anew begin a new log.
   */
  async startAt(clusterId: string, topic: string, partition: number, { earliest, latest }: { earliest: bigint; latest: bigint }): Promise<bigint> {
    const key = `${topic}/${partition}`;
    const staged = this.#staged.get(key);
    if (staged) await this.#drop(staged); // it comes again
    for (let life = 1; ; life++) {
      const log = life === 1 ? clusterId : `${clusterId}~${life}`;
      const next = this.#catalogue.next(log, topic, partition);
      if (next !== undefined && next > latest) continue;
      this.#logs.set(key, log);
      const from = next ?? 0n;
      if (from >= earliest) return from;
      await this.#catalogue.add({ log, topic, partition, first: from, next: earliest, records: 0, missing: true });
      return earliest;
    }
  }

  /** Takes records that follow on what was taken before; what was taken already is left out. */
  async take(topic: string, partition: number, records: readonly InRecord[], next: bigint): Promise<void> {
    const staged = await this.#stagedOf(topic, partition);
    const fresh = records.filter((record) => BigInt(record.offset) >= staged.next && !isProgress(record));
    await append(this.#connection, staged.table, KINDS, fresh.length, columnsFor(fresh));
    const bytes = fresh.reduce((sum, { value }) => sum + (value?.length ?? 0) + RECORD_OVERHEAD_BYTES, 0);
    staged.records += fresh.length;
    staged.bytes += bytes;
    this.#bytes += bytes;
    if (next > staged.next) staged.next = next;
    if (staged.bytes >= this.#limits.partitionBytes) await this.#write(staged);
    while (this.#bytes > this.#limits.totalBytes) await this.#write([...this.#staged.values()].reduce((most, other) => (other.bytes > most.bytes ? other : most)));
  }

  /** How far a partition was taken, written or not. */
  taken(topic: string, partition: number): bigint {
    return this.#staged.get(`${topic}/${partition}`)?.next ?? this.written(topic, partition);
  }

  /** How far a partition is written. */
  written(topic: string, partition: number): bigint {
    const log = this.#logs.get(`${topic}/${partition}`);
    return (log === undefined ? undefined : this.#catalogue.next(log, topic, partition)) ?? 0n;
  }

  /** Writes what is older than the limit, or with `all` everything. */
  async flush(all = false): Promise<void> {
    for (const staged of [...this.#staged.values()]) if (all || this.#nowMs() - staged.sinceMs >= this.#limits.ageMs) await this.#write(staged);
  }

  /** Makes one file of a partition's many small ones, where there is such a partition; what is in them is never missing. */
  async merge(): Promise<void> {
    const [key] = this.#unmerged;
    if (key === undefined) return;
    const run = await piecesToMerge(this.#catalogue.folder, this.#catalogue.pieces.filter((piece) => keyOf(piece) === key), this.#limits);
    const piece = run.length === 0 ? undefined : await merged(this.#connection, this.#catalogue.folder, run);
    if (!piece) return void this.#unmerged.delete(key);
    await this.#catalogue.add(piece);
    faultPoint('archive.merged-not-removed');
    for (const { file } of run) if (file !== piece.file) await rm(join(this.#catalogue.folder, file!));
    faultPoint('archive.merged');
  }

  async close(): Promise<void> {
    await this.flush(true);
    this.#connection.closeSync();
    this.#database.closeSync();
    await this.#catalogue.close();
  }

  async #write(staged: Staged): Promise<void> {
    const { topic, partition, first, next, records, table } = staged;
    const piece = { log: this.#logOf(topic, partition), topic, partition, first, next, records };
    if (next > first) {
      if (records === 0) await this.#catalogue.add(piece);
      else {
        const file = fileOf(piece);
        const path = join(this.#catalogue.folder, file);
        await this.#makeFolder(join(path, '..'));
        await this.#connection.run(`COPY (FROM ${table} ORDER BY record_offset) TO '${`${path}.part`.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
        faultPoint('archive.written-not-synced');
        const sha256 = await sha256Of(`${path}.part`);
        await putInPlace(`${path}.part`, path);
        faultPoint('archive.renamed-not-catalogued');
        await this.#catalogue.add({ ...piece, file, sha256 });
        this.#unmerged.add(keyOf(piece));
        faultPoint('archive.catalogued');
      }
    }
    await this.#drop(staged);
  }

  async #stagedOf(topic: string, partition: number): Promise<Staged> {
    const key = `${topic}/${partition}`;
    const known = this.#staged.get(key);
    if (known) return known;
    const first = this.#catalogue.next(this.#logOf(topic, partition), topic, partition) ?? 0n;
    const staged: Staged = { topic, partition, table: `staged_${this.#tables++}`, first, next: first, records: 0, bytes: 0, sinceMs: this.#nowMs() };
    await this.#connection.run(`CREATE TABLE ${staged.table} (${Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`).join(', ')})`);
    this.#staged.set(key, staged);
    return staged;
  }

  async #drop({ topic, partition, table, bytes }: Staged): Promise<void> {
    this.#bytes -= bytes;
    this.#staged.delete(`${topic}/${partition}`);
    await this.#connection.run(`DROP TABLE ${table}`);
  }

  #logOf(topic: string, partition: number): string {
    const log = this.#logs.get(`${topic}/${partition}`);
    if (!log) throw new Error(`${topic}/${partition} has not been started`);
    return log;
  }

  async #makeFolder(folder: string): Promise<void> {
    if (await stat(folder).then(() => true, () => false)) return;
    await mkdir(folder);
    await sync(this.#catalogue.folder);
  }
}

/** What was merged before a crash kept its file from being removed: the file that holds it is as it was written. */
async function isMerged({ folder, pieces }: Catalogue, piece: Piece): Promise<boolean> {
  const wider = pieces.find((other) => covers(other, piece));
  return wider !== undefined && await sha256Of(join(folder, wider.file!)) === wider.sha256;
}

/** Progress says how far a topic was complete at that time; the newest is always in Kafka. */
function isProgress({ headers }: InRecord): boolean {
  return headerText(headers?.['ce_type']) === Progress.TYPE;
}
