import { FACT_TABLES, ORIGIN_COLUMNS, TABLE_NAMES } from '../../facts/tables.ts';

/**
 * A file of another schema is not read: the statistics are rebuilt from the owners' histories in an empty folder. Those of 4
 * have the same tables, but a subject's rows of one step may stand there in another order than they came.
 */
export const SCHEMA_VERSION = 5n;

/** DuckDB need not try every way to keep them, which costs as much as to keep all other columns. */
const DIFFERENT_IN_EACH_ROW: ReadonlySet<string> = new Set(['event_id', 'subject']);

/**
 * Subjects' states are append-only too, and there are only those that no fact tells: upserts into an index of millions, or
 * a second row for each event, would be the slowest thing here.
 */
export function createTables(): string[] {
  const columns = (shape: Readonly<Record<string, string>>): string => Object.entries(shape).map(([name, type]) => `${name} ${type}${DIFFERENT_IN_EACH_ROW.has(name) ? ' USING COMPRESSION fsst' : ''}`).join(', ');
  return [
    'CREATE TABLE IF NOT EXISTS store_state (schema_version BIGINT, epoch VARCHAR, counter BIGINT, cluster_id VARCHAR)',
    ...TABLE_NAMES.map((table) => `CREATE TABLE IF NOT EXISTS ${table} (${columns(ORIGIN_COLUMNS)}, revision BIGINT, ${columns(FACT_TABLES[table].columns)})`),
    'CREATE TABLE IF NOT EXISTS subject_states (topic VARCHAR, subject VARCHAR, sequence BIGINT, blocked_at BIGINT, incomplete VARCHAR, revision BIGINT)',
    // A subject is applied up to its highest sequence here.
    `CREATE OR REPLACE VIEW subject_rows AS SELECT *, NULL::BIGINT AS blocked_at, NULL::VARCHAR AS incomplete FROM (
       ${TABLE_NAMES.map((table) => `SELECT '${FACT_TABLES[table].topic}' AS topic, subject, sequence, revision FROM ${table}`).join(' UNION ALL ')}
     ) UNION ALL BY NAME FROM subject_states`,
    `CREATE TABLE IF NOT EXISTS parked (topic VARCHAR, subject VARCHAR, sequence BIGINT, event_id VARCHAR, source VARCHAR, type VARCHAR, time TIMESTAMP,
       traceparent VARCHAR, data BLOB, extensions VARCHAR, partition BIGINT, record_offset BIGINT, complete_to TIMESTAMP)`,
    // Subjects behind a dead letter. complete_to, here and above: how far the partition was known to be complete by then.
    'CREATE TABLE IF NOT EXISTS blocked (topic VARCHAR, subject VARCHAR, complete_to TIMESTAMP)',
    `CREATE TABLE IF NOT EXISTS partitions (topic VARCHAR, partition BIGINT, next_offset BIGINT, catch_up BOOLEAN, cursor VARCHAR, through TIMESTAMP,
       PRIMARY KEY (topic, partition))`,
  ];
}
