import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, ORIGIN_COLUMNS, TABLE_NAMES, type TableName } from '../../facts/tables.ts';
import type { Comparison } from '../fact-store.ts';

/**
 * Compares the facts up to a revision with those of another file: all columns of all rows, whatever their order, without
 * the revision. By two sums of different 64-bit hashes, so that neither is sorted or moved.
 */
export async function compareWith(connection: DuckDBConnection, file: string, revision: bigint): Promise<Comparison> {
  await connection.run(`ATTACH '${file.replaceAll("'", "''")}' AS rebuilt (READ_ONLY)`);
  try {
    let leftOut = 0n;
    let tables = await compareTables(connection, revision, '');
    if (!tables.every(({ equal }) => equal)) {
      await connection.run(`CREATE OR REPLACE TEMP TABLE moved AS ${MOVED}`, [revision]);
      [[leftOut]] = (await connection.runAndReadAll('SELECT count(*) FROM moved')).getRows() as [[bigint]];
      if (leftOut > 0n) tables = await compareTables(connection, revision, 'subject NOT IN (FROM moved)');
    }
    return { equal: tables.every(({ equal }) => equal), leftOut: Number(leftOut), tables };
  } finally {
    await connection.run('DETACH rebuilt');
  }
}

/** Subjects that the new one knows further, told by their owner's history meanwhile. To know less is a difference. */
const MOVED = `
  WITH before AS (SELECT topic, subject, max(sequence) AS sequence FROM subject_rows WHERE revision <= $1 GROUP BY ALL),
    after AS (SELECT topic, subject, max(sequence) AS sequence FROM rebuilt.subject_rows GROUP BY ALL)
  SELECT DISTINCT subject FROM after LEFT JOIN before USING (topic, subject) WHERE after.sequence > coalesce(before.sequence, 0)`;

async function compareTables(connection: DuckDBConnection, revision: bigint, condition: string): Promise<Comparison['tables'][number][]> {
  const tables: Comparison['tables'][number][] = [];
  for (const table of TABLE_NAMES) {
    const before = await digest(connection, table, [`revision <= ${revision}`, condition]);
    const after = await digest(connection, `rebuilt.${table}`, [condition], table);
    tables.push({ table, rowsBefore: before.rows, rowsAfter: after.rows, equal: before.text === after.text });
  }
  return tables;
}

async function digest(connection: DuckDBConnection, from: string, conditions: string[], table = from as TableName): Promise<{ rows: bigint; text: string }> {
  const columns = [...Object.keys(ORIGIN_COLUMNS), ...columnsOf(table as TableName)].join(', ');
  const where = conditions.filter(Boolean).join(' AND ') || 'true';
  const [row] = (await connection.runAndReadAll(
    `SELECT count(*), sum(hash(${columns})::HUGEINT)::VARCHAR, sum(hash('again', ${columns})::HUGEINT)::VARCHAR FROM ${from} WHERE ${where}`,
  )).getRows() as [[bigint, string | null, string | null]];
  return { rows: row[0], text: row.join(' ') };
}
