import { UNKNOWN, OTHERS, OTHERS_NAME, type Name } from '../catalogue/names.ts';
import type { Dimension, Measure } from '../catalogue/catalogue.ts';
import { QueryTooLong, TooManyQueries, type Answering, type Cell, type Snapshot } from '../store/fact-store.ts';
import { laterKey, periodBefore, periodOfEarlier, yearBefore, type Earlier, type Period } from './periods.ts';
import { ROWS_MAX, type Question } from './question.ts';
import { busy, tooLong, tooManyRows } from './rejections.ts';
import { counterOf, pageToken, readPageToken } from './revision.ts';
import { figuresSql, sourcesOf, type Figures } from './sql.ts';

export interface Answer {
  readonly revision: string;
  /** Absent also where an older revision was asked for. */
  readonly watermark: Date | undefined;
  /** Of the question's page. */
  readonly rows: readonly AnswerRow[];
  readonly totals: AnswerRow | undefined;
  readonly rowCount: number;
  readonly nextPageToken: string;
  readonly sources: readonly string[];
}

export interface AnswerRow {
  /** By the series' time, and the question's dimensions; empty for what is not known. */
  readonly keys: string[];
  readonly labelsZh: string[];
  readonly labelsEn: string[];
  /** By the question's measures. Whole numbers as they are, others with a point, empty where undefined. */
  readonly values: string[];
  /** Of the period before and of a year before, where they were asked for. */
  readonly previousValues: string[];
  readonly yearBeforeValues: string[];
  /** At the revision since which changes were asked for. */
  readonly valuesBefore: string[];
}

interface Group {
  readonly keys: readonly string[];
  readonly cells: readonly Cell[];
  readonly beside: { previous?: readonly Cell[]; yearBefore?: readonly Cell[]; before?: readonly Cell[] };
}

/** Figures, revision and watermark of one moment. Throws `Rejected` for what is too large, too long or too much at once. */
export async function answer(store: Answering, question: Question): Promise<Answer> {
  return clearly(store.snapshot(async (snapshot) => {
    const page = readPageToken(question.pageToken, question.print);
    const asOf = counterOf('asOf', page?.revision ?? question.asOf, snapshot.revision);
    const since = question.changesSince === '' ? undefined : counterOf('changesSince', question.changesSince, asOf === undefined ? snapshot.revision : (page?.revision ?? question.asOf));
    const revision = asOf === undefined ? snapshot.revision : (page?.revision ?? question.asOf);
    const asking = await Asking.of(snapshot, question, asOf);
    let groups = await asking.groups();
    if (question.changesSince !== '') groups = since === undefined ? [] : changed(await asking.groups({ asOf: since }), groups, question);
    const sorted = inOrder(groups, question);
    const offset = page?.offset ?? 0;
    const end = question.pageSize === 0 ? sorted.length : offset + question.pageSize;
    const names = await namesOf(question, snapshot);
    const totals = question.totals ? (await asking.totals(since))[0] : undefined;
    return {
      revision, sources: asking.sources,
      watermark: asOf === undefined ? await snapshot.watermark(asking.sources) : undefined,
      rows: sorted.slice(offset, end).map((group) => toRow(group, names)),
      totals: totals && toRow(totals, names),
      rowCount: sorted.length,
      nextPageToken: end < sorted.length ? pageToken({ revision, offset: end }, question.print) : '',
    };
  }));
}

/** What the store cannot do, in words that say what would work. */
export async function clearly<T>(answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (error) {
    if (error instanceof QueryTooLong) throw tooLong();
    if (error instanceof TooManyQueries) throw busy();
    throw error;
  }
}

/** One question's statements, all of one snapshot. */
class Asking {
  readonly #snapshot: Snapshot;
  readonly #question: Question;
  readonly #figures: Figures;
  readonly sources: readonly string[];

  static async of(snapshot: Snapshot, question: Question, asOf: bigint | undefined): Promise<Asking> {
    const { statistic, from, to, conditions, groupBy, grain, measures, top } = question;
    const keys = groupBy.map((dimension) => ({ dimension }));
    const figures: Figures = { statistic, from, to, conditions, keys, grain, measures, asOf, rolledUp: snapshot.rolledUp };
    if (!top) return new Asking(snapshot, question, figures);
    const ranked = await fetch(snapshot, { ...figures, keys: [{ dimension: top.dimension }], grain: undefined, measures: [top.measure] });
    const apart = ranked.sort((a, b) => compareCells(a.cells[0]!, b.cells[0]!, true)).slice(0, top.count).map(({ keys: [key] }) => key!);
    return new Asking(snapshot, question, { ...figures, keys: groupBy.map((dimension) => (dimension === top.dimension && ranked.length > top.count ? { dimension, apart } : { dimension })) });
  }

  constructor(snapshot: Snapshot, question: Question, figures: Figures) {
    this.#snapshot = snapshot;
    this.#question = question;
    this.#figures = figures;
    this.sources = sourcesOf(figuresSql(figures).sql);
  }

