import { Rejected, type RejectionKind } from '@youdian/rejection';
import type { Dimension, Statistic } from '../catalogue/catalogue.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { GRAINS } from './periods.ts';

const QUOTED_LENGTH = 40;

export function quoted(text: string): string {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}

function rejected(kind: RejectionKind, code: string, field: string | undefined, zh: string, en: string): Rejected {
  return new Rejected({ kind, code, ...(field === undefined ? {} : { field: quoted(field) }), zh, en });
}

const list = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id).join(', ');

export const unknownStatistic = (id: string): Rejected => rejected('unknown', 'STATISTIC_UNKNOWN', 'statistic',
  `没有统计“${quoted(id)}”;可以查询:${list(STATISTICS)}。`,
  `There is no statistic "${quoted(id)}"; there are: ${list(STATISTICS)}.`);

export const unknownDimension = ({ zh, en, dimensions }: Statistic, id: string, field: string): Rejected => rejected('invalid', 'DIMENSION_UNKNOWN', field,
  `“${zh}”没有维度“${quoted(id)}”;可以用:${list(dimensions)}。`,
  `${en} have no dimension "${quoted(id)}"; there are: ${list(dimensions)}.`);

export const dimensionTwice = (): Rejected => rejected('invalid', 'DIMENSION_TWICE', 'groupBy',
  '同一个维度在 groupBy 中出现了两次,请只写一次。', 'groupBy names a dimension twice; name each once.');

export const unknownMeasure = ({ zh, en, measures }: Statistic, id: string, field: string): Rejected => rejected('invalid', 'MEASURE_UNKNOWN', field,
  `“${zh}”没有指标“${quoted(id)}”;可以用:${list(measures)}。`,
  `${en} have no measure "${quoted(id)}"; there are: ${list(measures)}.`);

export const measureTwice = (): Rejected => rejected('invalid', 'MEASURE_TWICE', 'measures',
  '同一个指标在 measures 中出现了两次,请只写一次。', 'measures names a measure twice; name each once.');

export const wrongValue = ({ id, zh, en }: Dimension, value: string, works: string): Rejected => rejected('invalid', 'FILTER_VALUE_INVALID', id,
  `“${zh}”不能是“${quoted(value)}”;可以写:${works};留空表示未知。`,
  `${en} cannot be "${quoted(value)}"; this works: ${works}; empty asks for what is not known.`);

export const valuesCount = (field: string, most: number): Rejected => rejected('invalid', 'FILTER_VALUES_COUNT', field,
  `每个筛选条件写 1 至 ${most} 个值。`, `A condition has 1 to ${most} values.`);

export const tooManyConditions = (most: number): Rejected => rejected('invalid', 'TOO_MANY_CONDITIONS', 'conditions',
  `最多 ${most} 个筛选条件。`, `At most ${most} conditions.`);

export const notADay = (field: string, value: string): Rejected => rejected('invalid', 'DAY_INVALID', field,
  `“${quoted(value)}”不是 1900 至 2199 年间的日期;请写作 YYYY-MM-DD(北京时间),例如 2026-11-24。`,
  `"${quoted(value)}" is no day from 1900 to 2199; write YYYY-MM-DD (of Shanghai), for example 2026-11-24.`);

export const fromAfterTo = (from: string, to: string): Rejected => rejected('invalid', 'FROM_AFTER_TO', 'from',
  `起始日 ${from} 晚于截止日 ${to};请对调。`, `from ${from} is after to ${to}; swap them.`);

export const periodNeeded = (because: { zh: string; en: string }): Rejected => rejected('invalid', 'PERIOD_NEEDED', 'from',
  `${because.zh}需要起止日期;请写 from 和 to,例如 2026-11-01 和 2026-11-30。`,
  `${because.en} needs a period; give from and to, for example 2026-11-01 and 2026-11-30.`);

export const unknownGrain = (value: string, works: readonly string[]): Rejected => rejected('invalid', 'GRAIN_UNKNOWN', 'grain',
  `时间粒度不能是“${quoted(value)}”;可以用:${works.join(', ')}。`,
  `The grain cannot be "${quoted(value)}"; this works: ${works.join(', ')}.`);

export const tooFine = (grain: string, most: number): Rejected => rejected('refused', 'GRAIN_TOO_FINE', 'grain',
  `按 ${grain} 超过 ${most} 段;请缩短日期范围,或用更粗的粒度:${GRAINS.slice(GRAINS.indexOf('day')).join(', ')}。`,
  `By ${grain} there are more than ${most} pieces; ask for fewer days, or a coarser grain of: ${GRAINS.slice(GRAINS.indexOf('day')).join(', ')}.`);

export const topOfUngrouped = (id: string, groupBy: readonly Dimension[]): Rejected => rejected('invalid', 'TOP_DIMENSION', 'top',
  `top 的维度“${quoted(id)}”不在 groupBy 中;可以用:${list(groupBy) || '(请先分组)'}。`,
  `top's dimension "${quoted(id)}" is not in groupBy; this works: ${list(groupBy) || '(group by one first)'}.`);

export const topCount = (most: number): Rejected => rejected('invalid', 'TOP_COUNT', 'top', `top 的个数为 1 至 ${most}。`, `top's count is 1 to ${most}.`);

