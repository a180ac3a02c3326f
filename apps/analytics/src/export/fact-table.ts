import { columnOf } from '../catalogue/columns.ts';
import type { FactsAnswer, FactsAsked } from '../query/facts.ts';
import { codeAndName, type Column } from './table.ts';

/** Facts as columns: where each comes from, with the changes whether it counts or counts no more, then what it says. */
export function factColumns({ part, changesSince }: Pick<FactsAsked, 'part' | 'changesSince'>, { facts, columns }: FactsAnswer): Column[] {
  const text = (id: string, zh: string, en: string, meaning: string, values: readonly string[]): Column => ({ id, zh, en, kind: 'text', meaning, values });
  return [
    ...(changesSince === '' ? [] : [{ id: 'sign', zh: '增减', en: 'Sign', kind: 'number' as const, meaning: '1 counts since · −1 counts no more', values: facts.map(({ sign }) => String(sign)) }]),
    text('subject', '对象', 'Subject', 'whose events tell it', facts.map(({ subject }) => subject)),
    text('event_id', '事件', 'Event', 'the newest event that it is made of', facts.map(({ eventId }) => eventId)),
    text('revision', '版本', 'Revision', 'the transaction that said it', facts.map(({ revision }) => revision)),
    ...columns.flatMap((id, i): Column[] => {
      const { name: [zh, en], unit } = columnOf(id);
      const values = facts.map((fact) => fact.values[i]!);
      const codes = part.dimensions.flatMap((dimension) => (dimension.sql === `f.${id}` && 'codes' in dimension.values ? [dimension.values.codes] : []))[0];
      if (codes) return codeAndName({ id, zh, en }, values, values.map((value) => (Object.hasOwn(codes, value) ? codes[value]![0] : value)));
      return [unit ? { id, zh: `${zh}(${UNITS[unit]})`, en, kind: 'number', meaning: unit, values } : text(id, zh, en, en, values)];
    }),
  ];
}

const UNITS = { fen: '分', ms: '毫秒', kVA: '千伏安', customers: '户', stars: '1–5' } as const;
