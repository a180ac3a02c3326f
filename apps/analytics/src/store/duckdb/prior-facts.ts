import { LIST, listValue, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { needsBefore, valuesAfter, type FactChange, type FactRow, type FactRows } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, type FactValue, type TableName } from '../../facts/tables.ts';
import { fromDuckDb } from './append.ts';

/** Facts that are likely to change soon; a case that is older is looked up. */
const REMEMBERED_PER_TABLE = 100_000;

type Known = Map<string, readonly FactValue[]>;

/** What is known of changing facts before a batch: from memory where it was seen lately, else in one look-up per table. */
export class PriorFacts {
  readonly #connection: DuckDBConnection;
  readonly #known = new Map<TableName, Known>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** The rows that a batch of changes appends: what was known is taken back, what is known now is said. */
  async fold(changes: readonly FactChange[]): Promise<FactRows> {
    await this.#lookUp(changes);
    const rows = new Map<TableName, FactRow[]>();
    for (const made of changes) {
      const { table, subject } = made;
      const known = FACT_TABLES[table].changing ? this.#of(table) : undefined;
      const before = known?.get(subject);
      const values = valuesAfter(made, before);
      let own = rows.get(table);
      if (!own) rows.set(table, (own = []));
      if (before) own.push({ made, sign: -1n, values: before });
      own.push({ made, sign: made.sign ?? 1n, values });
      if (!known) continue;
      if (before) known.delete(subject); // the newest stands last
      known.set(subject, values);
    }
    return rows;
  }

  /** Keeps memory within its bounds; between batches, for a batch needs all of its own. */
  trim(): void {
    for (const facts of this.#known.values()) {
      for (const subject of facts.keys()) {
        if (facts.size <= REMEMBERED_PER_TABLE) break;
        facts.delete(subject);
      }
    }
  }

  /** What is in memory may be ahead of what is durable. */
  forget(): void {
    this.#known.clear();
  }

  async #lookUp(changes: readonly FactChange[]): Promise<void> {
    const missing = new Map<TableName, Set<string>>();
    const begun = new Set<string>();
    for (const made of changes) {
      const { table, subject } = made;
      if (!needsBefore(made)) {
        if (FACT_TABLES[table].changing) begun.add(subject);
        continue;
      }
      if (begun.has(subject) || this.#of(table).has(subject)) continue;
      const subjects = missing.get(table);
      if (subjects) subjects.add(subject);
      else missing.set(table, new Set([subject]));
    }
    for (const [table, subjects] of missing) {
      const columns = columnsOf(table);
      const found = await this.#connection.runAndReadAll(
        `SELECT subject, ${columns.join(', ')} FROM ${table} WHERE sign = 1 AND subject IN (SELECT unnest($1))
         QUALIFY row_number() OVER (PARTITION BY subject ORDER BY sequence DESC) = 1`,
        [listValue([...subjects])], [LIST(VARCHAR)],
      );
      for (const [subject, ...values] of found.getRows()) {
        this.#of(table).set(subject as string, values.map(fromDuckDb));
      }
    }
  }

  #of(table: TableName): Known {
    let facts = this.#known.get(table);
    if (!facts) this.#known.set(table, (facts = new Map()));
    return facts;
  }
}
