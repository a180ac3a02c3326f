import { columnsOf, FACT_TABLES, type Fact, type FactValue, type FactValues, type TableName } from './tables.ts';

/** What one event says about one fact: all of it at first, later only what is new; null says that it is not known (any more). */
export interface FactChange {
  readonly table: TableName;
  readonly subject: string;
  readonly sequence: bigint;
  readonly eventId: string;
  readonly values: FactValues;
  /** −1: takes back a fact that another event said, with the same values; absent: +1. */
  readonly sign?: -1n;
}

/** A row that a change appends. */
export interface FactRow {
  readonly made: FactChange;
  readonly sign: 1n | -1n;
  /** In the order of the table's columns. */
  readonly values: readonly FactValue[];
}

/** The rows that are to be appended, in their order. */
export type FactRows = ReadonlyMap<TableName, readonly FactRow[]>;

/** Where a change comes from. */
export type Origin = Pick<FactChange, 'subject' | 'sequence' | 'eventId'>;

export function change<T extends TableName>(table: T, origin: Origin, values: Partial<Fact<T>>): FactChange {
  const { subject, sequence, eventId } = origin;
  return { table, subject, sequence, eventId, values: values as FactValues };
}

/** Takes back what an earlier event of a table whose events are facts of their own has said. */
export function takeBack<T extends TableName>(table: T, origin: Origin, values: Partial<Fact<T>>): FactChange {
  return { ...change(table, origin, values), sign: -1n };
}

/** An event that is known, and changes no fact. */
export const nothing = (): FactChange[] => [];

/** True when the rows of a change depend on what was known of its subject before. */
export function needsBefore({ table, sequence }: FactChange): boolean {
  return FACT_TABLES[table].changing && sequence > 1n;
}

/**
 * What is known of a fact after a change, in the order of the table's columns. `before` is what was known; it is absent for
 * the first event, and where an operator left the first event out.
 */
export function valuesAfter({ table, values }: FactChange, before: readonly FactValue[] | undefined): FactValue[] {
  return columnsOf(table).map((column, i) => (values[column] !== undefined ? values[column] : before?.[i]) ?? null);
}
