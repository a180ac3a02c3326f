/** What somebody looks at, and how it stands in the address, so that a link reopens it. */

import { isDay } from '../days.js';
import { daysOfPiece } from './periods.js';

/** @typedef {{ id: string, zh: string, en: string, unit: string, formula: string, formulaZh: string }} Measure */
/** @typedef {{ id: string, zh: string, en: string }} Named */
/** @typedef {Named & { codes: Named[] }} Dimension */
/** @typedef {{ id: string, zh: string, en: string, measures: Measure[], dimensions: Dimension[], sources: string[], needsPeriod: boolean, grains: string[], per?: string, dayIs: string, dayIsZh: string }} Statistic */
/** @typedef {'' | 'previous' | 'yearBefore'} Compare as the API has it */
/** @typedef {{ statistic: string, measures: string[], by: string[], grain: string, from: string, to: string, filters: Record<string, string[]>, compare: Compare, top: string, asOf: string, changesSince: string, chart: string, sort: string }} View `top`, `asOf`, `changesSince`: as the API has them */

export const GROUPS_MAX = 3;
const FILTER = 'where.';
export const TOPS = [5, 10, 20, 50];
/** @type {readonly string[]} */
const COMPARISONS = ['', 'previous', 'yearBefore'];
/** From a piece of time to its parts: a week lies across months. @type {Record<string, string>} */
const FINER = { year: 'quarter', quarter: 'month', month: 'day', week: 'day', day: 'hour' };
const TOP_MAX = 100;
const REVISION = /^\d{1,15}\.\d{1,15}$/;
/** The key of all that is beyond the largest. */
export const OTHERS = '*';
/** The dimension that a grain adds to the answer. */
export const TIME = 'time';

/**
 * What cannot be is left out, so that an old link shows as much as it can.
 * @param {string} search
 * @param {readonly Statistic[]} statistics
 * @param {{ from: string, to: string }} usual days where the address names none
 * @returns {View}
 */
export function readView(search, statistics, usual) {
  const given = new URLSearchParams(search);
  const statistic = statistics.find(({ id }) => id === given.get('statistic')) ?? statistics[0];
  if (!statistic) throw new RangeError('the catalogue is empty');
  const measures = known(listed(given.get('measures')), statistic.measures);
  const by = known(listed(given.get('by')), statistic.dimensions).slice(0, GROUPS_MAX);
  const from = given.get('from');
  const to = given.get('to');
  const days = from === null && to === null ? usual : { from: from && isDay(from) ? from : '', to: to && isDay(to) ? to : '' };
  const filters = [...given].flatMap(([name, value]) => {
    const dimension = name.startsWith(FILTER) ? name.slice(FILTER.length) : '';
    return statistic.dimensions.some(({ id }) => id === dimension) ? [[dimension, [...new Set(value.split(','))]]] : [];
  });
  const compare = given.get('compare') ?? '';
  const revision = (/** @type {string} */ name) => [given.get(name) ?? ''].find(isRevision) ?? '';
  return tidied({
    statistic: statistic.id,
    measures,
    by: given.has('by') || given.has('grain') ? by : firstDimension(statistic),
    grain: known([given.get('grain') ?? ''], statistic.grains.map((id) => ({ id })))[0] ?? '',
    ...days,
    filters: Object.fromEntries(filters),
    compare: /** @type {Compare} */ (COMPARISONS.includes(compare) ? compare : ''),
    top: given.get('top') ?? '',
    asOf: revision('asOf'),
    changesSince: revision('changesSince'),
    chart: given.get('chart') ?? '',
    sort: given.get('sort') ?? '',
  }, statistic);
}

/**
 * @param {View} view
 * @returns {string} with its `?`
 */