  async groups(changed: Partial<Figures> = {}): Promise<Group[]> {
    const figures = { ...this.#figures, ...changed };
    const groups = await fetch(this.#snapshot, figures);
    for (const earlier of this.#question.compare) await this.#putBeside(groups, figures, earlier);
    return groups;
  }

  /** Over all groups; also what they were. */
  async totals(since: bigint | undefined): Promise<Group[]> {
    const all = { keys: [], grain: undefined };
    const totals = await this.groups(all);
    if (since !== undefined) totals[0]!.beside.before = (await this.groups({ ...all, asOf: since }))[0]!.cells;
    return totals;
  }

  async #putBeside(groups: readonly Group[], figures: Figures, earlier: Earlier): Promise<void> {
    const { grain, from, to } = figures;
    const period: Period = { from, to };
    const before = grain ? periodOfEarlier(period, grain, earlier) : earlier === 'previous' ? periodBefore(period) : yearBefore(period);
    const found = new Map<string, readonly Cell[]>();
    for (const { keys, cells } of await fetch(this.#snapshot, { ...figures, ...before })) {
      found.set(JSON.stringify(grain ? [laterKey(keys[0]!, grain, earlier), ...keys.slice(1)] : keys), cells);
    }
    for (const group of groups) group.beside[earlier] = found.get(JSON.stringify(group.keys)) ?? figures.measures.map(nothing);
  }
}

async function fetch(snapshot: Snapshot, figures: Figures): Promise<Group[]> {
  const { sql, parameters } = figuresSql(figures);
  const rows = await snapshot.rows(sql, parameters);
  if (rows.length > ROWS_MAX) throw tooManyRows(ROWS_MAX);
  const count = figures.keys.length + (figures.grain ? 1 : 0);
  return rows.map((row) => ({ keys: row.slice(0, count).map((key) => (key === null ? '' : String(key))), cells: row.slice(count), beside: {} }));
}

/** The groups that are different now, with what they were. */
function changed(before: readonly Group[], now: readonly Group[], { measures }: Question): Group[] {
  const none = measures.map(nothing);
  const groups = new Map(before.map(({ keys, cells }): [string, Group] => [JSON.stringify(keys), { keys, cells: none, beside: { before: cells } }]));
  for (const { keys, cells } of now) {
    const key = JSON.stringify(keys);
    groups.set(key, { keys, cells, beside: { before: groups.get(key)?.beside.before ?? none } });
  }
  return [...groups.values()].filter(({ cells, beside }) => cells.some((cell, i) => cell !== beside.before![i]));
}

function nothing({ ofNothing }: Measure): Cell {
  return ofNothing ?? null;
}

/** As it was asked for; else by the keys, what is not known last. */
function inOrder(groups: readonly Group[], { sort }: Question): Group[] {
  return [...groups].sort((a, b) => {
    for (const { column, descending } of sort) {
      const order = compareCells(cellAt(a, column), cellAt(b, column), descending);
      if (order !== 0) return order;
    }
    for (const [i, key] of a.keys.entries()) {
      const order = compareCells(key || null, b.keys[i] || null, false);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function cellAt({ keys, cells }: Group, column: number): Cell {
  return column < keys.length ? keys[column] || null : cells[column - keys.length]!;
}

/** What is not known or undefined comes last, either way. */
function compareCells(a: Cell, b: Cell, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}

type NameOf = (key: string) => Name;

async function namesOf({ groupBy, grain }: Question, snapshot: Snapshot): Promise<NameOf[]> {
  const names: NameOf[] = grain ? [(key) => [key, key]] : [];
  for (const dimension of groupBy) names.push(await namesOfDimension(dimension, snapshot));
  return names;
}

async function namesOfDimension({ values }: Dimension, snapshot: Snapshot): Promise<NameOf> {
  if ('codes' in values) return (key) => (Object.hasOwn(values.codes, key) ? values.codes[key]! : [key, key]);
  if (!('place' in values)) return (key) => [key, key];
  const rows = await snapshot.rows(`SELECT subject, arg_max(name, sequence) FROM ${values.place} GROUP BY subject`, []);
  const names = new Map(rows.map(([id, name]) => [id as string, name as string]));
  return (key) => {
    const name = names.get(key) || key;
    return [name, name];
  };
}

function toRow({ keys, cells, beside }: Group, names: readonly NameOf[]): AnswerRow {
  const labels = keys.map((key, i) => (key === '' ? UNKNOWN : key === OTHERS ? OTHERS_NAME : names[i]!(key)));
  const texts = (values: readonly Cell[] = []): string[] => values.map(toText);
  return {
    keys: [...keys], labelsZh: labels.map(([zh]) => zh), labelsEn: labels.map(([, en]) => en), values: texts(cells),
    previousValues: texts(beside.previous), yearBeforeValues: texts(beside.yearBefore), valuesBefore: texts(beside.before),
  };
}

function toText(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value);
}
