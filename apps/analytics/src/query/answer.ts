import { Rejected } from '@youdian/rejection';
import type { Dimension } from '../catalogue/catalogue.ts';
import { UNKNOWN, type Name } from '../catalogue/names.ts';
import { QueryTooLong, TooManyQueries, type Answering, type Cell, type Snapshot } from '../store/fact-store.ts';
import { ACCOUNT_TOPIC } from '../topics.ts';
import type { Question } from './question.ts';
import { asksOfAccount, toSql } from './sql.ts';

export const ROWS_MAX = 10_000;

export interface Answer {
  readonly revision: string;
  readonly watermark: Date | undefined;
  readonly rows: readonly AnswerRow[];
}

export interface AnswerRow {
  /** By the question's dimensions; empty for what is not known. */
  readonly keys: string[];
  readonly labelsZh: string[];
  readonly labelsEn: string[];
  /** By the statistic's measures. Whole numbers as they are, others with a point, empty where undefined. */
  readonly values: string[];
}

/** Figures, revision and watermark of one moment. Throws `Rejected` for what is too large, too long or too much at once. */
export async function answer(store: Answering, question: Question): Promise<Answer> {
  const topics = [...question.statistic.topics, ...(asksOfAccount(question) ? [ACCOUNT_TOPIC] : [])];
  const { sql, parameters } = toSql(question, ROWS_MAX);
  try {
    return await store.snapshot(async (snapshot) => {
      const rows = await snapshot.rows(sql, parameters);
      if (rows.length > ROWS_MAX) throw tooManyRows();
      const names: NameOf[] = [];
      for (const dimension of question.groupBy) names.push(await namesOf(dimension, snapshot));
      return { revision: snapshot.revision, watermark: await snapshot.watermark(topics), rows: rows.map((row) => toRow(row, names)) };
    });
  } catch (error) {
    if (error instanceof QueryTooLong) throw tooLong();
    if (error instanceof TooManyQueries) throw busy();
    throw error;
  }
}

type NameOf = (key: string) => Name;

async function namesOf({ values }: Dimension, snapshot: Snapshot): Promise<NameOf> {
  if ('codes' in values) return (key) => (Object.hasOwn(values.codes, key) ? values.codes[key]! : [key, key]);
  if (!('place' in values)) return (key) => [key, key];
  const rows = await snapshot.rows(`SELECT subject, arg_max(name, sequence) FROM ${values.place} GROUP BY subject`, []);
  const names = new Map(rows.map(([id, name]) => [id as string, name as string]));
  return (key) => {
    const name = names.get(key) || key;
    return [name, name];
  };
}

function toRow(row: Cell[], names: readonly NameOf[]): AnswerRow {
  const keys = row.slice(0, names.length).map((key) => (key === null ? '' : String(key)));
  const labels = keys.map((key, i) => (key === '' ? UNKNOWN : names[i]!(key)));
  return { keys, labelsZh: labels.map(([zh]) => zh), labelsEn: labels.map(([, en]) => en), values: row.slice(names.length).map(toText) };
}

function toText(value: Cell): string {
  if (value === null) return '';
  return typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function tooManyRows(): Rejected {
  return new Rejected({
    kind: 'refused', code: 'TOO_MANY_ROWS', field: 'groupBy',
    zh: `结果超过 ${ROWS_MAX} 行;请减少分组维度、缩短日期范围或增加筛选条件。`,
    en: `The answer has more than ${ROWS_MAX} rows; group by fewer dimensions, ask for fewer days, or filter.`,
  });
}

function tooLong(): Rejected {
  return new Rejected({
    kind: 'refused', code: 'QUERY_TOO_LONG',
    zh: '查询时间过长;请缩短日期范围或增加筛选条件。', en: 'The question takes too long; ask for fewer days, or filter.',
  });
}

function busy(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'TOO_MANY_QUERIES',
    zh: '同时查询的人太多,请稍后再试。', en: 'Too many questions at once; try again in a moment.',
  });
}