export function writeView({ statistic, measures, by, grain, from, to, filters, compare, top, asOf, changesSince, chart, sort }) {
  const written = new URLSearchParams({ statistic, measures: measures.join(','), by: by.join(','), from, to });
  if (grain) written.set('grain', grain);
  for (const [dimension, values] of Object.entries(filters)) written.set(FILTER + dimension, values.join(','));
  for (const [name, value] of Object.entries({ compare, top, asOf, changesSince })) if (value) written.set(name, value);
  if (chart && chart !== measures[0]) written.set('chart', chart);
  if (sort) written.set('sort', sort);
  return `?${written}`.replaceAll('%2C', ',');
}

/**
 * Another statistic: what it has too is kept.
 * @param {View} view
 * @param {Statistic} statistic
 * @returns {View}
 */
export function withStatistic(view, statistic) {
  const by = known(view.by, statistic.dimensions);
  const filters = Object.fromEntries(Object.entries(view.filters).filter(([dimension]) => statistic.dimensions.some(({ id }) => id === dimension)));
  return tidied({ ...view, statistic: statistic.id, measures: [], by: by.length > 0 || view.by.length === 0 ? by : firstDimension(statistic), filters, grain: statistic.grains.includes(view.grain) ? view.grain : '', chart: '', sort: '' }, statistic);
}

/**
 * One level down: this value is chosen, and the next dimension shows what it is made of.
 * @param {View} view
 * @param {Statistic} statistic
 * @param {string} dimension
 * @param {string} value
 * @returns {View}
 */
export function drilledDown(view, statistic, dimension, value) {
  if (dimension === TIME) {
    const finer = FINER[view.grain] ?? view.grain;
    return { ...view, ...daysOfPiece(value, view), grain: statistic.grains.includes(finer) ? finer : view.grain, sort: '' };
  }
  const rest = view.by.filter((id) => id !== dimension);
  const filters = { ...view.filters, [dimension]: [value] };
  const next = statistic.dimensions.find(({ id }) => !(id in filters) && !rest.includes(id));
  return { ...view, filters, by: rest.length > 0 || !next ? rest : [next.id], sort: '' };
}

/**
 * What the rows of an answer are grouped by, in order.
 * @param {View} view
 * @returns {string[]}
 */
export function groupsOf({ grain, by }) {
  return grain ? [TIME, ...by] : [...by];
}

/**
 * What is measured is never nothing, and what is drawn is measured. Changes are asked for alone.
 * @param {View} view
 * @param {Statistic} statistic
 * @returns {View}
 */
export function tidied(view, statistic) {
  const measures = view.measures.length > 0 ? view.measures : statistic.measures.map(({ id }) => id);
  const alone = view.changesSince !== '';
  return { ...view, measures, chart: measures.includes(view.chart) ? view.chart : (measures[0] ?? ''), compare: alone ? '' : view.compare, top: alone ? '' : tidyTop(view.top, view.by, measures) };
}

/** The largest of something that is grouped by, as measured: `line:10:count`; empty for all. @param {string} top @param {readonly string[]} by @param {readonly string[]} measures */
function tidyTop(top, by, measures) {
  const { dimension, count, measure } = readTop(top);
  if (!(count >= 1 && count <= TOP_MAX) || by.length === 0) return '';
  return [by.includes(dimension) ? dimension : by[0], count, measures.includes(measure) ? measure : measures[0]].join(':');
}

/** @param {string} text */
export function isRevision(text) {
  return REVISION.test(text);
}

/** @param {string} top */
export function readTop(top) {
  const [dimension = '', count = '', measure = ''] = top.split(':');
  return { dimension, count: /^\d{1,3}$/.test(count) ? Number(count) : 0, measure };
}

/** @param {Statistic} statistic */
function firstDimension({ dimensions }) {
  return dimensions.slice(0, 1).map(({ id }) => id);
}

/** @param {string | null} text */
function listed(text) {
  return [...new Set((text ?? '').split(',').filter((one) => one !== ''))];
}

/** @param {readonly string[]} ids @param {readonly { id: string }[]} all */
function known(ids, all) {
  return ids.filter((wanted) => all.some(({ id }) => id === wanted));
}
