import { asksAccount } from '../catalogue/catalogue.ts';
import type { Question } from './question.ts';

export interface Statement {
  readonly sql: string;
  /** As `$1`, `$2` … */
  readonly parameters: string[];
}

/** The one place that makes SQL of a question: all text is the catalogue's, all that a person wrote is a parameter. */
export function toSql({ statistic, groupBy, from, to, filters }: Question, rowsMax: number): Statement {
  const parameters: string[] = [];
  const bind = (value: string): string => `$${parameters.push(value)}`;
  const conditions = statistic.where ? [statistic.where] : [];
  if (from !== '') conditions.push(`f.day >= ${bind(from)}`);
  if (to !== '') conditions.push(`f.day <= ${bind(to)}`);
  for (const { dimension, value } of filters) conditions.push(value === '' ? `(${dimension.sql}) IS NULL` : `(${dimension.sql}) = ${bind(value)}`);

  const keys = groupBy.map((dimension) => dimension.sql);
  const measures = statistic.measures.map((measure) => measure.sql);
  const ordinals = keys.map((_, i) => i + 1).join(', ');
  const account = `LEFT JOIN account_history a ON a.account_no = f.account_no AND f.${statistic.at} >= a.valid_from AND f.${statistic.at} < a.valid_to`;
  const sql = [
    `SELECT ${[...keys, ...measures].join(', ')}`,
    `FROM ${statistic.facts} f`,
    ...(asksOfAccount({ groupBy, filters }) ? [account] : []),
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    // What a correction moved elsewhere leaves nothing behind.
    ...(keys.length > 0 ? [`GROUP BY ${ordinals} HAVING sum(f.sign) <> 0 ORDER BY ${ordinals} NULLS LAST LIMIT ${rowsMax + 1}`] : []),
  ].join('\n');
  return { sql, parameters };
}

export function asksOfAccount({ groupBy, filters }: Pick<Question, 'groupBy' | 'filters'>): boolean {
  return groupBy.some(asksAccount) || filters.some(({ dimension }) => asksAccount(dimension));
}
