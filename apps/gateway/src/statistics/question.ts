/** A question to the statistics as it stands in a query, made into what the owner reads. */
import type { Filter, ListFactsRequest, QueryRequest, Sort, Top } from '@youdian/contracts-analytics/analytics';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { day, pageToken } from '../rest/fields.ts';

const NAMES_MAX = 12;
const PARAMETERS_MAX = 32;
const FILTER_CHARACTERS_MAX = 1_024;
const PAGE_SIZE_MAX = 10_000;
const FACTS_MAX = 1_000;

const FORM = says('写名称,多个用逗号隔开,例如 region,line。', 'Write names with commas between them, for example region,line.');
const names = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]{0,31}(,[A-Za-z][A-Za-z0-9]{0,31})*$/, FORM)
  .transform((list) => list.split(','))
  .refine((list) => list.length <= NAMES_MAX, says(`最多 ${NAMES_MAX} 个。`, `At most ${NAMES_MAX}.`));
const revision = z.string().regex(/^\d{1,19}\.\d{1,19}$/, says('写答案中的 revision,例如 3.1523。', 'Write the revision of an answer, for example 3.1523.'));
const count = (most: number) => {
  const form = says(`写 1 到 ${most} 的整数。`, `Write a whole number from 1 to ${most}.`);
  return z.string().regex(/^\d{1,5}$/, form).transform(Number).refine((size) => size >= 1 && size <= most, form);
};

export const statisticName = z
  .string()
  .max(32)
  .regex(/^[a-z-]+$/, says('统计名见 /api/v1/statistics。', '/api/v1/statistics names what there is.'))
  .meta({ examples: ['faults', 'outages', 'reliability', 'top-ups'] });

const TOP_FORM = says('写作“维度:个数”或“维度:个数:指标”,例如 line:10:count。', 'Write dimension:count or dimension:count:measure, for example line:10:count.');
const selected = {
  from: z.union([day, z.literal('')]).optional(),
  to: z.union([day, z.literal('')]).optional(),
  asOf: revision.optional().meta({ description: '按当时的版本统计 as it was at that revision' }),
  changesSince: revision.optional().meta({ description: '该版本以来的变化 only what is different since that revision' }),
  pageToken: pageToken.optional(),
};
const FILTERS = 'Any further parameter is a dimension: cause=STORM, one of several by cause=STORM,TREE, none of them by cause=!STORM; an empty value asks for what is not known.';

/** Everything beside these is a filter. */
function withFilters<S extends z.ZodRawShape>(shape: S) {
  return z
    .object(shape)
    .catchall(z.string().max(FILTER_CHARACTERS_MAX))
    .refine((all) => Object.keys(all).length <= PARAMETERS_MAX, says(`最多 ${PARAMETERS_MAX} 个条件。`, `At most ${PARAMETERS_MAX} conditions.`))
    .meta({ description: FILTERS });
}

const question = {
  ...selected,
  groupBy: names.optional(),
  measures: names.optional().meta({ description: '指标,不写即全部 left out: all of them' }),
  grain: z.enum(['hour', 'day', 'week', 'month', 'quarter', 'year']).optional().meta({ description: '时间粒度 a series: the first dimension of the answer is then `time`' }),
  sort: z.string().max(200).regex(/^-?[A-Za-z0-9]+(,-?[A-Za-z0-9]+)*$/, FORM).optional().meta({ examples: ['-count,region'] }),
  top: z.string().regex(/^[A-Za-z0-9]{1,32}:[1-9]\d{0,2}(:[A-Za-z0-9]{1,32})?$/, TOP_FORM).optional().meta({ description: '前几名,其余合为一行 * the largest; the others are one row, *', examples: ['line:10:count'] }),
  totals: z.enum(['true', 'false']).optional(),
  compare: z.string().regex(/^(previous|yearBefore)(,(previous|yearBefore))?$/, says('写 previous(上一期)或 yearBefore(去年同期)。', 'Write previous or yearBefore.')).optional(),
  pageSize: count(PAGE_SIZE_MAX).optional(),
};
export const questionQuery = withFilters(question);
const format = z.enum(['csv', 'xlsx', 'parquet']);
export const exportQuery = withFilters({ ...question, format });

const facts = { ...selected, per: statisticName.optional().meta({ description: '比率的分母 of a ratio: its other statistic' }) };
export const factsQuery = withFilters({ ...facts, pageSize: count(FACTS_MAX).optional() });
export const exportFactsQuery = withFilters({ ...facts, format });

export function toFactsAsked(statistic: string, query: z.output<typeof factsQuery>): ListFactsRequest {
  const { from = '', to = '', asOf = '', changesSince = '', per = '', pageSize = 0, pageToken = '', ...filters } = query;
  return { statistic, from, to, conditions: toConditions(filters as Record<string, string>), asOf, changesSince, per, pageSize, pageToken };
}

export function toQuestion(statistic: string, query: z.output<typeof questionQuery>): QueryRequest {
  const { groupBy = [], measures = [], from = '', to = '', grain = '', sort, top, totals, compare, asOf = '', changesSince = '', pageSize = 0, pageToken = '', ...filters } = query;
  return {
    statistic, groupBy, measures, from, to, grain, asOf, changesSince, pageSize, pageToken,
    filters: {}, conditions: toConditions(filters as Record<string, string>), sort: toSort(sort), top: toTop(top), totals: totals === 'true', compare: compare?.split(',') ?? [],
  };
}

export function toConditions(filters: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(filters).map(([dimension, text]) => {
    const exclude = text.startsWith('!');
    return { dimension, values: (exclude ? text.slice(1) : text).split(','), exclude };
  });
}

function toSort(text: string | undefined): Sort[] {
  return (text?.split(',') ?? []).map((one) => ({ by: one.replace(/^-/, ''), descending: one.startsWith('-') }));
}

function toTop(text: string | undefined): Top | undefined {
  const [dimension, most, measure = ''] = text?.split(':') ?? [];
  return dimension === undefined ? undefined : { dimension, count: Number(most), measure };
}
