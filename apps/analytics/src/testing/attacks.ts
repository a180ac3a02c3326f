/** For tests: SQL that must not get anywhere. */
export const FILES = ['/etc/passwd', '/proc/self/environ', '../analytics.duckdb', 'analytics.duckdb', 'http://127.0.0.1:9/x', 's3://bucket/x', '/dev/stdin', "' || 'x", '*'];
export const READERS = ['read_csv', 'read_csv_auto', 'read_json', 'read_json_auto', 'read_json_objects', 'read_ndjson', 'read_parquet', 'parquet_scan', 'parquet_metadata', 'parquet_schema', 'parquet_file_metadata', 'parquet_kv_metadata', 'read_text', 'read_blob', 'glob', 'sniff_csv', 'read_duckdb', 'sqlite_scan', 'postgres_scan', 'iceberg_scan', 'delta_scan', 'st_read', 'read_xlsx', 'query_table'];

const CHANGES = [
  'CREATE TABLE x (i INT)', 'CREATE TEMP TABLE x AS SELECT 1', 'CREATE VIEW v AS SELECT 1', 'CREATE OR REPLACE TEMP VIEW case_facts AS SELECT 1', 'CREATE MACRO m() AS 1', 'CREATE TEMP MACRO sum(x) AS 0', 'CREATE SEQUENCE s',
  'CREATE TYPE t AS ENUM (\'a\')', 'CREATE SCHEMA s', 'CREATE INDEX i ON case_facts (subject)', "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')", 'DROP TABLE case_facts', 'DROP VIEW account_history', 'ALTER TABLE case_facts ADD COLUMN x INT',
  'DELETE FROM case_facts', 'TRUNCATE case_facts', 'UPDATE case_facts SET sign = 0', 'INSERT INTO case_facts SELECT * FROM case_facts', 'MERGE INTO case_facts USING case_facts AS o ON false WHEN NOT MATCHED THEN INSERT VALUES (1)',
  'BEGIN', 'COMMIT', 'ROLLBACK', 'CHECKPOINT', 'FORCE CHECKPOINT', 'VACUUM', 'ANALYZE', 'USE main', 'DETACH analysts', 'PREPARE p AS SELECT 1', 'EXECUTE p', 'DEALLOCATE p', 'COMMENT ON TABLE case_facts IS \'x\'',
  "COPY case_facts TO '/tmp/youdian-attack.csv'", "COPY (SELECT 1) TO '/tmp/youdian-attack.parquet' (FORMAT parquet)", "COPY case_facts FROM '/etc/passwd'", "COPY FROM DATABASE analysts TO memory", "EXPORT DATABASE '/tmp/youdian-attack'", "IMPORT DATABASE '/tmp/youdian-attack'",
  "ATTACH '/tmp/youdian-attack.duckdb'", "ATTACH ':memory:' AS x", "ATTACH 'analytics.duckdb' AS live", "ATTACH 'http://127.0.0.1/x.duckdb'", 'INSTALL httpfs', 'LOAD httpfs', "LOAD '/tmp/evil.duckdb_extension'", 'INSTALL spatial FROM community', 'FORCE INSTALL json', 'UPDATE EXTENSIONS',
  'EXPLAIN SELECT 1', 'EXPLAIN ANALYZE SELECT count(*) FROM case_facts', 'CALL pragma_version()', 'CALL duckdb_settings()', 'CALL force_checkpoint()', 'SET VARIABLE x = 1', 'RESET VARIABLE x',
];

export const SETTINGS = ['enable_external_access', 'memory_limit', 'threads', 'temp_directory', 'lock_configuration', 'home_directory', 'autoload_known_extensions', 'allow_unsigned_extensions', 'extension_directory', 'secret_directory', 'log_query_path', 'profiling_output', 'enable_profiling', 'custom_user_agent', 'access_mode', 'disabled_filesystems', 'allowed_paths', 'allowed_directories', 'http_proxy', 'search_path'];

