import { FACT_TABLES, TABLE_NAMES, type TableName } from '../facts/tables.ts';

/** What is an account's from the beginning of the records on, or up to so many days later, was there before. */
export const FIRST_LOAD_DAYS = 7;
/** A line's fault so soon after another one is a repeat. */
export const REPEAT_WITHIN_DAYS = 30;
/** IEEE 1366: a day is a major event day when its SAIDI is beyond exp(α + 2.5 β) of the five years before. */
export const MAJOR_EVENT_YEARS = 5;
export const MAJOR_EVENT_BETAS = 2.5;

/** True of what no later event took back; few are, so that this costs little. */
function standing(table: TableName | 'faults_around', row: string): string {
  return `NOT EXISTS (SELECT 1 FROM ${table} later WHERE later.sign = -1 AND later.subject = ${row}.subject AND later.sequence > ${row}.sequence)`;
}

/** Made of the facts at each question, so that whatever arrives late mends the answers. Each may use those above it. */
export const RELATIONS = {
  /** From when to when each version of an account holds; the first one also for the time before it. */
  account_history: `
    SELECT account_no, usage_nature, installed_capacity_kva, region_id, line_id, effective_at, sign, subject, sequence, event_id, revision,
      CASE WHEN row_number() OVER versions = 1 THEN TIMESTAMP '-infinity' ELSE effective_at END AS valid_from,
      coalesce(lead(effective_at) OVER versions, TIMESTAMP 'infinity') AS valid_to,
      -- The account itself is there from its first version on, but what was loaded at the beginning was there before.
      CASE WHEN row_number() OVER versions = 1 AND effective_at < (SELECT min(effective_at) FROM account_versions) + INTERVAL ${FIRST_LOAD_DAYS} DAY
        THEN TIMESTAMP '-infinity' ELSE effective_at END AS there_from
    FROM (SELECT * FROM account_versions QUALIFY row_number() OVER (PARTITION BY account_no, effective_at ORDER BY sequence DESC) = 1)
    WINDOW versions AS (PARTITION BY account_no ORDER BY effective_at)`,
  /** When an account was closed. */
  closings: `
    SELECT account_no, min(closed_at) AS closed_at FROM account_closings GROUP BY account_no`,
  /** The part of each account's version that lies in each of the periods asked for, up to the closing. */
  account_periods: `
    SELECT h.*, p.time, epoch_ms(least(h.there_to, p.until)) - epoch_ms(greatest(h.there_from, p.since)) AS there_ms, epoch_ms(p.until) - epoch_ms(p.since) AS period_ms
    FROM (SELECT h.*, least(h.valid_to, coalesce(c.closed_at, h.valid_to)) AS there_to FROM account_history h LEFT JOIN closings c ON c.account_no = h.account_no) h
    JOIN periods p ON h.there_from < least(h.there_to, p.until) AND h.there_to > p.since`,
  /** Each outage as it is known, without those that were recorded by mistake. */
  outages: `
    SELECT * FROM outage_facts o WHERE sign = 1 AND cancelled IS NULL AND ${standing('outage_facts', 'o')}`,
  /** Faults whose line is known; of the days asked for, and of those just before. */
  faults_around: `
    SELECT * FROM case_facts WHERE kind = 'FAULT' AND line_id IS NOT NULL`,
  /** Each fault with the one before it on the same line, where that is not long ago. */
  faults_of_lines: `
    SELECT * REPLACE (CASE WHEN opened_at - previous_at <= INTERVAL ${REPEAT_WITHIN_DAYS} DAY THEN previous_at END AS previous_at) FROM (
      SELECT *, lag(opened_at) OVER (PARTITION BY line_id ORDER BY opened_at, subject) AS previous_at
      FROM faults_around o WHERE sign = 1 AND ${standing('faults_around', 'o')})`,
  /** Each charge, or top-up taken back, that was not paid by its due day, with the day on which it was at last. */
  arrears: `
    SELECT s.*, c.cleared_on FROM arrears_started_facts s
    LEFT JOIN (SELECT account_no, item_id, max(cleared_on) AS cleared_on FROM arrears_cleared_facts GROUP BY ALL) c ON c.account_no = s.account_no AND c.item_id = s.item_id`,
  /** Top-ups that nobody took back. */
  standing_top_ups: `
    SELECT * FROM top_up_facts WHERE sign = 1 AND posting_id NOT IN (SELECT posting_id FROM top_up_facts WHERE sign = -1)`,
  /** The newest day that the ledger has told of. */
  ledger_day: `
    SELECT max(day) AS day FROM (SELECT max(day) AS day FROM charge_facts UNION ALL SELECT max(day) FROM top_up_facts UNION ALL SELECT max(started_on) FROM arrears_started_facts)`,
  /** From when to when each account was there. */
  accounts_there: `
    SELECT h.account_no, min(h.there_from) AS there_from, any_value(c.closed_at) AS closed_at FROM account_history h LEFT JOIN closings c ON c.account_no = h.account_no GROUP BY h.account_no`,
  /** How many accounts there were from an instant on. */
  account_counts: `
    SELECT there_from, sum(sum(accounts)) OVER (ORDER BY there_from) AS customers FROM (
      SELECT there_from, 1 AS accounts FROM accounts_there
      UNION ALL SELECT greatest(there_from, closed_at), -1 FROM accounts_there WHERE closed_at IS NOT NULL
    ) GROUP BY there_from`,
  /** SAIDI of each day that had interruptions, in minutes, of the whole company. */
  saidi_days: `
    SELECT o.day, left(o.day, 4)::INTEGER AS year, o.customer_ms / 60000.0::DOUBLE / c.customers AS saidi
    FROM (SELECT day, day::TIMESTAMP - INTERVAL 8 HOUR AS began, sum(customer_ms) AS customer_ms FROM outages GROUP BY day HAVING sum(customer_ms) > 0) o
    ASOF JOIN account_counts c ON o.began >= c.there_from WHERE c.customers > 0`,
  /** A year without at least two such days in the years before has no major event day. */
  major_event_days: `
    SELECT s.day FROM saidi_days s JOIN (
      SELECT y.year, exp(avg(ln(h.saidi)) + ${MAJOR_EVENT_BETAS} * stddev_samp(ln(h.saidi))) AS beyond
      FROM (SELECT DISTINCT year FROM saidi_days) y JOIN saidi_days h ON h.year BETWEEN y.year - ${MAJOR_EVENT_YEARS} AND y.year - 1
      GROUP BY y.year HAVING count(*) > 1) t ON t.year = s.year
    WHERE s.saidi > t.beyond`,
} as const;

