import { TABLE_NAMES } from '../../facts/tables.ts';
import { openDatabase, type DuckDbOptions } from './open.ts';

/**
 * Takes into a store what another one holds, neither being open. No subject is in both, so that all of a subject's rows go on
 * standing in their order. Its transactions count as if they came after this one's.
 */
export async function join(options: DuckDbOptions, other: string): Promise<void> {
  const { database, writer, counter } = await openDatabase(options);
  await writer.run(`ATTACH '${other.replaceAll("'", "''")}' AS other (READ_ONLY)`);
  await writer.run('BEGIN');
  for (const table of [...TABLE_NAMES, 'subject_states']) await writer.run(`INSERT INTO ${table} SELECT * REPLACE (revision + ${counter} AS revision) FROM other.${table}`);
  for (const table of ['parked', 'blocked', 'partitions']) await writer.run(`INSERT INTO ${table} FROM other.${table}`);
  await writer.run('UPDATE store_state SET counter = counter + (SELECT counter FROM other.store_state)');
  await writer.run('COMMIT');
  await writer.run('DETACH other');
  writer.closeSync();
  database.closeSync();
}
