import type { DuckDBConnection } from '@duckdb/node-api';
import type { InboxStep, SubjectState } from '@youdian/messaging';
import { needsBefore, valuesAfter, type FactChange, type FactRow, type FactRows } from '../../facts/change.ts';
import { columnsOf, FACT_TABLES, TABLE_NAMES, type FactValue, type TableName } from '../../facts/tables.ts';
import type { Column } from './chunk.ts';
import { NewestRows } from './newest-rows.ts';
import { FACTS, STATES, VALUES_FROM } from './subject-tables.ts';

type States = InboxStep<FactChange>['subjects'];

/**
 * What is known of each subject: how it stands, and what its fact was before it changes. Only where that is is kept of
 * all; it is of the last commit, and has to be read again where nobody knows whether there was one.
 */
export class Subjects {
  readonly #facts: ReadonlyMap<TableName, NewestRows>;
  readonly #states: NewestRows;

  static async of(connection: DuckDBConnection): Promise<Subjects> {
    const facts = new Map<TableName, NewestRows>();
    for (const table of TABLE_NAMES) facts.set(table, await NewestRows.of(connection, FACTS[table]));
    return new Subjects(facts, await NewestRows.of(connection, STATES));
  }

  private constructor(facts: ReadonlyMap<TableName, NewestRows>, states: NewestRows) {
    this.#facts = facts;
    this.#states = states;
  }

  /** Those of a topic that were ever seen. Whatever came to or over what a subject was blocked at has unblocked it. */
  async find(topic: string, subjects: readonly string[]): Promise<Map<string, SubjectState>> {
    const found = new Map<string, SubjectState>();
    for (const [table, rows] of this.#facts) {
      if (FACT_TABLES[table].topic !== topic) continue;
      for (const [subject, row] of await rows.find(subjects)) {
        const sequence = row(FACTS[table].sequence) as bigint;
        if (sequence > (found.get(subject)?.sequence ?? 0n)) found.set(subject, { sequence });
      }
    }
    for (const [subject, row] of await this.#states.find(subjects, `${topic}|`)) {
      const [told, untold] = [found.get(subject)?.sequence ?? 0n, row(STATES.sequence) as bigint];
      const sequence = told > untold ? told : untold;
      const blockedAt = row(STATES.blockedAt) as bigint | null;
      found.set(subject, { sequence, blockedAt: blockedAt !== null && blockedAt > sequence ? blockedAt : undefined, incomplete: (row(STATES.incomplete) as string | null) ?? undefined });
    }
    return found;
  }

  /** The rows that a batch of changes appends: what was known is taken back, what is known now is said. */
  async fold(changes: readonly FactChange[]): Promise<FactRows> {
    const known = await this.#before(changes);
    const rows = new Map<TableName, FactRow[]>();
    for (const made of changes) {
      const { table, subject } = made;
      const facts = FACT_TABLES[table].changing ? of(known, table, newFacts) : undefined;
      const before = facts?.get(subject);
      const values = valuesAfter(made, before);
      const own = of(rows, table, newRows);
      if (before) own.push({ made, sign: -1n, values: before });
      own.push({ made, sign: made.sign ?? 1n, values });
      facts?.set(subject, values);
    }
    return rows;
  }

  /** In the transaction that the connection is in. */
  async append(rows: FactRows, untold: States, revision: bigint): Promise<void> {
    for (const [table, own] of rows) {
      const origin: Column[] = [(row) => own[row]!.sign, (row) => own[row]!.made.eventId, (row) => own[row]!.made.subject, (row) => own[row]!.made.sequence, () => revision];
      await this.#facts.get(table)!.append(own.length, [...origin, ...columnsOf(table).map((_, i): Column => (row) => own[row]!.values[i]!)]);
    }
    await this.#states.append(untold.length, [
      (row) => untold[row]!.topic, (row) => untold[row]!.subject, (row) => untold[row]!.sequence, (row) => untold[row]!.blockedAt ?? null, (row) => untold[row]!.incomplete ?? null, () => revision,
    ]);
  }

  /** What was appended is durable. */
  committed(): void {
    for (const rows of this.#facts.values()) rows.committed();
    this.#states.committed();
  }

  /** What facts that change were before. */
  async #before(changes: readonly FactChange[]): Promise<Map<TableName, Map<string, readonly FactValue[]>>> {
    const asked = new Map<TableName, Set<string>>();
    for (const made of changes) if (needsBefore(made)) of(asked, made.table, () => new Set<string>()).add(made.subject);
    const known = new Map<TableName, Map<string, readonly FactValue[]>>();
    for (const [table, subjects] of asked) {
      const facts = of(known, table, newFacts);
      for (const [subject, row] of await this.#facts.get(table)!.find(subjects)) facts.set(subject, columnsOf(table).map((_, i) => row(VALUES_FROM + i) as FactValue));
    }
    return known;
  }
}

const newFacts = (): Map<string, readonly FactValue[]> => new Map();
const newRows = (): FactRow[] => [];

function of<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