export const sortUnknown = (by: string, works: readonly string[]): Rejected => rejected('invalid', 'SORT_UNKNOWN', 'sort',
  `不能按“${quoted(by)}”排序;可以用:${works.join(', ')}。`, `The answer cannot be sorted by "${quoted(by)}"; this works: ${works.join(', ')}.`);

export const compareUnknown = (value: string): Rejected => rejected('invalid', 'COMPARE_UNKNOWN', 'compare',
  `不能与“${quoted(value)}”比较;可以用:previous(上期), yearBefore(去年同期)。`, `There is no comparison "${quoted(value)}"; this works: previous, yearBefore.`);

export const compareCutsPieces = (grain: string, from: string, to: string): Rejected => rejected('invalid', 'COMPARE_CUTS_PERIODS', 'from',
  `按 ${grain} 比较时,起止日期须为完整周期,例如 from=${from}、to=${to}。`, `A comparison by ${grain} needs whole ones; this works: from=${from} and to=${to}.`);

export const compareGroupsByTime = (id: string): Rejected => rejected('invalid', 'COMPARE_BY_TIME', 'groupBy',
  `与上期或去年比较时不能按“${id}”分组;请改用 grain。`, `A comparison cannot be grouped by ${id}; use grain.`);

export const changesAndOthers = (): Rejected => rejected('invalid', 'CHANGES_WITH_OTHERS', 'changesSince',
  'changesSince 不能与 compare、top 同时使用;请分开查询。', 'changesSince does not go with compare or top; ask for one of them at a time.');

export const notARevision = (field: string, value: string): Rejected => rejected('invalid', 'REVISION_INVALID', field,
  `“${quoted(value)}”不是版本号;请写答案中 revision 的值,例如 1764115200.42。`, `"${quoted(value)}" is no revision; write one as an answer's revision says it, for example 1764115200.42.`);

export const olderEpoch = (field: string, value: string, current: string): Rejected => rejected('refused', 'REVISION_OF_ANOTHER_EPOCH', field,
  `版本 ${value} 属于重建之前的统计,已无法再查;当前为 ${current}。请重新查询。`, `Revision ${value} is of statistics that were rebuilt since, and cannot be asked again; it is ${current} now. Ask anew.`);

export const revisionAhead = (field: string, value: string, current: string): Rejected => rejected('refused', 'REVISION_AHEAD', field,
  `版本 ${value} 还没有;当前为 ${current}。`, `There is no revision ${value} yet; it is ${current} now.`);

export const pageSizeWrong = (most: number): Rejected => rejected('invalid', 'PAGE_SIZE_INVALID', 'pageSize', `每页 1 至 ${most} 行。`, `A page has 1 to ${most} rows.`);

export const pageTokenWrong = (): Rejected => rejected('invalid', 'PAGE_TOKEN_INVALID', 'pageToken',
  'pageToken 不是这个问题的上一页给出的;请从第一页开始。', 'pageToken is not from the page before of this question; begin with the first page.');

export const tooManyRows = (most: number): Rejected => rejected('refused', 'TOO_MANY_ROWS', 'groupBy',
  `结果超过 ${most} 行;请减少分组维度、缩短日期范围、增加筛选条件,或只取最大的几项(top)。`,
  `The answer has more than ${most} rows; group by fewer dimensions, ask for fewer days, filter, or ask for the top ones.`);

export const tooManyFacts = (most: number): Rejected => rejected('refused', 'TOO_MANY_FACTS', undefined,
  `明细超过 ${most} 条;请缩短日期范围或增加筛选条件,或分页查看。`, `There are more than ${most} facts; ask for fewer days, filter, or look at them by pages.`);

export const tooLong = (): Rejected => rejected('refused', 'QUERY_TOO_LONG', undefined,
  '查询时间过长;请缩短日期范围或增加筛选条件。', 'The question takes too long; ask for fewer days, or filter.');

export const busy = (): Rejected => rejected('unavailable', 'TOO_MANY_QUERIES', undefined,
  '同时查询的人太多,请稍后再试。', 'Too many questions at once; try again in a moment.');

export const perUnknown = ({ zh, en }: Statistic, works: readonly string[]): Rejected => rejected('invalid', 'PART_UNKNOWN', 'per',
  `“${zh}”的事实来自:${works.join(', ')}。`, `${en} are made of the facts of: ${works.join(', ')}.`);

export const unknownTopic = (topic: string, works: readonly string[]): Rejected => rejected('unknown', 'TOPIC_UNKNOWN', 'topic',
  `没有主题“${quoted(topic)}”;统计来自:${works.join(', ')}。`, `There is no topic "${quoted(topic)}"; the statistics are made of: ${works.join(', ')}.`);

export const ownerAway = (owner: string): Rejected => rejected('unavailable', 'OWNER_AWAY', undefined,
  `${owner} 暂时没有应答,事件由它保存;请稍后再试。`, `${owner}, which keeps these events, does not answer; try again in a moment.`);

export const subjectWrong = (): Rejected => rejected('invalid', 'SUBJECT_INVALID', 'subject',
  '请写事实的 subject(1 至 128 个字符)。', 'Give the fact’s subject, 1 to 128 characters.');