const LOOKS = [
  'PRAGMA database_list', 'PRAGMA version', 'PRAGMA database_size', 'PRAGMA show_tables', 'PRAGMA enable_profiling', "PRAGMA memory_limit='10GB'", 'PRAGMA/**/database_list', '/* x */ PRAGMA platform', 'pragma user_agent',
  'SELECT * FROM duckdb_settings()', 'FROM duckdb_databases()', 'FROM duckdb_secrets()', 'FROM duckdb_extensions()', 'FROM duckdb_logs()', 'FROM duckdb_temporary_files()', 'FROM duckdb_memory()', "SELECT current_setting('memory_limit')", "SELECT getenv('PATH')",
  "SELECT getvariable('x')", "SELECT * FROM which_secret('a', 's3')", "SELECT write_log('x')", "FROM query('SELECT 1')", "FROM query('COPY case_facts TO ''/tmp/x''')", 'SELECT * FROM "/etc/passwd"', "SELECT * FROM '/etc/passwd'", "FROM 'data.csv'", "FROM '*.parquet'", 'SELECT load_extension(\'x\')', "SELECT system('id')", "SELECT * FROM pg_read_file('/etc/passwd')", 'DuckDB_Settings ( )',
  'SELECT DUCKDB_SETTINGS()', 'FROM/**/duckdb_settings()', 'FROM duckdb_settings/**/()', 'FROM "duckdb_settings"()', 'FROM main.duckdb_settings()', 'FROM pg_settings', 'FROM pg_catalog.pg_settings', "FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM duckdb_' || 'settings()'))", 'FROM enable_logging()', 'FROM enable_profiling()', 'FROM checkpoint()', 'FROM truncate_duckdb_logs()', 'FROM duckdb_profiling_settings()', 'FROM duckdb_prepared_statements()', 'FROM arrow_scan(1, 2, 3)', "SELECT \"current_setting\"('threads')", "SELECT 'threads'.current_setting()", "FROM system.main.read_text('/etc/passwd')", "FROM \"read_csv\"('/etc/passwd')",
];

const NONSENSE = ['', ' ', ';', 'SELECT', 'SELECT FROM WHERE', 'SELEC 1', '\0', 'SELECT 1; SELECT 2', 'SELECT 1; DROP TABLE case_facts', 'SELECT 1;;COPY case_facts TO \'/tmp/x\'', 'SELECT $1', 'SELECT ?', '甲乙丙', "SELECT '", 'SELECT (', `SELECT ${'('.repeat(3_000)}1`, 'SELECT * FROM nothing', 'SELECT nothing FROM case_facts', '--', '/*', '\\', "'; DROP TABLE case_facts; --", `SELECT ${'x'.repeat(25_000)}`, 'SELECT 1/0::nothing', "SELECT 'x'::BIGINT", 'SELECT error(\'boom\')', 'SELECT * FROM subject_states', 'SELECT * FROM partitions', 'SELECT * FROM parked', 'SELECT * FROM store_state'];

const TOO_MANY = ['FROM range(10001)', 'SELECT * FROM range(200) a, range(200) b', "SELECT repeat('x', 10000) FROM range(1000)", 'SELECT unnest(range(100000))', 'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 20000) FROM r'];

export const ATTACKS: readonly string[] = [
  ...READERS.flatMap((reader) => FILES.map((file) => `SELECT * FROM ${reader}('${file.replaceAll("'", "''")}')`)),
  ...SETTINGS.flatMap((name) => [`SET ${name} = 'x'`, `SET GLOBAL ${name} = 1`, `RESET ${name}`, `PRAGMA ${name} = 1`]),
  ...CHANGES, ...LOOKS, ...NONSENSE, ...TOO_MANY,
];

/** What would take all time or memory that there is. */
export const BOMBS: readonly string[] = [
  'SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE a.range + b.range + c.range = 7',
  'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r',
  "SELECT length(repeat('x', 2000000000))",
  'SELECT list(range) FROM range(1000000000)',
  "SELECT string_agg(repeat('y', 100000), '') FROM range(1000000)",
  "SELECT count(*) FROM range(1000000) WHERE regexp_matches(repeat('a', 1000000) || range, '(a*)*b')",
  'SELECT count(DISTINCT md5(range::VARCHAR)) FROM range(2000000000)',
  'SELECT list_sort(range(500000000))',
];
