import type { TableName } from '../facts/tables.ts';
import type { Names } from './names.ts';

/** What can be grouped by and filtered by. `sql` speaks of the fact as `f` and of its account at its time as `a`. */
export interface Dimension {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly sql: string;
  readonly values: Values;
}

/** What a value of a dimension looks like: one of some codes, a place's own id, or text of a form. */
export type Values =
  | { readonly codes: Names }
  | { readonly place: 'region_names' | 'line_names' }
  | { readonly form: RegExp; readonly example: string };

export interface Measure {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly unit: string;
  /** For people. */
  readonly formula: string;
  /** An aggregate over `f`; null where it is undefined. Whole numbers are whole in SQL too. */
  readonly sql: string;
}

export interface Statistic {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly facts: TableName;
  /** Which of the facts, as a condition on `f`. */
  readonly where?: string;
  /** The column that says when the fact was, for what its account was at that time. */
  readonly at: string;
  /** The topics that the facts come from. */
  readonly topics: readonly string[];
  readonly measures: readonly Measure[];
  readonly dimensions: readonly Dimension[];
}

/** True for what is known only through the account. */
export function asksAccount(dimension: Dimension): boolean {
  return /\ba\./.test(dimension.sql);
}
