/** What the page asks the statistics. */

import { download, get } from '../ask.js';
import { daysOfPiece, periodBefore, yearBefore } from './periods.js';
import { groupsOf, OTHERS, TIME } from './view.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Statistic} Statistic */
/** @typedef {import('./periods.js').Days} Days */
/** @typedef {Record<string, import('../figures.js').Value>} Values */
/** @typedef {{ keys: Record<string, string | null>, labels: Record<string, { zh: string, en: string }>, values: Values, before?: Values | undefined }} Row */
/** @typedef {{ rows: Row[], total: Values, totalBefore: Values | undefined, comparedWith: Days | undefined, watermark: string | null, revision: string }} Result */
/** @typedef {{ key: string, label: { zh: string, en: string } }} Choice */
/** @typedef {{ topic: string, subject: string, sequence: number, values: Record<string, string | null> }} Fact */
/** @typedef {{ id: string, zh: string, en: string, unit: string }} FactColumn */
/** @typedef {{ namedColumns: FactColumn[], facts: Fact[], factCount: number, nextPageToken?: string }} Facts */
/** @typedef {{ id: string, type: string, sequence: number, time?: string, data: Record<string, unknown> }} FactEvent */

const STATISTICS = '/api/v1/statistics';
export const FACTS_AT_ONCE = 50;
/** Before the values that something must not have. */
const EXCLUDE = '!';

/** @param {AbortSignal} signal @returns {Promise<Statistic[]>} */
export async function askCatalogue(signal) {
  return (await get(STATISTICS, signal)).statistics;
}

/**
 * The rows, what they are in all (which is not their sum: means cannot be added up), and what both were before.
 * @param {View} view
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export async function askView(view, signal) {
  const { statistic, from, to } = view;
  const compares = comparisonOf(view);
  const beside = view.changesSince ? 'before' : compares;
  const { rows, totals, watermark, revision } = await get(`${STATISTICS}/${statistic}?${asked(view)}`, signal);
  const total = totals ?? (groupsOf(view).length === 0 ? rows[0] : undefined);
  return {
    rows: groupsOf(view).length === 0 ? [] : rows.map((/** @type {any} */ row) => ({ ...row, before: beside ? row[beside] : undefined })),
    total: total?.values ?? {},
    totalBefore: beside ? (total?.[beside] ?? {}) : undefined,
    comparedWith: compares ? (compares === 'previous' ? periodBefore({ from, to }) : yearBefore({ from, to })) : undefined,
    watermark,
    revision,
  };
}

/** The same as a file. @param {View} view @param {string} format @param {AbortSignal} signal */
export function askFile(view, format, signal) {
  return download(`${STATISTICS}/${view.statistic}/export?format=${format}&${asked(view)}`, signal);
}

/** @param {View} view */
function asked(view) {
  const { measures, by, grain, from, to, filters, top, asOf, changesSince } = view;
  return parameters({ measures: measures.join(','), groupBy: by.join(','), grain, from, to, totals: 'true', compare: comparisonOf(view), top, asOf, changesSince }, filters);
}

/** Without a first and a last day there is no period before. @param {View} view */
function comparisonOf({ compare, from, to }) {
  return compare && from && to ? compare : '';
}

/**
 * The values to choose a filter from: those that the catalogue has, else those that there are in these days.
 * @param {View} view
 * @param {Statistic} statistic
 * @param {string} dimension
 * @param {AbortSignal} signal
 * @returns {Promise<Choice[]>}
 */
export async function askChoices(view, statistic, dimension, signal) {
  const codes = statistic.dimensions.find(({ id }) => id === dimension)?.codes ?? [];
  if (codes.length > 0) return [...codes.map(({ id, zh, en }) => ({ key: id, label: { zh, en } })), { key: '', label: { zh: '', en: '' } }];
  const { [dimension]: _, ...filters } = view.filters;
  const values = parameters({ groupBy: dimension, measures: statistic.measures[0]?.id ?? '', from: view.from, to: view.to, asOf: view.asOf }, filters);
  const { rows } = await get(`${STATISTICS}/${view.statistic}?${values}`, signal);
  return rows.map((/** @type {Row} */ { keys, labels }) => ({ key: keys[dimension] ?? '', label: labels[dimension] ?? { zh: '', en: '' } }));
}

