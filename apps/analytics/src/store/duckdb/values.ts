import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { FactValue } from '../../facts/tables.ts';

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
