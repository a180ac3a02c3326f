/** Figures as people read them. */

/** @typedef {number | string | null} Value as the API has it: money is a string of fen, undefined is null */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const ONE_PLACE = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const NONE = '—';

/**
 * @param {string} measure
 * @param {Value | undefined} value
 */
export function formatFigure(measure, value) {
  if (value === null || value === undefined) return NONE;
  if (measure.endsWith('Fen')) return formatYuan(BigInt(value));
  return (measure.endsWith('Mean') ? ONE_PLACE : WHOLE).format(Number(value));
}

/** @param {bigint} fen */
export function formatYuan(fen) {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`;
}

/** Means cannot be added up. @param {string} measure */
export function isAdditive(measure) {
  return !measure.endsWith('Mean');
}

/**
 * @param {string} measure
 * @param {readonly (Value | undefined)[]} values
 * @returns {Value}
 */
export function sum(measure, values) {
  if (!isAdditive(measure)) return null;
  if (measure.endsWith('Fen')) return values.reduce((/** @type {bigint} */ total, value) => total + BigInt(value ?? 0), 0n).toString();
  return values.reduce((/** @type {number} */ total, value) => total + Number(value ?? 0), 0);
}

/**
 * For ordering and for the length of a bar: never shown.
 * @param {Value | undefined} value
 */
export function magnitude(value) {
  return Number(value ?? 0);
}
