import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { SANDBOX_LIMITS } from './limits.ts';

export interface Selected {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Why not, in the code of a rejection and, for the analyst, in DuckDB's words. */
export interface NotSelected {
  readonly refused: 'ONE_STATEMENT' | 'ONLY_SELECT' | 'NOT_ALLOWED' | 'SQL_FAILED' | 'TOO_MANY_ROWS' | 'TOO_MANY_BYTES';
  readonly detail: string;
}

/**
 * What tells of this process or changes it, and what makes SQL out of text. Files and every change of data DuckDB refuses
 * by itself. As words anywhere, for a comment or quotes may stand before the bracket.
 */
const NOT_ALLOWED = new RegExp(`\\b(${[
  String.raw`duckdb_(?!(?:columns|constraints|functions|indexes|keywords|schemas|sequences|tables|types|views)\b)\w+`, String.raw`pragma\w*`, 'pg_(?:settings|prepared_statements)', 'current_setting', 'getvariable', 'which_secret',
  String.raw`(?:enable|disable|check)_(?:logging|profiling|peg_parser)`, '(?:force_)?checkpoint', 'truncate_duckdb_logs', 'write_log', String.raw`arrow_scan\w*`, 'seq_scan', 'sql_auto_complete', 'sleep_ms', String.raw`test_(?:all|vector)_types`,
  'query', 'query_table', 'json_execute_serialized_sql',
].join('|')})\\b`, 'i');

/** The copy, opened so that DuckDB itself refuses files, network, extensions, settings and every change. */
export async function openSandbox(file: string): Promise<DuckDBConnection> {
  const database = await DuckDBInstance.create(file, {
    access_mode: 'READ_ONLY', threads: '1', memory_limit: `${SANDBOX_LIMITS.memoryMb}MB`, temp_directory: '', max_temp_directory_size: '0KiB',
    autoinstall_known_extensions: 'false', autoload_known_extensions: 'false', allow_community_extensions: 'false', allow_unsigned_extensions: 'false',
    enable_external_access: 'false', lock_configuration: 'true',
  });
  return database.connect();
}

/** One SELECT, with its limits of rows and bytes; those of time and memory are whoever's who can kill this process. */
export async function runSelect(connection: DuckDBConnection, sql: string): Promise<Selected | NotSelected> {
  const forbidden = NOT_ALLOWED.exec(sql)?.[0];
  if (forbidden !== undefined) return { refused: 'NOT_ALLOWED', detail: forbidden };
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) return { refused: 'ONE_STATEMENT', detail: '' };
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT) return { refused: 'ONLY_SELECT', detail: '' };
    const result = await prepared.stream();
    const columns = result.columnNames().map((name, i) => ({ name, type: String(result.columnType(i)) }));
    const rows: (string | null)[][] = [];
    let bytes = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      if (rows.length + chunk.rowCount > SANDBOX_LIMITS.rows) return { refused: 'TOO_MANY_ROWS', detail: '' };
      for (const row of chunk.getRows()) {
        const cells = row.map(toText);
        bytes += cells.reduce((sum, cell) => sum + (cell?.length ?? 0) + 1, 0);
        if (bytes > SANDBOX_LIMITS.bytes) return { refused: 'TOO_MANY_BYTES', detail: '' };
        rows.push(cells);
      }
    }
    return { columns, rows };
  } catch (error) {
    return { refused: 'SQL_FAILED', detail: (error as Error).message.slice(0, 500) };
  }
}

function toText(value: DuckDBValue): string | null {
  return value === null ? null : String(value);
}
