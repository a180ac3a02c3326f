import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, listValue, LIST, VARCHAR } from '@duckdb/node-api';
import type { Column } from './table.ts';

const MEMORY_LIMIT_MB = 128;

/** Parquet with the columns' ids as names: text, and numbers as whole as they are. */
export async function* toParquet(columns: readonly Column[]): AsyncGenerator<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'youdian-export-'));
  try {
    const file = join(folder, 'answer.parquet');
    await write(columns, file);
    for await (const bytes of createReadStream(file)) yield bytes as Buffer;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(columns: readonly Column[], file: string): Promise<void> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: `${MEMORY_LIMIT_MB}MB`, autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  const connection = await database.connect();
  try {
    // Lists side by side, unnested in step. Ids are the catalogue's.
    const selected = columns.map((column, i) => `nullif(unnest($${i + 1}), '')::${typeOf(column)} AS "${column.id}"`);
    await connection.run(`CREATE TABLE answer AS SELECT ${selected.join(', ')}`, columns.map(({ values }) => listValue(values)), columns.map(() => LIST(VARCHAR)));
    await connection.run(`COPY answer TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

const BIGINT_MAX = 2n ** 63n - 1n;

function typeOf({ kind, values }: Column): string {
  if (kind === 'text') return 'VARCHAR';
  if (values.some((value) => /[.e]/i.test(value))) return 'DOUBLE';
  return values.every((value) => value === '' || (BigInt(value) <= BIGINT_MAX && BigInt(value) >= -BIGINT_MAX)) ? 'BIGINT' : 'DECIMAL(38, 0)';
}
