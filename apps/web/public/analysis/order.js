/** In which order rows stand in the table and in the chart. */

import { areInTime, drawn } from './values.js';

/** @typedef {import('./questions.js').Row} Row */
/** @typedef {import('./view.js').Measure} Measure */

/**
 * As somebody chose (`count`, `-count`, a dimension), else time as it runs and everything else largest first.
 * @param {readonly Row[]} rows
 * @param {{ by: readonly string[], sort: string }} view `by`: what the rows are grouped by
 * @param {readonly Measure[]} measures those that are shown
 * @returns {Row[]}
 */
export function inOrder(rows, { by, sort }, measures) {
  const key = (/** @type {Row} */ row, /** @type {string} */ dimension) => row.keys[dimension] ?? '\uffff';
  const byKeys = (/** @type {Row} */ a, /** @type {Row} */ b) => {
    for (const dimension of by) if (key(a, dimension) !== key(b, dimension)) return key(a, dimension) < key(b, dimension) ? -1 : 1;
    return 0;
  };
  const { id, down } = sort ? { id: sort.replace(/^-/, ''), down: sort.startsWith('-') } : usual(rows, by, measures);
  const measure = measures.find((one) => one.id === id);
  const sign = down ? -1 : 1;
  if (!measure) return [...rows].sort((a, b) => sign * (by.includes(id) && key(a, id) !== key(b, id) ? (key(a, id) < key(b, id) ? -1 : 1) : byKeys(a, b)));
  // What is undefined is last, whichever way.
  return [...rows].sort((a, b) => {
    const [one, other] = [drawn(measure, a.values[id]), drawn(measure, b.values[id])];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || byKeys(a, b);
    return sign * (one - other) || byKeys(a, b);
  });
}

/** @param {readonly Row[]} rows @param {readonly string[]} by @param {readonly Measure[]} measures */
function usual(rows, by, measures) {
  const inTime = by.find((dimension) => areInTime(rows.map(({ keys }) => keys[dimension] ?? null)));
  return inTime ? { id: inTime, down: false } : { id: measures[0]?.id ?? '', down: true };
}

/**
 * By which dimension the chart's axis runs, and by which its series differ: time is always the axis.
 * @param {readonly Row[]} rows
 * @param {readonly string[]} by
 */
export function axisOf(rows, by) {
  const inTime = by.find((dimension) => areInTime(rows.map(({ keys }) => keys[dimension] ?? null)));
  const axis = inTime ?? by[0] ?? '';
  return { axis, series: by.find((dimension) => dimension !== axis), inTime: inTime !== undefined };
}
