import type { TableName } from '../facts/tables.ts';
import type { Name, Names } from './names.ts';
import type { RelationName } from './relations.ts';

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
  readonly formula: Name;
  /**
   * An aggregate over `f`; of a ratio, an expression of measures of its two statistics, `n.…` and `d.…`. Null where it is
   * undefined. Whole numbers are whole in SQL too.
   */
  readonly sql: string;
  /** What it is of nothing, 0; absent: undefined. */
  readonly ofNothing?: 0n | 0;
}

export type Statistic = Counted | Ratio;

interface Described {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** What its days are, for people. */
  readonly dayIs: Name;
  readonly measures: readonly Measure[];
  readonly dimensions: readonly Dimension[];
}

/** Counts one kind of fact. */
export interface Counted extends Described {
  /** What `f` is: facts as they are, or a relation made of them. */
  readonly facts: TableName | RelationName;
  /** Which of the facts, as a condition on `f`. */
  readonly where?: string;
  /** The column of its Shanghai day; absent: `day`, and there is an hour too. */
  readonly on?: string;
  /** The column that says when the fact was, for what its account was at that time. */
  readonly at: string;
  /** What its measures add up of one row of facts, sign included, by the name that they call it as a column of `f`. */
  readonly sums?: Readonly<Record<string, string>>;
  /** Its facts, a table's, are kept added up too: by their days and by its dimensions, but hours and accounts. */
  readonly rolledUp?: boolean;
  /** Added up, they also know their first and their last time, which no event changes. */
  readonly timed?: boolean;
  /** Another statistic's sums, and how this one's rows are made of them. */
  readonly madeOf?: { readonly statistic: Counted; readonly rows: (sums: string) => string };
  /** A column `nth`: the fact's place within its group and this column, by this order. */
  readonly nth?: { readonly within: string; readonly order: string };
  /** Its facts last: they are cut to the periods asked for, which `f.time` names. */
  readonly lasting?: true;
  /** The columns of a fact, where it is listed. */
  readonly columns: readonly string[];
}

/**
 * One statistic over another, by what both know: the second is the same for all values of a dimension that only the first
 * has.
 */
export interface Ratio extends Described {
  readonly over: Counted;
  readonly per: Counted;
}

export function isRatio(statistic: Statistic): statistic is Ratio {
  return 'per' in statistic;
}

/** The statistics whose facts it counts. */
export function partsOf(statistic: Statistic): readonly Counted[] {
  return isRatio(statistic) ? [statistic.over, statistic.per] : [statistic];
}

/** True for what is known only through the account. */
export function asksAccount(dimension: Dimension): boolean {
  return /\ba\./.test(dimension.sql);
}

/** Without from and to there is nothing to cut to. */
export function needsPeriod(statistic: Statistic): boolean {
  return partsOf(statistic).some(({ lasting }) => lasting);
}
