import { startOfDay } from '@youdian/calendar';
import { Rejected } from '@youdian/rejection';
import type { Dimension, Statistic } from '../catalogue/catalogue.ts';
import { STATISTICS } from '../catalogue/statistics.ts';

/** What somebody asks, as it came. */
export interface Asked {
  readonly statistic: string;
  readonly groupBy: readonly string[];
  /** Shanghai days, both included; empty for no bound. */
  readonly from: string;
  readonly to: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** A question that the catalogue can answer. */
export interface Question {
  readonly statistic: Statistic;
  readonly groupBy: readonly Dimension[];
  readonly from: string;
  readonly to: string;
  /** An empty value asks for what is not known. */
  readonly filters: readonly { readonly dimension: Dimension; readonly value: string }[];
}

const QUOTED_LENGTH = 40;
const PLACE = /^[A-Z0-9-]{1,16}$/;

/** Throws `Rejected`, saying what would work. */
export function readQuestion(asked: Asked): Question {
  const statistic = STATISTICS.find(({ id }) => id === asked.statistic);
  if (!statistic) throw unknownStatistic(asked.statistic);
  if (new Set(asked.groupBy).size < asked.groupBy.length) throw dimensionTwice();
  const groupBy = asked.groupBy.map((id) => dimensionOf(statistic, id, 'groupBy'));
  const filters = Object.entries(asked.filters).map(([id, value]) => {
    const dimension = dimensionOf(statistic, id, id);
    return { dimension, value: checkedValue(dimension, value) };
  });
  for (const field of ['from', 'to'] as const) if (asked[field] !== '' && !startOfDay(asked[field])) throw notADay(field, asked[field]);
  if (asked.from !== '' && asked.to !== '' && asked.from > asked.to) throw fromAfterTo(asked.from, asked.to);
  return { statistic, groupBy, from: asked.from, to: asked.to, filters };
}

function dimensionOf(statistic: Statistic, id: string, field: string): Dimension {
  const dimension = statistic.dimensions.find((known) => known.id === id);
  if (!dimension) throw unknownDimension(statistic, id, field);
  return dimension;
}

function checkedValue(dimension: Dimension, value: string): string {
  if (value === '') return value;
  const { values } = dimension;
  if ('codes' in values) {
    if (!Object.hasOwn(values.codes, value)) throw wrongValue(dimension, value, Object.keys(values.codes).join(', '));
  } else if ('place' in values) {
    if (!PLACE.test(value)) throw wrongValue(dimension, value, 'A-Z, 0-9, - (1–16)');
  } else if (!values.form.test(value)) {
    throw wrongValue(dimension, value, values.example);
  }
  return value;
}

function quoted(text: string): string {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}

function unknownStatistic(id: string): Rejected {
  const known = STATISTICS.map((statistic) => statistic.id).join(', ');
  return new Rejected({
    kind: 'unknown', code: 'STATISTIC_UNKNOWN', field: 'statistic',
    zh: `没有统计“${quoted(id)}”;可以查询:${known}。`,
    en: `There is no statistic "${quoted(id)}"; there are: ${known}.`,
  });
}

function unknownDimension(statistic: Statistic, id: string, field: string): Rejected {
  const known = statistic.dimensions.map((dimension) => dimension.id).join(', ');
  return new Rejected({
    kind: 'invalid', code: 'DIMENSION_UNKNOWN', field: quoted(field),
    zh: `“${statistic.zh}”没有维度“${quoted(id)}”;可以用:${known}。`,
    en: `${statistic.en} have no dimension "${quoted(id)}"; there are: ${known}.`,
  });
}

function dimensionTwice(): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'DIMENSION_TWICE', field: 'groupBy',
    zh: '同一个维度在 groupBy 中出现了两次,请只写一次。', en: 'groupBy names a dimension twice; name each once.',
  });
}

function wrongValue(dimension: Dimension, value: string, works: string): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'FILTER_VALUE_INVALID', field: dimension.id,
    zh: `“${dimension.zh}”不能是“${quoted(value)}”;可以写:${works};留空表示未知。`,
    en: `${dimension.en} cannot be "${quoted(value)}"; this works: ${works}; empty asks for what is not known.`,
  });
}

function notADay(field: string, value: string): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'DAY_INVALID', field,
    zh: `“${quoted(value)}”不是日期;请写作 YYYY-MM-DD(北京时间),例如 2026-11-24。`,
    en: `"${quoted(value)}" is no day; write YYYY-MM-DD (of Shanghai), for example 2026-11-24.`,
  });
}

function fromAfterTo(from: string, to: string): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'FROM_AFTER_TO', field: 'from',
    zh: `起始日 ${from} 晚于截止日 ${to};请对调。`, en: `from ${from} is after to ${to}; swap them.`,
  });
}
