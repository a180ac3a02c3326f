import { isRatio, type Counted, type Dimension, type Measure } from '../catalogue/catalogue.ts';
import { OTHERS } from '../catalogue/names.ts';
import { columnsIn, rollUpOf } from '../catalogue/roll-ups.ts';
import { RELATIONS, REPEAT_WITHIN_DAYS, topicsOf, usedBy } from '../catalogue/relations.ts';
import { FACT_TABLES, type ColumnType } from '../facts/tables.ts';
import { keySql, piecesOf, type Grain } from './periods.ts';
import { ROWS_MAX, type Condition, type Selection } from './question.ts';
import { tooFine } from './rejections.ts';

export interface Statement {
  readonly sql: string;
  /** As `$1`, `$2` … */
  readonly parameters: string[];
}

const DAY_MS = 86_400_000;
/** Pieces of a series of what lasts: each is joined with all that was there. */
const PIECES_MAX = 4_000;

/** A group's key: one of the question's dimensions, or of its top ones and what is beyond them. */
interface Key {
  readonly dimension: Dimension;
  /** The values that are not merged into one. */
  readonly apart?: readonly string[];
}

/** The figures of a question by these keys. `asOf`: a transaction's counter; undefined: the newest. `rolledUp`: up to which one the roll-ups go. */
export interface Figures extends Selection {
  readonly keys: readonly Key[];
  readonly grain: Grain | undefined;
  readonly measures: readonly Measure[];
  readonly asOf: bigint | undefined;
  readonly rolledUp: bigint | undefined;
}

/** The one place that makes SQL of a question: all text is the catalogue's, all that a person wrote is a parameter. */
export function figuresSql(figures: Figures): Statement {
  const { statistic, keys, grain, measures } = figures;
  const parameters = new Parameters();
  const count = keys.length + (grain ? 1 : 0);
  const columns = Array.from({ length: count }, (_, i) => `k${i}`);
  const order = count === 0 ? '' : `ORDER BY ${columns.map((column) => `${column} NULLS LAST`).join(', ')} LIMIT ${ROWS_MAX + 1}`;
  const body = isRatio(statistic)
    ? ratio(figures, statistic.over, statistic.per, columns, parameters)
    : counted(figures, statistic, columns, measures, parameters);
  return { sql: `${from(body, figures)}\n${order}`, parameters: parameters.all };
}

export interface Facts extends Selection {
  /** The statistic itself, or a part of a ratio. */
  readonly part: Counted;
  readonly asOf: bigint | undefined;
  /** Then only those that count no more since this transaction, and those that count since. */
  readonly since: bigint | undefined;
}

/** A fact a row: sign, subject, sequence, event_id, revision, how many there are in all, and its columns as text. */
export function factsSql(facts: Facts, limit: number, offset: number): Statement {
  const { part, since } = facts;
  const parameters = new Parameters();
  const columns = part.columns;
  const selected = (asOf: bigint | undefined): string => from(
    `SELECT f.subject, ${columns.map((column) => `f.${column}`).join(', ')}, max(f.sequence) FILTER (f.sign = 1) AS sequence,
      arg_max(f.event_id, f.sequence) FILTER (f.sign = 1) AS event_id, arg_max(f.revision, f.sequence) FILTER (f.sign = 1) AS revision
     FROM (${rowsOf(facts, part, [], [], parameters)}) f GROUP BY ${range(1, columns.length + 1)} HAVING sum(f.sign) > 0`, { ...facts, asOf });
  const all = since === undefined
    ? `SELECT *, 1 AS sign FROM (${selected(facts.asOf)})`
    : `SELECT subject, ${columns.join(', ')}, max(sequence) AS sequence, arg_max(event_id, sequence) AS event_id, arg_max(revision, sequence) AS revision, sum(sign) AS sign
       FROM (SELECT *, 1 AS sign FROM (${selected(facts.asOf)}) UNION ALL SELECT *, -1 AS sign FROM (${selected(since)})) GROUP BY ${range(1, columns.length + 1)} HAVING sum(sign) <> 0`;
  return {
    sql: `SELECT sign, subject, sequence, event_id, revision, count(*) OVER () AS facts, ${columns.map((column) => asText(column)).join(', ')}
      FROM (${all}) ORDER BY subject, sequence, sign LIMIT ${limit} OFFSET ${offset}`,
    parameters: parameters.all,
  };
}

