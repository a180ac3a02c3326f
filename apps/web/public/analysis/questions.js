/** What the page asks the statistics. */

import { download, get } from '../ask.js';
import { daysOfPiece, periodBefore, yearBefore } from './periods.js';
import { groupsOf, TIME } from './view.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Statistic} Statistic */
/** @typedef {import('./periods.js').Days} Days */
/** @typedef {Record<string, import('../figures.js').Value>} Values */
/** @typedef {{ keys: Record<string, string | null>, labels: Record<string, { zh: string, en: string }>, values: Values, before?: Values | undefined }} Row */
/** @typedef {{ rows: Row[], total: Values, totalBefore: Values | undefined, comparedWith: Days | undefined, watermark: string | null, revision: string }} Result */
/** @typedef {{ key: string, label: { zh: string, en: string } }} Choice */
/** @typedef {{ topic: string, subject: string, sequence: number, values: Record<string, string | null> }} Fact */
/** @typedef {{ columns: string[], facts: Fact[], factCount: number, nextPageToken?: string }} Facts */
/** @typedef {{ id: string, type: string, sequence: number, time?: string, data: Record<string, unknown> }} FactEvent */

const STATISTICS = '/api/v1/statistics';
export const FACTS_AT_ONCE = 50;

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
  const { rows, totals, watermark, revision } = await get(`${STATISTICS}/${statistic}?${asked(view)}`, signal);
  const total = totals ?? (groupsOf(view).length === 0 ? rows[0] : undefined);
  return {
    rows: groupsOf(view).length === 0 ? [] : rows.map((/** @type {any} */ row) => ({ ...row, before: compares ? row[compares] : undefined })),
    total: total?.values ?? {},
    totalBefore: compares ? (total?.[compares] ?? {}) : undefined,
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
  const { measures, by, grain, from, to, filters } = view;
  return parameters({ measures: measures.join(','), groupBy: by.join(','), grain, from, to, totals: 'true', compare: comparisonOf(view) }, filters);
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
  const values = parameters({ groupBy: dimension, measures: statistic.measures[0]?.id ?? '', from: view.from, to: view.to }, filters);
  const { rows } = await get(`${STATISTICS}/${view.statistic}?${values}`, signal);
  return rows.map((/** @type {Row} */ { keys, labels }) => ({ key: keys[dimension] ?? '', label: labels[dimension] ?? { zh: '', en: '' } }));
}

/**
 * The facts of one row, or of all; of a ratio, those above the line or (`per`) below it.
 * @param {View} view
 * @param {Row | undefined} row
 * @param {{ per: string, pageToken: string }} page
 * @param {AbortSignal} signal
 * @returns {Promise<Facts>}
 */
export function askFacts(view, row, { per, pageToken }, signal) {
  const { [TIME]: time, ...keys } = row?.keys ?? {};
  const days = time ? daysOfPiece(time, view) : view;
  const own = Object.fromEntries(Object.entries(keys).map(([dimension, key]) => [dimension, key ?? '']));
  return get(`${STATISTICS}/${view.statistic}/facts?${parameters({ from: days.from, to: days.to, per, pageToken, pageSize: String(FACTS_AT_ONCE) }, { ...view.filters, ...own })}`, signal);
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
 * @param {Record<string, string>} filters
 */
function parameters(asked, filters) {
  return new URLSearchParams([...Object.entries(asked).filter(([, value]) => value !== ''), ...Object.entries(filters)]);
}
