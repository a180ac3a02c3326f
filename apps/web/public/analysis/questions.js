/** What the page asks the statistics. */

import { get } from '../ask.js';
import { periodBefore, yearBefore } from './periods.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Statistic} Statistic */
/** @typedef {import('./periods.js').Days} Days */
/** @typedef {Record<string, import('../figures.js').Value>} Values */
/** @typedef {{ keys: Record<string, string | null>, labels: Record<string, { zh: string, en: string }>, values: Values, before?: Values | undefined }} Row */
/** @typedef {{ rows: Row[], total: Values, totalBefore: Values | undefined, comparedWith: Days | undefined, watermark: string | null, revision: string }} Result */
/** @typedef {{ key: string, label: { zh: string, en: string } }} Choice */

/** @param {AbortSignal} signal @returns {Promise<Statistic[]>} */
export async function askCatalogue(signal) {
  return (await get('/api/v1/statistics', signal)).statistics;
}

/**
 * The rows, what they are in all, and both for the period compared with. The total is asked for and not added up, for
 * means cannot be.
 * @param {View} view
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export async function askView(view, signal) {
  const comparedWith = comparison(view);
  const [rows, total, rowsBefore, totalBefore] = await Promise.all([
    ask(view, view.by, view, signal),
    view.by.length > 0 ? ask(view, [], view, signal) : undefined,
    comparedWith && view.by.length > 0 ? ask(view, view.by, comparedWith, signal) : undefined,
    comparedWith ? ask(view, [], comparedWith, signal) : undefined,
  ]);
  const before = new Map((rowsBefore?.rows ?? []).map((row) => [keyOf(row, view.by), row.values]));
  return {
    rows: view.by.length > 0 ? rows.rows.map((row) => ({ ...row, before: before.get(keyOf(row, view.by)) })) : [],
    total: (total ?? rows).rows[0]?.values ?? {},
    totalBefore: totalBefore?.rows[0]?.values,
    comparedWith,
    // Of the answers, the one that is complete to the earliest instant speaks for all.
    watermark: total && (!total.watermark || !rows.watermark) ? null : [rows.watermark, total?.watermark].filter((one) => typeof one === 'string').sort()[0] ?? null,
    revision: rows.revision,
  };
}

/**
 * The values that a dimension has in these days, by name, to choose a filter from.
 * @param {View} view
 * @param {string} dimension
 * @param {AbortSignal} signal
 * @returns {Promise<Choice[]>}
 */
export async function askChoices(view, dimension, signal) {
  const { [dimension]: _, ...filters } = view.filters;
  const { rows } = await ask({ ...view, filters }, [dimension], view, signal);
  return rows.map(({ keys, labels }) => ({ key: keys[dimension] ?? '', label: labels[dimension] ?? { zh: '', en: '' } }));
}

/** @param {Pick<Row, 'keys'>} row @param {readonly string[]} by */
export function keyOf({ keys }, by) {
  return JSON.stringify(by.map((dimension) => keys[dimension] ?? null));
}

/** @param {View} view @returns {Days | undefined} */
function comparison({ from, to, compare }) {
  if (!compare || !from || !to) return undefined;
  return compare === 'before' ? periodBefore({ from, to }) : yearBefore({ from, to });
}

/**
 * @param {View} view
 * @param {readonly string[]} by
 * @param {Days} days
 * @param {AbortSignal} signal
 * @returns {Promise<{ rows: Row[], watermark: string | null, revision: string }>}
 */
function ask({ statistic, filters }, by, { from, to }, signal) {
  const asked = new URLSearchParams({ ...(by.length > 0 ? { groupBy: by.join(',') } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}), ...filters });
  return get(`/api/v1/statistics/${statistic}?${asked}`, signal);
}
