import { createHash } from 'node:crypto';
import { startOfDay } from '@youdian/calendar';
import { needsPeriod, partsOf, type Dimension, type Measure, type Statistic } from '../catalogue/catalogue.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { isWhole, startOf, startOfNext, addDays, GRAINS, type Earlier, type Grain, type Period } from './periods.ts';
import {
  changesAndOthers, compareCutsPieces, compareGroupsByTime, compareUnknown, dimensionTwice, fromAfterTo, measureTwice, notADay, pageSizeWrong, periodNeeded, sortUnknown, tooManyConditions, topCount,
  topOfUngrouped, unknownDimension, unknownGrain, unknownMeasure, unknownStatistic, valuesCount, wrongValue,
} from './rejections.ts';

/** Which facts somebody asks of, as it came. */
export interface AskedSelection {
  readonly statistic: string;
  /** Shanghai days, both included; empty for no bound. */
  readonly from: string;
  readonly to: string;
  /** A dimension and the value that it must have. */
  readonly filters?: Readonly<Record<string, string>>;
  readonly conditions?: readonly { readonly dimension: string; readonly values: readonly string[]; readonly exclude: boolean }[];
}

/** What somebody asks, as it came; what is absent or empty is not asked. */
export interface Asked extends AskedSelection {
  readonly groupBy: readonly string[];
  readonly measures?: readonly string[];
  readonly grain?: string;
  readonly top?: { readonly dimension: string; readonly count: number; readonly measure: string } | undefined;
  readonly sort?: readonly { readonly by: string; readonly descending: boolean }[];
  readonly totals?: boolean;
  readonly compare?: readonly string[];
  readonly asOf?: string;
  readonly changesSince?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** Which facts, in words of the catalogue. */
export interface Selection {
  readonly statistic: Statistic;
  readonly from: string;
  readonly to: string;
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly dimension: Dimension;
  /** One of these, or none of them; an empty one asks for what is not known. */
  readonly values: readonly string[];
  readonly exclude: boolean;
}

/** A question that the catalogue can answer. */
export interface Question extends Selection {
  readonly groupBy: readonly Dimension[];
  readonly measures: readonly Measure[];
  readonly grain: Grain | undefined;
  readonly top: Top | undefined;
  /** Places in a row's keys and values, one after the other. */
  readonly sort: readonly { readonly column: number; readonly descending: boolean }[];
  readonly totals: boolean;
  readonly compare: readonly Earlier[];
  /** Empty: now. */
  readonly asOf: string;
  readonly changesSince: string;
  /** 0: everything. */
  readonly pageSize: number;
  /** Of the page before; empty: the first. */
  readonly pageToken: string;
  /** The same for the same question, whatever the page. */
  readonly print: string;
}

export interface Top {
  readonly dimension: Dimension;
  readonly count: number;
  readonly measure: Measure;
}

export const ROWS_MAX = 10_000;
const CONDITIONS_MAX = 20;
const VALUES_MAX = 200;
const TOP_MAX = 100;
const PLACE = /^[A-Z0-9-]{1,16}$/;
const TIMES = new Set(['month', 'day']);

/** Throws `Rejected`, saying what would work. */
export function readSelection({ statistic: id, from, to, filters = {}, conditions = [] }: AskedSelection, statistics = STATISTICS): Selection {
  const statistic = statistics.find((known) => known.id === id);
  if (!statistic) throw unknownStatistic(id);
  const asked = [...Object.entries(filters).map(([dimension, value]) => ({ dimension, values: [value], exclude: false })), ...conditions];
  if (asked.length > CONDITIONS_MAX) throw tooManyConditions(CONDITIONS_MAX);
  const read = asked.map(({ dimension: name, values, exclude }): Condition => {
    const dimension = dimensionOf(statistic, name, name);
    if (values.length === 0 || values.length > VALUES_MAX) throw valuesCount(name, VALUES_MAX);
    for (const value of values) checkValue(dimension, value);
    return { dimension, values, exclude };
  });
  for (const [field, day] of [['from', from], ['to', to]] as const) if (day !== '' && (!startOfDay(day) || day < '1900' || day >= '2200')) throw notADay(field, day);
  if (from !== '' && to !== '' && from > to) throw fromAfterTo(from, to);
  if (needsPeriod(statistic) && (from === '' || to === '')) throw periodNeeded(statistic);
  return { statistic, from, to, conditions: read };
}

export function readQuestion(asked: Asked, statistics = STATISTICS): Question {
  const selection = readSelection(asked, statistics);
  const { statistic } = selection;
  const { measures: named = [], sort = [], compare = [], top, grain: grainName = '', pageSize = 0 } = asked;
  if (new Set(asked.groupBy).size < asked.groupBy.length) throw dimensionTwice();
  if (new Set(named).size < named.length) throw measureTwice();
  const groupBy = asked.groupBy.map((id) => dimensionOf(statistic, id, 'groupBy'));
  const measures = named.length === 0 ? statistic.measures : named.map((id) => measureOf(statistic, id, 'measures'));
  const grain = grainName === '' ? undefined : grainOf(statistic, grainName);
  if (pageSize < 0 || pageSize > ROWS_MAX || !Number.isInteger(pageSize)) throw pageSizeWrong(ROWS_MAX);
  const columns = [...(grain ? ['time'] : []), ...[...groupBy, ...measures].map(({ id }) => id)];
  const question = {
    ...selection, groupBy, measures, grain, pageSize, totals: asked.totals ?? false, asOf: asked.asOf ?? '', changesSince: asked.changesSince ?? '', pageToken: asked.pageToken ?? '', print: printOf(asked),
    compare: compare.map(earlierOf), top: top && topOf(statistic, groupBy, measures, top),
    sort: sort.map(({ by, descending }) => {
      if (!columns.includes(by)) throw sortUnknown(by, columns);
      return { column: columns.indexOf(by), descending };
    }),
  };
  if (compare.length > 0) checkComparison(question);
  if (asked.changesSince && (compare.length > 0 || top)) throw changesAndOthers();
  return question;
}

/** Whatever is not of the page. */
export function printOf({ pageToken: _, pageSize: __, ...asked }: { readonly pageToken?: string; readonly pageSize?: number }): string {
  const text = JSON.stringify(asked, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** A statistic's series: hours only where its facts know them. */
export function grainsOf(statistic: Statistic): readonly Grain[] {
  return partsOf(statistic).some(({ on, lasting }) => on ?? lasting) ? GRAINS.filter((grain) => grain !== 'hour') : GRAINS;
}

function grainOf(statistic: Statistic, name: string): Grain {
  const grains = grainsOf(statistic);
  const grain = grains.find((known) => known === name);
  if (!grain) throw unknownGrain(name, grains);
  return grain;
}

function checkComparison({ from, to, grain, groupBy }: Question): void {
  if (from === '' || to === '') throw periodNeeded({ zh: '比较', en: 'A comparison' });
  const byTime = groupBy.find(({ id }) => TIMES.has(id));
  if (byTime) throw compareGroupsByTime(byTime.id);
  const period: Period = { from, to };
  if (grain && !isWhole(period, grain)) throw compareCutsPieces(grain, startOf(grain, from), addDays(startOfNext(grain, to), -1));
}

function earlierOf(name: string): Earlier {
  if (name !== 'previous' && name !== 'yearBefore') throw compareUnknown(name);
  return name;
}

function topOf(statistic: Statistic, groupBy: readonly Dimension[], measures: readonly Measure[], { dimension: id, count, measure }: NonNullable<Asked['top']>): Top {
  const dimension = groupBy.find((grouped) => grouped.id === id);
  if (!dimension) throw topOfUngrouped(id, groupBy);
  if (!Number.isInteger(count) || count < 1 || count > TOP_MAX) throw topCount(TOP_MAX);
  return { dimension, count, measure: measure === '' ? measures[0]! : measureOf(statistic, measure, 'top') };
}

function dimensionOf(statistic: Statistic, id: string, field: string): Dimension {
  const dimension = statistic.dimensions.find((known) => known.id === id);
  if (!dimension) throw unknownDimension(statistic, id, field);
  return dimension;
}

function measureOf(statistic: Statistic, id: string, field: string): Measure {
  const measure = statistic.measures.find((known) => known.id === id);
  if (!measure) throw unknownMeasure(statistic, id, field);
  return measure;
}

function checkValue(dimension: Dimension, value: string): void {
  if (value === '') return;
  const { values } = dimension;
  if ('codes' in values) {
    if (!Object.hasOwn(values.codes, value)) throw wrongValue(dimension, value, Object.keys(values.codes).join(', '));
  } else if ('place' in values) {
    if (!PLACE.test(value)) throw wrongValue(dimension, value, 'A-Z, 0-9, - (1–16)');
  } else if (!values.form.test(value)) {
    throw wrongValue(dimension, value, values.example);
  }
}