/**
 * `faults_of_lines` as rows to add up, of the faults' sums by day: each is a repeat but the first ones of days before which
 * the line had none for long, and those are few. Cheap, where to put millions in their order is not.
 */
export function repeatsOf(sums: string): string {
  return `WITH of_lines AS (SELECT * FROM (${sums}) WHERE line_id IS NOT NULL),
    line_days AS (SELECT line_id, day, min(first_at) AS first_at, max(last_at) AS last_at FROM of_lines GROUP BY ALL HAVING sum(sign) > 0),
    begun AS (SELECT line_id, first_at AS opened_at FROM line_days QUALIFY (first_at - lag(last_at) OVER (PARTITION BY line_id ORDER BY day) <= INTERVAL ${REPEAT_WITHIN_DAYS} DAY) IS NOT TRUE),
    firsts AS (SELECT c.* FROM case_facts c JOIN begun b ON b.line_id = c.line_id AND b.opened_at = c.opened_at WHERE c.kind = 'FAULT' AND c.sign = 1
      QUALIFY row_number() OVER (PARTITION BY c.line_id, c.opened_at ORDER BY c.subject, c.sequence DESC) = 1)
    SELECT region_id, line_id, classification, month, day, sign, sign AS repeats FROM of_lines
    UNION ALL SELECT region_id, line_id, classification, month, day, 0, -1 FROM firsts`;
}

export type RelationName = keyof typeof RELATIONS;
const RELATION_NAMES = Object.keys(RELATIONS) as RelationName[];

const names = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

/** The relations that a text is made of, each after those that it uses; and the tables. */
export function usedBy(text: string): { readonly relations: RelationName[]; readonly tables: TableName[] } {
  const relations: RelationName[] = [];
  let all = text;
  for (const relation of RELATION_NAMES.toReversed()) {
    if (!names(all, relation)) continue;
    relations.unshift(relation);
    all += RELATIONS[relation];
  }
  return { relations, tables: TABLE_NAMES.filter((table) => names(all, table)) };
}

/** The topics that a text's answers are made of. */
export function topicsOf(text: string): string[] {
  return [...new Set(usedBy(text).tables.map((table) => FACT_TABLES[table].topic))];
}
