import { BIGINT, LIST, listValue, VARCHAR, type DuckDBConnection, type DuckDBListValue, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { fromDuckDb } from './values.ts';
import { append, type Column, type PackedRows } from './chunk.ts';
import { Places } from './places.ts';
import { RecentRows, type Row } from './recent-rows.ts';
import type { SubjectTable } from './subject-tables.ts';

const ROWS_AT_ONCE = 122_880n;
const ROWS_PER_TEXT = 2_048n;
const READ_MAX = 10_000;

/** The newest row of each subject of a table that is only ever appended to, by this connection. */
export class NewestRows {
  readonly #connection: DuckDBConnection;
  readonly #shape: SubjectTable;
  readonly #places = new Places();
  readonly #recent = new RecentRows();
  /** Rows that were read lately: what is asked of a subject before a step, is asked in it too. */
  readonly #read = new Map<number, Row>();
  #next = 0;
  #appended: { readonly columns: readonly Column[]; readonly chunks: readonly PackedRows[] }[] = [];

  /** Reads where all are. */
  static async of(connection: DuckDBConnection, shape: SubjectTable): Promise<NewestRows> {
    const rows = new NewestRows(connection, shape);
    const [[last]] = (await connection.runAndReadAll(`SELECT max(rowid) FROM ${shape.name}`)).getRows() as [[bigint | null]];
    for (let from = 0n; last !== null && from <= last; from += ROWS_AT_ONCE) {
      // Many as one text: to hand over a value costs as much as to place it a dozen times.
      const texts = await connection.runAndReadAll(
        `SELECT min(rowid), string_agg(replace(${rows.#subjectSql}, chr(0), ''), chr(0) ORDER BY rowid) FROM ${shape.name}
         WHERE rowid >= ${from} AND rowid < ${from + ROWS_AT_ONCE} GROUP BY rowid // ${ROWS_PER_TEXT} ORDER BY 1`,
      );
      for (const [first, text] of texts.getRows() as [bigint, string][]) {
        let row = Number(first);
        for (const subject of text.split('\0')) rows.#places.put(subject, row++);
      }
    }
    rows.#next = last === null ? 0 : Number(last) + 1;
    return rows;
  }

  private constructor(connection: DuckDBConnection, shape: SubjectTable) {
    this.#connection = connection;
    this.#shape = shape;
  }

  /** In the transaction that the connection is in. */
  async append(count: number, columns: readonly Column[]): Promise<void> {
    this.#appended.push({ columns, chunks: await append(this.#connection, this.#shape.name, this.#shape.kinds, count, columns, this.#shape.again) });
  }

  /** From now on, what was appended is there. */
  committed(): void {
    for (const { columns, chunks } of this.#appended) {
      const first = this.#next;
      for (const chunk of chunks) {
        this.#recent.add(this.#next, chunk);
        this.#next += chunk.count;
      }
      for (let row = first; row < this.#next; row++) this.#places.put(this.#subjectOf((column) => columns[column]!(row - first)), row);
    }
    this.#appended = [];
  }

  /** By subject, those that have any; where a table has more than one topic's, `topic` says whose. */
  async find(subjects: Iterable<string>, topic = ''): Promise<Map<string, Row>> {
    const found = new Map<string, Row>();
    if (this.#places.size === 0) return found;
    const older = new Map<number, string>();
    const others: string[] = [];
    for (const subject of subjects) {
      const key = topic + subject;
      const place = this.#places.find(key);
      if (place === undefined) continue;
      const row = this.#recent.at(place) ?? this.#read.get(place);
      if (row) {
        if (this.#subjectOf(row) === key) found.set(subject, row);
        else others.push(key);
      } else if (older.has(place)) others.push(key);
      else older.set(place, key);
    }
    if (older.size > 0) {
      if (this.#read.size > READ_MAX) this.#read.clear();
      for (const [place, row] of await this.#rows('rowid IN (SELECT unnest($1))', listValue([...older.keys()].map(BigInt)), LIST(BIGINT))) {
        this.#read.set(place, row);
        const key = older.get(place)!;
        if (this.#subjectOf(row) !== key) continue;
        found.set(key.slice(topic.length), row);
        older.delete(place);
      }
      others.push(...older.values());
    }
    // Another subject has the same bits: of all its rows, the last.
    if (others.length > 0) {
      for (const [, row] of await this.#rows(`${this.#subjectSql} IN (SELECT unnest($1)) ORDER BY rowid`, listValue(others), LIST(VARCHAR))) found.set(this.#subjectOf(row).slice(topic.length), row);
    }
    return found;
  }

  async #rows(condition: string, asked: DuckDBListValue, type: DuckDBType): Promise<[number, Row][]> {
    const { name, columns, again } = this.#shape;
    const read = await this.#connection.runAndReadAll(`SELECT rowid, ${again.map((column) => columns[column]).join(', ')} FROM ${name} WHERE ${condition}`, [asked], [type]);
    return read.getRows().map(([place, ...values]: DuckDBValue[]) => [Number(place), (column) => fromDuckDb(values[again.indexOf(column)]!)]);
  }

  #subjectOf(row: Row): string {
    const [first, second] = this.#shape.subject;
    return second === undefined ? (row(first!) as string) : `${row(first!) as string}|${row(second) as string}`;
  }

  get #subjectSql(): string {
    return this.#shape.subject.map((column) => this.#shape.columns[column]).join(" || '|' || ");
  }
}
