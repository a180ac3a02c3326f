import fc from 'fast-check';
import { FILES, READERS, SETTINGS } from './attacks.ts';

/** Where something else than the facts would come from. */
const quoted = (text: string): string => text.replaceAll("'", "''");
const file = fc.constantFrom(...FILES.map(quoted), '/tmp/youdian-secret.csv', 'file:///tmp/youdian-secret.csv', '/proc/self/fd/3', '~/.duckdbrc', 'https://example.org/x.parquet', 'hf://datasets/x', 'az://x', 'gcs://x/y');
const elsewhere = fc.oneof(
  fc.tuple(fc.constantFrom(...READERS), file).map(([reader, path]) => `SELECT * FROM ${reader}('${path}')`),
  fc.tuple(fc.constantFrom(...READERS), file).map(([reader, path]) => `SELECT * FROM ${reader}(['${path}', '${path}'])`),
  file.map((path) => `SELECT * FROM '${path}'`), file.map((path) => `SELECT * FROM "${path}"`),
  fc.constantFrom(...SETTINGS).map((name) => `SELECT current_setting('${name}') AS x`),
  fc.constantFrom(
    'FROM duckdb_settings()', 'FROM pg_settings', 'FROM pg_catalog.pg_settings', 'FROM duckdb_secrets()', 'FROM duckdb_databases()', 'FROM duckdb_extensions()', 'FROM duckdb_logs', 'FROM duckdb_temporary_files()', 'FROM pragma_database_list', 'FROM pragma_database_size()',
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM duckdb_' || 'settings()'))", "FROM query('SELECT 1')", "FROM query_table('case_facts')", 'FROM enable_logging()', 'FROM enable_profiling()', 'FROM force_checkpoint()', 'FROM checkpoint()',
    "SELECT getenv('PATH')", "SELECT getenv('YOUDIAN_SECRET')", "SELECT getvariable('x')", 'FROM store_state', 'FROM partitions', 'FROM parked', 'FROM subject_states', 'FROM live.case_facts', 'FROM temp.case_facts', 'SELECT * FROM sql_auto_complete(\'SELECT \')', 'SELECT sleep_ms(60000)',
  ),
);

/** Ways to put it into a question that looks like one. */
const WRAPS: readonly ((inner: string) => string)[] = [
  (inner) => inner, (inner) => `(${inner})`, (inner) => `FROM (${inner})`, (inner) => `WITH x AS (${inner}) SELECT * FROM x, case_facts`, (inner) => `WITH RECURSIVE x AS (${inner} UNION ALL SELECT * FROM x WHERE false) SELECT * FROM x`,
  (inner) => `SELECT * FROM case_facts WHERE subject IN (${inner})`, (inner) => `SELECT EXISTS (${inner})`, (inner) => `SELECT (SELECT x FROM (${inner}) t(x) LIMIT 1) FROM case_facts`, (inner) => `SELECT subject FROM case_facts UNION ALL ${inner}`, (inner) => `SELECT list(t) FROM (${inner}) t`,
  (inner) => `SELECT * FROM case_facts f LEFT JOIN LATERAL (${inner}) t ON true`, (inner) => `SELECT count(*) FROM case_facts ORDER BY (${inner} LIMIT 1)`, (inner) => `VALUES ((${inner} LIMIT 1))`, (inner) => `SUMMARIZE ${inner}`, (inner) => `DESCRIBE ${inner}`, (inner) => `PIVOT (${inner}) ON 1 USING count(*)`,
  (inner) => `/* ${inner} */ ${inner}`, (inner) => `-- x\n${inner}`, (inner) => `${inner}; ${inner}`, (inner) => `SELECT 1; ${inner}`, (inner) => `EXPLAIN ${inner}`, (inner) => `EXPLAIN ANALYZE ${inner}`, (inner) => `COPY (${inner}) TO '/tmp/youdian-attack.csv'`, (inner) => `CREATE TABLE x AS ${inner}`,
  (inner) => `CREATE OR REPLACE TEMP VIEW case_facts AS ${inner}`, (inner) => `PREPARE p AS ${inner}`, (inner) => `INSERT INTO case_facts ${inner}`, (inner) => `ATTACH '/tmp/youdian-attack.duckdb' AS x; ${inner}`, (inner) => `SET VARIABLE x = (${inner})`,
];

