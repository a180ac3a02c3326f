import { DuckDBTimestampValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { FactRow, FactRows } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, ORIGIN_COLUMNS, TABLE_NAMES, type ColumnType, type FactValue, type TableName } from '../../facts/tables.ts';
import { append, type Column } from './chunk.ts';

export async function appendFacts(connection: DuckDBConnection, rows: FactRows, revision: bigint): Promise<void> {
  for (const [table, own] of rows) await append(connection, table, KINDS.get(table)!, own.length, columnsFor(table, own, revision));
}

function columnsFor(table: TableName, rows: readonly FactRow[], revision: bigint): Column[] {
  const origin: Column[] = [(row) => rows[row]!.sign, (row) => rows[row]!.made.eventId, (row) => rows[row]!.made.subject, (row) => rows[row]!.made.sequence];
  return [...origin, () => revision, ...columnsOf(table).map((_, i): Column => (row) => rows[row]!.values[i]!)];
}

const KINDS = new Map(TABLE_NAMES.map((table) => [table, [...Object.values(ORIGIN_COLUMNS), 'BIGINT' as const, ...Object.values(FACT_TABLES[table].columns)] as ColumnType[]]));

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
