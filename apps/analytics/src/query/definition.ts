import type * as contract from '@youdian/contracts-analytics/analytics';
import { isRatio, needsPeriod, partsOf, type Dimension, type Measure, type Statistic } from '../catalogue/catalogue.ts';
import { topicsOf } from '../catalogue/relations.ts';
import { grainsOf } from './question.ts';

/** A statistic for people, with all of its measures and dimensions or with those of a question. */
export function definitionOf(statistic: Statistic, measures: readonly Measure[] = statistic.measures, dimensions: readonly Dimension[] = statistic.dimensions): contract.Statistic {
  const { id, zh, en, dayIs } = statistic;
  const text = partsOf(statistic).flatMap((part) => [part.facts, part.where ?? '']);
  return {
    id, zh, en, dayIs: dayIs[1], dayIsZh: dayIs[0], needsPeriod: needsPeriod(statistic), grains: [...grainsOf(statistic)], per: isRatio(statistic) ? statistic.per.id : '',
    sources: topicsOf([...text, ...dimensions.map(sourceOf)].join(' ')),
    measures: measures.map(({ id, zh, en, unit, formula }) => ({ id, zh, en, unit, formula: formula[1], formulaZh: formula[0] })),
    dimensions: dimensions.map(({ id, zh, en, values }) => ({
      id, zh, en, codes: 'codes' in values ? Object.entries(values.codes).map(([code, [zh, en]]) => ({ code, zh, en })) : [],
    })),
  };
}

/** What a dimension is known by, besides the fact itself. */
function sourceOf({ sql }: Dimension): string {
  return /\ba\./.test(sql) ? 'account_history' : sql;
}
