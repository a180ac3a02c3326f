import { columnsOf, FACT_TABLES, ORIGIN_COLUMNS, TABLE_NAMES, type TableName } from '../../facts/tables.ts';
import type { Kind } from './chunk.ts';

/** A table whose rows are of subjects. Columns are meant by their numbers. */
export interface SubjectTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly kinds: readonly Kind[];
  /** Whose row it is: these, with a `|` between them. */
  readonly subject: readonly number[];
  readonly sequence: number;
  /** What is asked for again when more of the subject comes. */
  readonly again: readonly number[];
}

const ORIGIN = [...Object.keys(ORIGIN_COLUMNS), 'revision'];
const SUBJECT = ORIGIN.indexOf('subject');
const SEQUENCE = ORIGIN.indexOf('sequence');
/** The first column of a fact that is its own. */
export const VALUES_FROM = ORIGIN.length;

function factTable(table: TableName): SubjectTable {
  const columns = [...ORIGIN, ...columnsOf(table)];
  return {
    name: table, columns, kinds: [...Object.values(ORIGIN_COLUMNS), 'BIGINT', ...Object.values(FACT_TABLES[table].columns)],
    subject: [SUBJECT], sequence: SEQUENCE, again: [SUBJECT, SEQUENCE, ...(FACT_TABLES[table].changing ? [...columns.keys()].slice(VALUES_FROM) : [])],
  };
}

export const FACTS = Object.fromEntries(TABLE_NAMES.map((table) => [table, factTable(table)])) as Readonly<Record<TableName, SubjectTable>>;

/** How subjects stand of which no fact tells. */
export const STATES = {
  name: 'subject_states', columns: ['topic', 'subject', 'sequence', 'blocked_at', 'incomplete', 'revision'], kinds: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT', 'VARCHAR', 'BIGINT'],
  subject: [0, 1], sequence: 2, again: [0, 1, 2, 3, 4], blockedAt: 3, incomplete: 4,
} as const satisfies SubjectTable & { readonly blockedAt: number; readonly incomplete: number };
