import { partsOf, type Counted, type Statistic } from './catalogue.ts';

/** Facts added up, where they are kept: what is newer than they are is added up by each question. */
export interface RollUp {
  readonly table: string;
  /** The facts that it is of. */
  readonly of: string;
  /** The columns of facts by which it adds up. */
  readonly by: readonly string[];
  /** Its columns, of facts that came after this transaction. */
  newer(than: bigint): string;
  /** All of its columns, added up from rows that have them. */
  added(rows: string): string;
}

/** Where the roll-ups are, whatever the facts' own place is. */
export const ROLLED = 'rolled.main';
/** So many values that adding up would spare little. */
const TOO_FINE = 'hour';

export function rollUpsOf(statistics: readonly Statistic[]): RollUp[] {
  return [...new Set(statistics.flatMap(partsOf))].flatMap((part) => rollUpOf(part) ?? []);
}

export function rollUpOf({ id, facts, where, at, dimensions, sums = {}, rolledUp, timed }: Counted): RollUp | undefined {
  if (!rolledUp) return undefined;
  const by = [...new Set(['day', ...dimensions.flatMap(({ sql }) => columnsIn(sql))])].filter((column) => column !== TOO_FINE);
  const added = ['sign', ...Object.keys(sums)];
  const times = timed ? ['first_at', 'last_at'] : [];
  return {
    table: `${ROLLED}.${id.replaceAll('-', '_')}_by_day`, of: facts, by,
    newer: (than) => `SELECT ${[...by.map((column) => `f.${column}`), 'f.sign', ...Object.values(sums), ...times.map(() => `f.${at}`)].map((sql, i) => `${sql} AS ${[...by, ...added, ...times][i]}`).join(', ')}
      FROM ${facts} f WHERE ${[`f.revision > ${than}`, ...(where ? [where] : [])].join(' AND ')}`,
    added: (rows) => `SELECT ${[...by, ...added.map((column) => `sum(${column})::HUGEINT AS ${column}`), ...(timed ? ['min(first_at) AS first_at', 'max(last_at) AS last_at'] : [])].join(', ')} FROM (${rows}) GROUP BY ALL`,
  };
}

/** The columns of a fact that a text of the catalogue names. */
export function columnsIn(sql: string): string[] {
  return [...sql.matchAll(/\bf\.(\w+)/g)].map(([, column]) => column!);
}