/** What changes a text without changing, for a careless reader, what it says. */
const DISGUISES: readonly ((sql: string) => string)[] = [
  (sql) => sql, (sql) => sql.toUpperCase(), (sql) => sql.toLowerCase(), (sql) => sql.replaceAll(' ', '/**/'), (sql) => sql.replaceAll(' ', '\n\t'), (sql) => sql.replaceAll('(', ' /* x */ ('), (sql) => sql.replaceAll(/\b([a-z]+_[a-z_]+)\(/g, '"$1"('),
  (sql) => sql.replaceAll(/\b([a-z]+_[a-z_]+)\(/g, 'main.$1('), (sql) => sql.replaceAll(/\b([a-z]+_[a-z_]+)\(/g, 'system.main."$1"('), (sql) => sql.replaceAll("'", '$$'), (sql) => sql.replaceAll(/'([^']*)'/g, "concat('$1', '')"), (sql) => sql.replaceAll(/'([^']*)'/g, "E'$1'"),
  (sql) => `${sql};`, (sql) => `;${sql}`, (sql) => `${sql} --`, (sql) => `\ufeff${sql}`, (sql) => sql.replaceAll(' ', '\u00a0'), (sql) => sql.replaceAll('e', '\u0435'),
];

const hostile = fc.tuple(elsewhere, fc.array(fc.constantFrom(...WRAPS), { minLength: 1, maxLength: 3 }), fc.array(fc.constantFrom(...DISGUISES), { minLength: 1, maxLength: 2 }))
  .map(([inner, wraps, disguises]) => disguises.reduce((sql, disguise) => disguise(sql), wraps.reduce((sql, wrap) => wrap(sql), inner)));

/** Cut, doubled, or with something in it that is nothing there. */
const broken = fc.tuple(hostile, fc.nat(), fc.oneof(fc.constantFrom('\0', "'", '"', '(', ')', ';', '--', '/*', '*/', '$$', '\\', '💥', '\ud800', ',', ' UNION '), fc.string({ maxLength: 8 })), fc.constantFrom('cut', 'insert', 'double'))
  .map(([sql, at, piece, how]) => {
    const place = at % (sql.length + 1);
    return how === 'cut' ? sql.slice(0, place) : how === 'double' ? `${sql.slice(0, place)}${sql}${sql.slice(place)}` : `${sql.slice(0, place)}${piece}${sql.slice(place)}`;
  });

const DEEP: readonly ((depth: number) => string)[] = [
  (depth) => `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`, (depth) => `SELECT ${'-'.repeat(depth)}1`, (depth) => `SELECT ${'NOT '.repeat(depth)}true`, (depth) => `SELECT ${Array(depth).fill('1').join('+')}`, (depth) => `${'SELECT * FROM ('.repeat(depth)}SELECT 1${')'.repeat(depth)}`,
  (depth) => `SELECT ${Array(depth).fill('1').join(' UNION ALL SELECT ')}`, (depth) => `SELECT ${'['.repeat(depth)}1${']'.repeat(depth)}`, (depth) => `SELECT 1 IN (${Array(depth).fill('1').join()})`, (depth) => `SELECT ${Array(depth).fill('subject').join()} FROM case_facts`,
];
const deep = fc.tuple(fc.constantFrom(...DEEP), fc.integer({ min: 1, max: 2_000 })).map(([of, depth]) => of(depth));

/** SQL that would get somewhere, disguised; SQL that is broken; SQL that is deep. */
export const hostileSql: fc.Arbitrary<string> = fc.oneof({ weight: 6, arbitrary: hostile }, { weight: 3, arbitrary: broken }, { weight: 1, arbitrary: deep });

const size = fc.integer({ min: 100_000_000, max: 4_000_000_000 });
/** What would take all time or memory that there is: each in its own way and size. */
export const hog: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(size, size).map(([a, b]) => `SELECT count(*) FROM range(${a}) a, range(${b}) b WHERE a.range * b.range = 7`),
  size.map((n) => `SELECT list(range) FROM range(${n})`), size.map((n) => `SELECT list_sort(range(${n}))`), size.map((n) => `SELECT count(DISTINCT hash(range)) FROM range(${n} * 10)`), size.map((n) => `SELECT length(repeat('x', ${n}))`),
  size.map((n) => `SELECT string_agg(repeat('y', 10000), '') FROM range(${n})`), size.map((n) => `SELECT sum(length(repeat('z', 1000000))) FROM range(${n})`), size.map((n) => `FROM range(${n}) ORDER BY hash(range) LIMIT 1 OFFSET ${n - 1}`),
  size.map((n) => `SELECT max(x) FROM (SELECT sum(range) OVER (ORDER BY hash(range)) AS x FROM range(${n}))`), size.map((n) => `WITH RECURSIVE r AS (SELECT 1::HUGEINT AS i UNION ALL SELECT i + 1 FROM r WHERE i < ${n}) SELECT max(i) FROM r`),
  size.map((n) => `SELECT count(*) FROM case_facts a, case_facts b, range(${n}) c WHERE a.subject || b.subject || c.range = 'x'`), size.map((n) => `SELECT array_agg(range ORDER BY hash(range)) FROM range(${n})`), size.map((n) => `SELECT map(range(${n}), range(${n}))`),
);