/** The topics that an answer is made of. */
export function sourcesOf(sql: string): string[] {
  return topicsOf(sql);
}

class Parameters {
  readonly all: string[] = [];

  bind(value: string): string {
    return `$${this.all.push(value)}`;
  }
}

/** The statement with the relations that it names, and, for an older revision, the tables as they were. */
function from(body: string, selection: Selection & { readonly asOf: bigint | undefined; readonly grain?: Grain | undefined }): string {
  const { relations, tables } = usedBy(body);
  const parts = [
    ...(selection.asOf === undefined ? [] : tables.map((table) => `${table} AS (SELECT * FROM main.${table} WHERE revision <= ${selection.asOf})`)),
    ...(relations.includes('account_periods') ? [`periods AS (${periods(selection)})`] : []),
    ...relations.map((relation) => `${relation} AS (${RELATIONS[relation]}${relation === 'faults_around' ? daysAround(selection) : ''})`),
  ];
  return parts.length === 0 ? body : `WITH ${parts.join(',\n')}\n${body}`;
}

/** Of days that were found to be days: a repeat is told by the faults of the days before. */
function daysAround({ from: first, to }: Selection): string {
  const since = first === '' ? [] : [`day >= '${new Date(Date.parse(first) - (REPEAT_WITHIN_DAYS + 1) * DAY_MS).toISOString().slice(0, 10)}'`];
  return [...since, ...(to === '' ? [] : [`day <= '${to}'`])].map((condition) => ` AND ${condition}`).join('');
}

/** Of days that were found to be days. */
function periods({ from: first, to, grain }: Selection & { readonly grain?: Grain | undefined }): string {
  const pieces = piecesOf({ from: first, to }, grain as Exclude<Grain, 'hour'> | undefined, PIECES_MAX);
  if (!pieces) throw tooFine(grain!, PIECES_MAX);
  const at = (instant: Date): string => `TIMESTAMP '${instant.toISOString().slice(0, 19).replace('T', ' ')}'`;
  return `FROM (VALUES ${pieces.map(({ key, since, until }) => `('${key}', ${at(since)}, ${at(until)})`).join(', ')}) p(time, since, until)`;
}

function counted(figures: Selection & Pick<Figures, 'keys' | 'grain' | 'asOf' | 'rolledUp'>, part: Counted, columns: readonly string[], measures: readonly Measure[], parameters: Parameters, named = false): string {
  const { grain, keys } = figures;
  const expressions = [...(grain ? [part.lasting ? 'f.time' : keySql(grain, dayOf(part))] : []), ...keys.map((key) => keySqlOf(key, parameters))];
  return [
    `SELECT ${[...columns.map((column) => `f.${column}`), ...measures.map(({ id, sql }) => (named ? `${sql} AS "${id}"` : sql))].join(', ')}`,
    `FROM (${rowsOf(figures, part, expressions, columns, parameters)}) f`,
    // What a correction moved elsewhere leaves nothing behind.
    ...(columns.length > 0 ? [`GROUP BY ${range(1, columns.length)} HAVING sum(f.sign) <> 0`] : []),
  ].join('\n');
}

/** The rows of facts that are selected, with the groups' keys. */
function rowsOf(selection: Selection & Partial<Pick<Figures, 'asOf' | 'rolledUp'>>, part: Counted, expressions: readonly string[], columns: readonly string[], parameters: Parameters): string {
  const { from: first, to, conditions } = selection;
  const known = conditions.flatMap(({ dimension, ...condition }): Condition[] => {
    const own = part.dimensions.find(({ id }) => id === dimension.id);
    return own ? [{ dimension: own, ...condition }] : [];
  });
  const where = [
    ...(first !== '' && !part.lasting ? [`${dayOf(part)} >= ${parameters.bind(first)}`] : []),
    ...(to !== '' && !part.lasting ? [`${dayOf(part)} <= ${parameters.bind(to)}`] : []),
    ...known.map((condition) => conditionSql(condition, parameters)),
  ];
  const keys = expressions.map((sql, i) => `${sql} AS ${columns[i]}`);
  const nth = part.nth ? [`row_number() OVER (PARTITION BY ${[...expressions, part.nth.within].join(', ')} ORDER BY ${part.nth.order}) AS nth`] : [];
  const text = [...expressions, ...where].join(' ');
  const rolled = rolledRows(selection, part, text);
  if (rolled) return `SELECT ${['f.*', ...keys].join(', ')} FROM (${rolled}) f${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`;
  const all = [...(part.where ? [part.where] : []), ...where];
  const sums = Object.entries(part.sums ?? {}).map(([name, sql]) => `${sql} AS ${name}`);
  const account = `LEFT JOIN account_history a ON a.account_no = f.account_no AND f.${part.at} >= a.valid_from AND f.${part.at} < a.valid_to`;
  return [
    `SELECT ${['f.*', ...sums, ...keys, ...nth].join(', ')} FROM ${part.facts} f`,
    ...(/\ba\./.test(text) ? [account] : []),
    ...(all.length > 0 ? [`WHERE ${all.join(' AND ')}`] : []),
  ].join('\n');
}

