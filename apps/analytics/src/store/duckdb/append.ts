import { DuckDBTimestampValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { FactRow } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, ORIGIN_COLUMNS, type ColumnType, type FactValue, type TableName } from '../../facts/tables.ts';
import { append } from './chunk.ts';

export async function appendFacts(connection: DuckDBConnection, rows: readonly FactRow[], revision: bigint): Promise<void> {
  const byTable = new Map<TableName, FactRow[]>();
  for (const row of rows) {
    const others = byTable.get(row.table);
    if (others) others.push(row);
    else byTable.set(row.table, [row]);
  }
  for (const [table, own] of byTable) {
    const readers = readersOf(table, revision);
    await append(connection, table, kindsOf(table), own.length, (column, row) => readers[column]!(own[row]!));
  }
}

function readersOf(table: TableName, revision: bigint): ((row: FactRow) => FactValue)[] {
  const ofValues = columnsOf(table).map((column) => ({ values }: FactRow): FactValue => values[column] ?? null);
  return [({ sign }) => sign, ({ eventId }) => eventId, ({ subject }) => subject, ({ sequence }) => sequence, () => revision, ...ofValues];
}

function kindsOf(table: TableName): ColumnType[] {
  return [...Object.values(ORIGIN_COLUMNS), 'BIGINT' as const, ...Object.values(FACT_TABLES[table].columns)] as ColumnType[];
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
