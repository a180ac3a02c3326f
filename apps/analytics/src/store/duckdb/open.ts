import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '@youdian/telemetry';
import type { RollUp } from '../../catalogue/roll-ups.ts';
import { currentFile } from './current.ts';
import { createTables, SCHEMA_VERSION } from './schema.ts';

export interface DuckDbOptions {
  /** The folder that this process alone owns. */
  readonly folder: string;
  readonly memoryLimitMb: number;
  readonly clock: Clock;
  /** What is kept added up for questions. */
  readonly rollUps?: readonly RollUp[];
  /** How long a question may take; absent: as long as people wait. */
  readonly queryLimitMs?: number;
  /** The file in it; absent: the one that `current` names. */
  readonly file?: string;
  /** A new file's epoch is newer than this one. */
  readonly after?: string;
}

const THREADS = 2;
/** What a start after a crash reads again at most. */
const CHECKPOINT_THRESHOLD_MB = 128;
/** So many rows that are asked for by their numbers are looked for where they are; of more, all from the first to the last are read. */
const ROWS_ASKED_FOR = 1_000;

export interface Opened {
  readonly database: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly epoch: string;
  readonly counter: bigint;
  readonly clusterId: string | undefined;
}

/** Opens the file, or makes it; a file that another process has open is refused. */
export async function openDatabase({ folder, memoryLimitMb, clock, file = currentFile(folder), after = '0' }: DuckDbOptions): Promise<Opened> {
  mkdirSync(folder, { recursive: true });
  const database = await DuckDBInstance.create(join(folder, file), {
    threads: String(THREADS),
    memory_limit: `${memoryLimitMb}MB`,
    checkpoint_threshold: `${CHECKPOINT_THRESHOLD_MB}MB`,
    temp_directory: join(folder, `${file}.spill`),
    // Of a subject's rows the last is the newest, and a row's number is that by which it was appended.
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }).catch((error: unknown) => {
    const reason = (error as Error).message;
    if (/lock/i.test(reason)) {
      throw new Error(`DATA_DIR ${folder} is in use by another process. One process owns these statistics: stop it, or give this one a folder and a CONSUMER_GROUP of its own`);
    }
    throw new Error(`the statistics in DATA_DIR ${folder} cannot be opened: ${reason}`);
  });
  const writer = await database.connect();
  await writer.run(`SET dynamic_or_filter_threshold = ${ROWS_ASKED_FOR}`);
  await writer.run('BEGIN');
  for (const statement of createTables()) await writer.run(statement);
  const epoch = String(Math.max(Math.floor(clock().getTime() / 1_000), Number(after) + 1));
  await writer.run('INSERT INTO store_state SELECT $1, $2, 0, NULL WHERE NOT EXISTS (FROM store_state)', [SCHEMA_VERSION, epoch]);
  await writer.run('COMMIT');
  const [state] = (await writer.runAndReadAll('SELECT schema_version, epoch, counter, cluster_id FROM store_state')).getRows();
  const [schema, storedEpoch, counter, clusterId] = state as [bigint, string, bigint, string | null];
  if (schema !== SCHEMA_VERSION) {
    throw new Error(`DATA_DIR ${folder} holds statistics of schema ${schema}, this version needs ${SCHEMA_VERSION}: give it an empty folder, and it rebuilds them from the histories of the services`);
  }
  return { database, writer, epoch: storedEpoch, counter, clusterId: clusterId ?? undefined };
}