/** @typedef {{ view: View, row: Row | undefined, rows: readonly Row[], per: string }} Counted what a number counts: one row, or all; of a ratio, what is above the line or (`per`) below it */

/**
 * @param {Counted} counted
 * @param {string} pageToken
 * @param {AbortSignal} signal
 * @returns {Promise<Facts>}
 */
export function askFacts(counted, pageToken, signal) {
  return get(`${STATISTICS}/${counted.view.statistic}/facts?${factsAsked(counted, { pageToken, pageSize: String(FACTS_AT_ONCE) })}`, signal);
}

/** The same as a file, all of them. @param {Counted} counted @param {string} format @param {AbortSignal} signal */
export function askFactsFile(counted, format, signal) {
  return download(`${STATISTICS}/${counted.view.statistic}/facts/export?${factsAsked(counted, { format })}`, signal);
}

/** @param {Counted} counted @param {Record<string, string>} more */
function factsAsked({ view, row, rows, per }, more) {
  const { [TIME]: time, ...keys } = row?.keys ?? {};
  const { from, to } = time ? daysOfPiece(time, view) : view;
  const own = Object.entries(keys).map(([dimension, key]) => /** @type {[string, string[]]} */ ([dimension, key === OTHERS ? othersOf(dimension, rows, view.filters[dimension]) : [key ?? '']]));
  return parameters({ from, to, per, asOf: view.asOf, changesSince: view.changesSince, ...more }, { ...view.filters, ...Object.fromEntries(own) });
}

/**
 * All but the largest, as a filter: none of those, or what else was asked for.
 * @param {string} dimension
 * @param {readonly Row[]} rows
 * @param {readonly string[] | undefined} asked
 */
export function othersOf(dimension, rows, asked) {
  const largest = [...new Set(rows.map(({ keys }) => keys[dimension] ?? ''))].filter((key) => key !== OTHERS);
  if (asked && !asked[0]?.startsWith(EXCLUDE)) return asked.filter((value) => !largest.includes(value));
  const [first = '', ...rest] = [...(asked ?? []).map((value, i) => (i === 0 ? value.slice(EXCLUDE.length) : value)), ...largest];
  return [EXCLUDE + first, ...rest];
}

/** @param {Fact} fact @param {AbortSignal} signal @returns {Promise<FactEvent[]>} */
export async function askEvents({ topic, subject, sequence }, signal) {
  const { events } = await get(`/api/v1/events?${new URLSearchParams({ topic, subject })}`, signal);
  return events.filter((/** @type {FactEvent} */ event) => event.sequence <= sequence);
}

/** Where what a fact is of can be read in full, by its topic. @type {Record<string, string>} */
const WHOLE = { 'service-desk.case.v1': '/api/v1/cases/', 'service-desk.outage.v1': '/api/v1/outages/' };

/** @param {Fact} fact @param {AbortSignal} signal @returns {Promise<Record<string, unknown>> | undefined} */
export function askWhole({ topic, subject }, signal) {
  const path = WHOLE[topic];
  return path === undefined ? undefined : get(path + encodeURIComponent(subject), signal);
}

/** @param {Pick<Row, 'keys'>} row @param {readonly string[]} groups */
export function keyOf({ keys }, groups) {
  return JSON.stringify(groups.map((dimension) => keys[dimension] ?? null));
}

/**
 * An empty filter asks for what is not known; anything else that is empty is not asked.
 * @param {Record<string, string>} asked
 * @param {Record<string, readonly string[]>} filters
 */
function parameters(asked, filters) {
  return new URLSearchParams([...Object.entries(asked).filter(([, value]) => value !== ''), ...Object.entries(filters).map(([dimension, values]) => [dimension, values.join(',')])]);
}
