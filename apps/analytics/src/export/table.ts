import type { Answer } from '../query/answer.ts';
import type { Question } from '../query/question.ts';

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

/** An answer as columns: a series' time; of each dimension the code, and its name where that says more; then the measures. */
export function toColumns({ measures, groupBy, grain }: Question, { rows }: Answer): Column[] {
  const times = grain ? 1 : 0;
  return [
    ...(grain ? [{ id: 'time', zh: '时间', en: 'Time', kind: 'text' as const, meaning: grain, values: rows.map((row) => row.keys[0]!) }] : []),
    ...groupBy.flatMap((dimension, i): Column[] => {
      const { id, zh, en, values } = dimension;
      const keys = rows.map((row) => row.keys[i + times]!);
      if ('form' in values) return [{ id, zh, en, kind: 'text', meaning: values.example, values: keys }];
      return [
        { id, zh: `${zh}代码`, en: `${en} code`, kind: 'text', meaning: en, values: keys },
        { id: `${id}Name`, zh, en, kind: 'text', meaning: en, values: rows.map((row) => row.labelsZh[i + times]!) },
      ];
    }),
    ...measures.map(({ id, zh, en, unit, formula }, i): Column => ({
      id, zh, en, kind: 'number', meaning: `${formula.join(' · ')} (${unit})`, values: rows.map((row) => row.values[i]!),
    })),
  ];
}
