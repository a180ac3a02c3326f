import type { DuckDBConnection } from '@duckdb/node-api';
import { CATEGORIES, CAUSES, CLASSES, USAGE_NATURES } from '../catalogue/names.ts';

const CHUNK = 1_000_000;
const DAYS = 365;
const START = "TIMESTAMP '2025-12-31 16:00:00'"; // New Year in Shanghai
/** Of as many facts one was corrected, which appends two rows: the old one with sign −1, and the new. */
const ONE_CORRECTED_OF = 10;

const listed = (names: object): string => `[${Object.keys(names).map((name) => `'${name}'`).join(', ')}]`;
const KINDS = `[${['FAULT', 'CONSULTATION', 'COMPLAINT'].map((kind) => `'${kind}'`).join(', ')}]`;
const CODES = `[${[CAUSES, CATEGORIES, CLASSES].map(listed).join(', ')}]`;
const CHANNELS = "['HOTLINE', 'COUNTER', 'ONLINE', 'SMS']";

/** The same number for the same seed, fact and purpose, below a bound. */
const random = (seed: number, below: number, what: string): string => `(hash(n, ${seed}, '${what}') % ${below})::BIGINT`;
const one = (list: string, at: string): string => `(${list})[1 + ${at}]`;

/**
 * Fills the tables of cases and accounts with a year of them, in no order of time: of ten cases five are faults, four
 * consultations and one a complaint. Without the events' own way in, which would take minutes.
 */
export async function fillWithFacts(connection: DuckDBConnection, { facts, accounts, seed }: { facts: number; accounts: number; seed: number }): Promise<void> {
  const draw = (below: number, what: string): string => random(seed, below, what);
  await connection.run(`INSERT INTO account_versions BY NAME
    SELECT 1 AS sign, 'account-' || n AS event_id, lpad(n::VARCHAR, 10, '0') AS subject, 1 AS sequence, 1 AS revision, subject AS account_no, 'C' || n AS customer_id,
      ${one(listed(USAGE_NATURES), draw(Object.keys(USAGE_NATURES).length, 'nature'))} AS usage_nature, ${draw(1_200, 'kva')} AS installed_capacity_kva, 'R' || (1 + n % 6) AS region_id, NULL AS line_id,
      TIMESTAMP '2025-01-01' AS effective_at
    FROM range(${accounts}) r(n)`);
  for (let from = 0; from < facts; from += CHUNK) {
    await connection.run(`INSERT INTO case_facts BY NAME ${cases(draw, from, Math.min(facts, from + CHUNK), accounts)}`);
    await connection.run('UPDATE store_state SET counter = $1', [BigInt(2 + Math.ceil((from + CHUNK) / ROWS_PER_REVISION))]);
  }
  await connection.run('CHECKPOINT');
}

const ROWS_PER_REVISION = 4_000;

function cases(draw: (below: number, what: string) => string, from: number, to: number, accounts: number): string {
  return `WITH drawn AS (
      SELECT n, 2 + n // ${ROWS_PER_REVISION} AS revision, ${draw(10, 'kind')} AS k, CASE WHEN k < 5 THEN 1 WHEN k < 9 THEN 2 ELSE 3 END AS which,
        ${START} + to_seconds(${draw(DAYS * 86_400, 'time')}) AS opened_at, 'R' || (1 + ${draw(6, 'region')}) AS region_id, ${draw(100, 'known')} AS known
      FROM range(${from}, ${to}) r(n)),
    opened AS (
      SELECT n, revision, (${KINDS})[which] AS kind, (${CHANNELS})[1 + ${draw(4, 'channel')}] AS channel, region_id, region_id || '-L' || (1 + ${draw(8, 'line')}) AS line_id,
        lpad(${draw(accounts, 'account')}::VARCHAR, 10, '0') AS account_no, opened_at, strftime(opened_at + INTERVAL 8 HOUR, '%H') AS hour, strftime(opened_at + INTERVAL 8 HOUR, '%Y-%m-%d') AS day,
        strftime(opened_at + INTERVAL 8 HOUR, '%Y-%m') AS month, CASE WHEN known < 90 THEN list_extract((${CODES})[which], 1 + ${draw(1_000, 'code')} % len((${CODES})[which])) END AS classification,
        CASE WHEN known < 80 THEN opened_at + to_minutes(${draw(400, 'minutes')}) END AS resolved_at, CASE WHEN known < 80 THEN ${draw(500, 'affected')} ELSE 0 END AS customers_affected
      FROM drawn),
    corrected AS (SELECT unnest(CASE WHEN n % ${ONE_CORRECTED_OF} = 0 THEN [[1, 1], [-1, 2], [1, 2]] ELSE [[1, 1]] END) AS said, * FROM opened)
    SELECT said[1] AS sign, 'case-' || n || ':' || said[2] AS event_id, 'case-' || n AS subject, said[2] AS sequence, * EXCLUDE (n, said, classification, closed_at, satisfaction),
      CASE WHEN said[1] = 1 AND said[2] = 2 THEN coalesce(classification, 'OTHER') ELSE classification END AS classification
    FROM (SELECT *, NULL::TIMESTAMP AS closed_at, NULL::BIGINT AS satisfaction FROM corrected)`;
}
