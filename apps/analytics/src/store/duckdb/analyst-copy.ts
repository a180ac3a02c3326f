import { rm } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { RELATIONS } from '../../catalogue/relations.ts';
import { TABLE_NAMES } from '../../facts/tables.ts';

/**
 * Brings a file of facts alone up to the newest revision: rows are only ever appended, so what is new is copied. Nobody
 * may have the file open meanwhile. A copy of another epoch is made anew.
 */
export async function copyForAnalysts(connection: DuckDBConnection, file: string, epoch: string): Promise<bigint> {
  if (await copiedEpoch(file) !== epoch) for (const part of [file, `${file}.wal`]) await rm(part, { force: true });
  const [[facts]] = (await connection.runAndReadAll('SELECT current_database()')).getRows() as [[string]];
  await connection.run(`ATTACH '${file.replaceAll("'", "''")}' AS analysts`);
  try {
    await connection.run('BEGIN');
    await connection.run('CREATE TABLE IF NOT EXISTS analysts.copied (epoch VARCHAR, counter BIGINT)');
    const [[counter]] = (await connection.runAndReadAll('SELECT counter FROM store_state')).getRows() as [[bigint]];
    const [[have]] = (await connection.runAndReadAll('SELECT coalesce(max(counter), -1) FROM analysts.copied')).getRows() as [[bigint]];
    for (const table of TABLE_NAMES) {
      await connection.run(`CREATE TABLE IF NOT EXISTS analysts.${table} AS FROM "${facts}".${table} LIMIT 0`);
      await connection.run(`INSERT INTO analysts.${table} FROM "${facts}".${table} WHERE revision > ${have} AND revision <= ${counter}`);
    }
    await connection.run('DELETE FROM analysts.copied');
    await connection.run('INSERT INTO analysts.copied VALUES ($1, $2)', [epoch, counter]);
    await connection.run('USE analysts');
    // But what is cut to the periods of a question.
    for (const [name, sql] of Object.entries(RELATIONS)) if (name !== 'account_periods') await connection.run(`CREATE OR REPLACE VIEW ${name} AS ${sql}`);
    await connection.run('COMMIT');
    await connection.run('CHECKPOINT analysts');
    return counter;
  } finally {
    await connection.run('ROLLBACK').catch(() => {});
    await connection.run(`USE "${facts}"`);
    await connection.run('DETACH analysts');
  }
}

/** Undefined where there is no copy, or none that can be read. */
async function copiedEpoch(file: string): Promise<string | undefined> {
  try {
    const database = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
    const connection = await database.connect();
    const [row] = (await connection.runAndReadAll('SELECT epoch FROM copied')).getRows();
    connection.closeSync();
    database.closeSync();
    return row?.[0] as string | undefined;
  } catch {
    return undefined;
  }
}
