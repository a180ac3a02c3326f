import { LIST, listValue, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { needsBefore, rowsOf, type FactChange, type FactRow } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, type FactValues, type TableName } from '../../facts/tables.ts';
import { fromDuckDb } from './append.ts';

/** Facts that are likely to change soon; a case that is older is looked up. */
const REMEMBERED_PER_TABLE = 100_000;

/** What is known of changing facts before a batch: from memory where it was seen lately, else in one look-up per table. */
export class PriorFacts {
  readonly #connection: DuckDBConnection;
  readonly #known = new Map<TableName, Map<string, FactValues>>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** The rows that a batch of changes appends, in their order. */
  async fold(changes: readonly FactChange[]): Promise<FactRow[]> {
    await this.#lookUp(changes);
    const rows: FactRow[] = [];
    for (const made of changes) {
      const { table, subject } = made;
      const changing = FACT_TABLES[table].changing;
      const outcome = rowsOf(made, changing ? this.#of(table).get(subject) : undefined);
      for (const row of outcome.rows) rows.push(row);
      if (changing) remember(this.#of(table), subject, outcome.after);
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
        this.#of(table).set(subject as string, Object.fromEntries(columns.map((column, i) => [column, fromDuckDb(values[i]!)])));
      }
    }
  }

  #of(table: TableName): Map<string, FactValues> {
    let facts = this.#known.get(table);
    if (!facts) this.#known.set(table, (facts = new Map<string, FactValues>()));
    return facts;
  }
}

/** The newest stands last. */
function remember(facts: Map<string, FactValues>, subject: string, values: FactValues): void {
  facts.delete(subject);
  facts.set(subject, values);
}