/** The same facts, added up before, with those that came since; undefined where what is asked is finer, or of an earlier revision. */
function rolledRows({ asOf, rolledUp }: Partial<Pick<Figures, 'asOf' | 'rolledUp'>>, part: Counted, text: string): string | undefined {
  const { statistic, rows } = part.madeOf ?? { statistic: part, rows: (sums: string) => sums };
  const rollUp = rollUpOf(statistic);
  if (!rollUp || rolledUp === undefined || (asOf !== undefined && asOf < rolledUp)) return undefined;
  if (/\ba\./.test(text) || columnsIn(text).some((column) => !rollUp.by.includes(column))) return undefined;
  return rows(`FROM ${rollUp.table} UNION ALL ${rollUp.newer(rolledUp)}`);
}

function ratio(figures: Figures, over: Counted, per: Counted, columns: readonly string[], parameters: Parameters): string {
  const { keys, grain, measures } = figures;
  const times = grain ? 1 : 0;
  const shared = keys.flatMap((key, i) => {
    const dimension = per.dimensions.find(({ id }) => id === key.dimension.id);
    return dimension ? [{ key: { ...key, dimension }, column: columns[i + times]! }] : [];
  });
  const sharedColumns = [...columns.slice(0, times), ...shared.map(({ column }) => column)];
  const own = keys.map((key) => ({ ...key, dimension: over.dimensions.find(({ id }) => id === key.dimension.id)! }));
  const on = sharedColumns.map((column) => `n.${column} IS NOT DISTINCT FROM d.${column}`).join(' AND ') || 'true';
  // Where all is shared, also what has nothing above the line is a row.
  const join = sharedColumns.length === columns.length ? 'FULL' : 'LEFT';
  return [
    `SELECT ${[...columns.map((column) => (sharedColumns.includes(column) ? `coalesce(n.${column}, d.${column}) AS ${column}` : `n.${column}`)), ...measures.map(({ sql }) => sql)].join(', ')}`,
    `FROM (${counted({ ...figures, keys: own }, over, columns, over.measures, parameters, true)}) n`,
    `${join} JOIN (${counted({ ...figures, keys: shared.map(({ key }) => key) }, per, sharedColumns, per.measures, parameters, true)}) d ON ${on}`,
  ].join('\n');
}

function dayOf({ on = 'day' }: Counted): string {
  return `f.${on}`;
}

function keySqlOf({ dimension: { sql }, apart }: Key, parameters: Parameters): string {
  if (!apart) return sql;
  return `CASE WHEN ${oneOf(sql, apart, parameters)} THEN ${sql} ELSE '${OTHERS}' END`;
}

function conditionSql({ dimension: { sql }, values, exclude }: Condition, parameters: Parameters): string {
  const one = oneOf(sql, values, parameters);
  return exclude ? `NOT ${one}` : one;
}

/** True or false, never null. */
function oneOf(sql: string, values: readonly string[], parameters: Parameters): string {
  const known = values.filter((value) => value !== '');
  const alternatives = [
    ...(values.includes('') ? [`(${sql}) IS NULL`] : []),
    ...(known.length > 0 ? [`coalesce((${sql}) IN (${known.map((value) => parameters.bind(value)).join(', ')}), false)`] : []),
  ];
  return `(${alternatives.join(' OR ')})`;
}

const TYPES: Readonly<Record<string, ColumnType>> = Object.assign({ previous_at: 'TIMESTAMP' }, ...Object.values(FACT_TABLES).map(({ columns }) => columns));

/** Instants as ISO 8601. */
function asText(column: string): string {
  return TYPES[column] === 'TIMESTAMP' ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')` : `${column}::VARCHAR`;
}

function range(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).join(', ');
}
