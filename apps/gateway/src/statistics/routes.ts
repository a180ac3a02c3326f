import type { Row, Statistic } from '@youdian/contracts-analytics/analytics';
import { z } from 'zod';
import { fen, instantOut, nextPageToken } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { questionQuery, statisticName, toQuestion } from './question.ts';

const named = { id: z.string(), zh: z.string(), en: z.string() };
const values = z.record(z.string(), z.union([z.number(), fen, z.null()])).meta({ description: 'by measure; money as a string of fen; null: undefined, as a mean of nothing' });
const row = z.object({
  keys: z.record(z.string(), z.string().nullable()).meta({ description: 'by dimension; null: not known; * of what is beyond the top' }),
  labels: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
  values,
  previous: values.optional().meta({ description: '上一期 of the period before' }),
  yearBefore: values.optional().meta({ description: '去年同期 of a year before' }),
  before: values.optional().meta({ description: 'at the revision since which changes were asked for' }),
});
export const statisticOut = z.object({
  ...named,
  measures: z.array(z.object({ ...named, unit: z.string(), formula: z.string(), formulaZh: z.string() })),
  dimensions: z.array(z.object({ ...named, codes: z.array(z.object(named)).meta({ description: 'what a value can be; empty for places and days' }) })),
  sources: z.array(z.string()).meta({ description: '数据来源 the topics that it is made of' }),
  needsPeriod: z.boolean(),
  grains: z.array(z.string()),
  per: z.string().optional().meta({ description: 'of a ratio: the statistic below the line' }),
  dayIs: z.string(),
  dayIsZh: z.string(),
});

const answer = z.object({
  statistic: z.string(),
  from: z.string().nullable().meta({ description: 'Shanghai day, included; null for no bound' }),
  to: z.string().nullable(),
  watermark: instantOut.nullable().meta({ description: '统计截至 everything acknowledged before is in the answer; null while a source has not reported' }),
  revision: z.string(),
  rows: z.array(row),
  totals: row.optional().meta({ description: 'over all groups' }),
  definition: statisticOut.optional(),
  rowCount: z.int().meta({ description: 'on all pages' }),
  nextPageToken,
});

export const statisticsRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/statistics',
    operation: 'listStatistics',
    tag: 'statistics',
    summary: { zh: '可以查询的统计、指标和维度', en: 'What can be asked: statistics, measures and dimensions' },
    response: z.object({ statistics: z.array(statisticOut) }),
    answer: async (_input, { analytics }, call) => ({ statistics: (await analytics.getCatalogue({}, call)).statistics.map(definitionToJson) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/statistics/{statistic}',
    operation: 'queryStatistic',
    tag: 'statistics',
    summary: { zh: '统计:按维度分组,按日期和维度筛选,可比较、分页', en: 'A statistic by its dimensions; any further parameter filters by the dimension of its name' },
    params: z.object({ statistic: statisticName }),
    query: questionQuery,
    response: answer,
    answer: async ({ params: { statistic }, query }, { analytics }, call) => {
      const { watermark, revision, dimensions, measures, rows, totals, definition, rowCount, nextPageToken } = await analytics.query(toQuestion(statistic, query), call);
      return {
        statistic,
        from: query.from || null,
        to: query.to || null,
        watermark: watermark?.toISOString() ?? null,
        revision,
        rows: rows.map((one) => toJson(one, dimensions, measures)),
        totals: totals && toJson(totals, [], measures),
        definition: definition && definitionToJson(definition),
        rowCount: Number(rowCount),
        nextPageToken: nextPageToken || undefined,
      };
    },
  }),
];

export function definitionToJson({ dimensions, per, ...rest }: Statistic): z.input<typeof statisticOut> {
  return { ...rest, per: per || undefined, dimensions: dimensions.map(({ codes, ...one }) => ({ ...one, codes: codes.map(({ code, zh, en }) => ({ id: code, zh, en })) })) };
}

function toJson({ keys, labelsZh, labelsEn, values, previousValues, yearBeforeValues, valuesBefore }: Row, dimensions: readonly string[], measures: readonly string[]): z.input<typeof row> {
  const byMeasure = (texts: readonly string[]) => Object.fromEntries(measures.map((id, i) => [id, value(id, texts[i] ?? '')]));
  return {
    keys: Object.fromEntries(dimensions.map((id, i) => [id, keys[i] || null])),
    labels: Object.fromEntries(dimensions.map((id, i) => [id, { zh: labelsZh[i] ?? '', en: labelsEn[i] ?? '' }])),
    values: byMeasure(values),
    ...(previousValues.length > 0 ? { previous: byMeasure(previousValues) } : {}),
    ...(yearBeforeValues.length > 0 ? { yearBefore: byMeasure(yearBeforeValues) } : {}),
    ...(valuesBefore.length > 0 ? { before: byMeasure(valuesBefore) } : {}),
  };
}

function value(measure: string, text: string): number | string | null {
  if (text === '') return null;
  return measure.endsWith('Fen') ? text : Number(text);
}
