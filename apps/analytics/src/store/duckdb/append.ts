import { BIGINT, DuckDBDataChunk, DuckDBTimestampValue, TIMESTAMP, VARCHAR, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { FactRow } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, ORIGIN_COLUMNS, type ColumnType, type FactValue, type TableName } from '../../facts/tables.ts';

/** DuckDB's own size of a chunk. */
const ROWS_PER_CHUNK = 2_048;
const TYPES: Record<ColumnType, DuckDBType> = { VARCHAR, BIGINT, TIMESTAMP };

/** Appends whole rows in the transaction that the connection is in. */
export async function append(connection: DuckDBConnection, table: string, types: readonly DuckDBType[], rows: readonly DuckDBValue[][]): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.createAppender(table);
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(from, from + ROWS_PER_CHUNK));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

export async function appendFacts(connection: DuckDBConnection, rows: readonly FactRow[], revision: bigint): Promise<void> {
  const byTable = new Map<TableName, DuckDBValue[][]>();
  for (const { table, sign, eventId, subject, sequence, values } of rows) {
    const row: DuckDBValue[] = [sign, eventId, subject, sequence, revision];
    for (const column of columnsOf(table)) row.push(toDuckDb(values[column] ?? null));
    const others = byTable.get(table);
    if (others) others.push(row);
    else byTable.set(table, [row]);
  }
  for (const [table, appended] of byTable) await append(connection, table, typesOf(table), appended);
}

function typesOf(table: TableName): DuckDBType[] {
  return [...Object.values(ORIGIN_COLUMNS), 'BIGINT' as const, ...Object.values(FACT_TABLES[table].columns)].map((type) => TYPES[type as ColumnType]);
}

export function toDuckDb(value: FactValue): DuckDBValue {
  return value instanceof Date ? timestamp(value) : value;
}

export function timestamp(date: Date): DuckDBTimestampValue {
  return new DuckDBTimestampValue(BigInt(date.getTime()) * 1_000n);
}

/** A value as DuckDB gives it, as facts hold it. */
export function fromDuckDb(value: DuckDBValue): FactValue {
  return value instanceof DuckDBTimestampValue ? toDate(value) : (value as FactValue);
}

export function toDate(value: DuckDBTimestampValue): Date {
  return new Date(Number(value.micros / 1_000n));
}
