/** Values as people read them, by the unit that the catalogue gives their measure. */

import { formatYuan } from '../figures.js';

/** @typedef {import('../figures.js').Value} Value */
/** @typedef {Value | undefined} MaybeValue */
/** @typedef {import('./view.js').Measure} Measure */

const NONE = '—';
const FEN = 'fen';
const SHARE = 'share';

/**
 * How to write a measure's values, all with the same places so that they stand below each other.
 * @param {Measure} measure
 * @param {readonly MaybeValue[]} values
 * @returns {(value: MaybeValue) => string}
 */
export function writerOf({ unit }, values) {
  if (unit === FEN) return (value) => (value === null || value === undefined ? NONE : yuan(value));
  const scale = unit === SHARE ? 100 : 1;
  const numbers = values.filter((value) => value !== null && value !== undefined).map((value) => Number(value) * scale);
  const largest = Math.max(0, ...numbers.map(Math.abs));
  const places = unit === SHARE ? placesOfShare(numbers) : numbers.every(Number.isInteger) ? 0 : largest >= 100 ? 1 : largest >= 10 ? 2 : 3;
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  return (value) => (value === null || value === undefined ? NONE : format.format(Number(value) * scale));
}

/** Near all, and near nothing, it is the last places that count. @param {readonly number[]} percents */
function placesOfShare(percents) {
  return percents.some((one) => (one > 99 && one < 100) || (one > 0 && one < 1)) ? 3 : 1;
}

/** A mean of whole fen has a point: it is shown to the fen. @param {NonNullable<Value>} value */
function yuan(value) {
  const text = String(value);
  return formatYuan(/^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.round(Number(text))));
}

/**
 * A number to draw and to order by; in the unit that is shown, never shown itself where it is money.
 * @param {Measure} measure
 * @param {MaybeValue} value
 * @returns {number | null}
 */
export function drawn({ unit }, value) {
  if (value === null || value === undefined) return null;
  return unit === FEN ? Number(value) / 100 : unit === SHARE ? Number(value) * 100 : Number(value);
}

/**
 * By how much it changed, as `+12.3%`; empty where that says nothing.
 * @param {MaybeValue} now
 * @param {MaybeValue} before
 */
export function changeOf(now, before) {
  if (now === null || now === undefined || before === null || before === undefined || Number(before) === 0) return '';
  const percent = ((Number(now) - Number(before)) / Math.abs(Number(before))) * 100;
  const text = Math.abs(percent) >= 999.5 ? `${Math.round(Number(now) / Number(before))}×` : `${percent > 0 ? '+' : ''}${percent.toFixed(1)}%`;
  return text === '-0.0%' ? '0.0%' : text;
}

/** Keys that are days, months, years, hours or the like: they have an order of their own. @param {readonly (string | null)[]} keys */
export function areInTime(keys) {
  const there = keys.filter((key) => key !== null);
  return there.length > 0 && there.every((key) => /^\d{2,4}([-T ][WQ]?\d{1,2}(:\d\d)?)*$/.test(key));
}
