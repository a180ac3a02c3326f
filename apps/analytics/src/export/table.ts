import type { Answer } from '../query/answer.ts';
import type { Question, Selection } from '../query/question.ts';

/** One column of a file. Values are as in the answer: empty for what is not known or undefined. */
export interface Column {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: 'text' | 'number';
  /** What it is and how it is counted, for people. */
  readonly meaning: string;
  readonly values: readonly string[];
}

/** What a file says, with what it is complete to. */
export interface Told {
  readonly selection: Selection;
  readonly columns: readonly Column[];
  readonly revision: string;
  readonly watermark: Date | undefined;
}

/**
 * An answer as columns: a series' time; of each dimension the code, and its name where that says more; then the measures,
 * each beside what it is compared with. Totals are not in a file, which is summed by who has it.
 */
export function toColumns(question: Question, { rows }: Answer): Column[] {
  const { measures, groupBy, grain } = question;
  const times = grain ? 1 : 0;
  return [
    ...(grain ? [{ id: 'time', zh: '时间', en: 'Time', kind: 'text' as const, meaning: grain, values: rows.map((row) => row.keys[0]!) }] : []),
    ...groupBy.flatMap((dimension, i): Column[] => {
      const { id, zh, en, values } = dimension;
      const keys = rows.map((row) => row.keys[i + times]!);
      if ('form' in values) return [{ id, zh, en, kind: 'text', meaning: values.example, values: keys }];
      return codeAndName({ id, zh, en }, keys, rows.map((row) => row.labelsZh[i + times]!));
    }),
    ...measures.flatMap(({ id, zh, en, unit, formula }, i): Column[] => BESIDE.filter(({ asked }) => asked(question)).map(({ of, suffix, zhSuffix, enSuffix }) => (
      { id: id + suffix, zh: zh + zhSuffix, en: en + enSuffix, kind: 'number', meaning: `${formula.join(' · ')} (${unit})`, values: rows.map((row) => row[of][i] ?? '') }
    ))),
  ];
}

const BESIDE: readonly { of: 'values' | 'previousValues' | 'yearBeforeValues' | 'valuesBefore'; suffix: string; zhSuffix: string; enSuffix: string; asked(question: Question): boolean }[] = [
  { of: 'values', suffix: '', zhSuffix: '', enSuffix: '', asked: () => true },
  { of: 'previousValues', suffix: 'Previous', zhSuffix: '(上期)', enSuffix: ' (period before)', asked: ({ compare }) => compare.includes('previous') },
  { of: 'yearBeforeValues', suffix: 'YearBefore', zhSuffix: '(去年同期)', enSuffix: ' (year before)', asked: ({ compare }) => compare.includes('yearBefore') },
  { of: 'valuesBefore', suffix: 'Before', zhSuffix: '(变更前)', enSuffix: ' (before the change)', asked: ({ changesSince }) => changesSince !== '' },
];

/** What is known by a code stands there with its name too. */
export function codeAndName({ id, zh, en }: Pick<Column, 'id' | 'zh' | 'en'>, codes: readonly string[], names: readonly string[]): Column[] {
  return [
    { id, zh: `${zh}代码`, en: `${en} code`, kind: 'text', meaning: en, values: codes },
    { id: `${id}Name`, zh, en, kind: 'text', meaning: en, values: names },
  ];
}
