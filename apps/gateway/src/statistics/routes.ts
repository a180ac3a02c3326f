import { QueryRequest, type Row, type Statistic } from '@youdian/contracts-analytics/analytics';
import type { ExportChunk } from '@youdian/contracts-analytics/export';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { day, fen, instantOut } from '../rest/fields.ts';
import { download, route } from '../rest/route.ts';

const DIMENSIONS_MAX = 8;
const FILTERS_MAX = 12;
const FILTER_CHARACTERS_MAX = 64;

const named = { id: z.string(), zh: z.string(), en: z.string() };

const groupBy = z
  .string()
  .regex(/^[A-Za-z]{1,32}(,[A-Za-z]{1,32})*$/, says('写维度名,多个用逗号隔开,例如 region,line。', 'Name dimensions with commas between them, for example region,line.'))
  .transform((list) => list.split(','))
  .refine((list) => list.length <= DIMENSIONS_MAX, says(`最多 ${DIMENSIONS_MAX} 个维度。`, `At most ${DIMENSIONS_MAX} dimensions.`));
/** What every question may say. */
const asked = { groupBy: groupBy.optional(), from: day.optional(), to: day.optional() };
/** Besides these, each dimension's name filters by its value; an empty value asks for what is not known. */
const queryWith = <S extends z.ZodRawShape>(more: S) => z
  .object({ ...asked, ...more })
  .catchall(z.string().max(FILTER_CHARACTERS_MAX))
  .refine((all) => Object.keys(all).length <= FILTERS_MAX, says(`最多 ${FILTERS_MAX} 个条件。`, `At most ${FILTERS_MAX} conditions.`));

const statisticParam = z.object({ statistic: z.string().max(32).regex(/^[a-z-]+$/, says('统计名见 /api/v1/statistics。', '/api/v1/statistics names what there is.')).meta({ examples: ['faults', 'consultations', 'complaints', 'top-ups', 'charges', 'messages'] }) });

const answer = z.object({
  statistic: z.string(),
  from: z.string().nullable().meta({ description: 'Shanghai day, included; null for no bound' }),
  to: z.string().nullable(),
  watermark: instantOut.nullable().meta({ description: '统计截至 everything acknowledged before is in the answer; null while a source has not reported' }),
  revision: z.string(),
  rows: z.array(
    z.object({
      keys: z.record(z.string(), z.string().nullable()).meta({ description: 'by dimension; null: not known' }),
      labels: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
      values: z.record(z.string(), z.union([z.number(), fen, z.null()])).meta({ description: 'by measure; money as a string of fen; null: undefined, as a mean of nothing' }),
    }),
  ),
});

export const statisticsRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/statistics',
    operation: 'listStatistics',
    tag: 'statistics',
    summary: { zh: '可以查询的统计、指标和维度', en: 'What can be asked: statistics, measures and dimensions' },
    response: z.object({
      statistics: z.array(
        z.object({ ...named, measures: z.array(z.object({ ...named, unit: z.string(), formula: z.string() })), dimensions: z.array(z.object(named)) }),
      ),
    }),
    answer: async (_input, { analytics }, call) => ({ statistics: (await analytics.getCatalogue({}, call)).statistics.map(catalogued) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/statistics/{statistic}',
    operation: 'queryStatistic',
    tag: 'statistics',
    summary: { zh: '统计:按维度分组,按日期和维度筛选', en: 'A statistic by its dimensions; any further parameter filters by the dimension of its name' },
    params: statisticParam,
    query: queryWith({}),
    response: answer,
    answer: async ({ params: { statistic }, query: { groupBy = [], from, to, ...filters } }, { analytics }, call) => {
      const { watermark, revision, dimensions, measures, rows } = await analytics.query(QueryRequest.fromPartial({ statistic, groupBy, from: from ?? '', to: to ?? '', filters }), call);
      return {
        statistic,
        from: from ?? null,
        to: to ?? null,
        watermark: watermark?.toISOString() ?? null,
        revision,
        rows: rows.map((row) => toJson(row, dimensions, measures)),
      };
    },
  }),
  download({
    path: '/api/v1/statistics/{statistic}/export',
    operation: 'exportStatistic',
    tag: 'statistics',
    summary: { zh: '统计导出为文件:CSV(Excel 可直接打开)、XLSX 或 Parquet', en: 'The answer as a file: CSV that Excel opens rightly, XLSX or Parquet' },
    params: statisticParam,
    query: queryWith({ format: z.enum(['csv', 'xlsx', 'parquet']) }),
    contentType: 'text/csv; charset=utf-8',
    otherContentTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.apache.parquet'],
    answer: async ({ params: { statistic }, query: { format, groupBy = [], from = '', to = '', ...filters } }, { exports }, call) => {
      const chunks = exports.export({ query: QueryRequest.fromPartial({ statistic, groupBy, from, to, filters }), format: FORMATS[format as keyof typeof FORMATS] }, call)[Symbol.asyncIterator]();
      const { header } = (await chunks.next()).value as ExportChunk;
      return { name: header!.fileName, contentType: header!.contentType, content: contents(chunks) };
    },
  }),
];

const FORMATS = { csv: 'EXPORT_FORMAT_CSV', xlsx: 'EXPORT_FORMAT_XLSX', parquet: 'EXPORT_FORMAT_PARQUET' } as const;

async function* contents(chunks: AsyncIterator<ExportChunk>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) if (chunk.value.content) yield chunk.value.content;
  } finally {
    await chunks.return?.();
  }
}

function catalogued({ id, zh, en, measures, dimensions }: Statistic) {
  return { id, zh, en, measures, dimensions: dimensions.map(({ id, zh, en }) => ({ id, zh, en })) };
}

function toJson({ keys, labelsZh, labelsEn, values }: Row, dimensions: readonly string[], measures: readonly string[]) {
  return {
    keys: Object.fromEntries(dimensions.map((id, i) => [id, keys[i] || null])),
    labels: Object.fromEntries(dimensions.map((id, i) => [id, { zh: labelsZh[i] ?? '', en: labelsEn[i] ?? '' }])),
    values: Object.fromEntries(measures.map((id, i) => [id, value(id, values[i] ?? '')])),
  };
}

function value(measure: string, text: string): number | string | null {
  if (text === '') return null;
  return measure.endsWith('Fen') ? text : Number(text);
}
