/** Days that people ask for, and the days before them to compare with. All of Shanghai, `YYYY-MM-DD`, both included. */

import { daysOf, shanghaiDay } from '../days.js';

/** @typedef {{ from: string, to: string }} Days */

const DAY_MS = 86_400_000;

/** @type {readonly ['thisMonth', 'lastMonth', 'thisYear', 'pastYear', 'allTime']} */
export const QUICK = ['thisMonth', 'lastMonth', 'thisYear', 'pastYear', 'allTime'];

/**
 * @param {(typeof QUICK)[number]} choice
 * @param {Date} now
 * @returns {Days}
 */
export function quickDays(choice, now) {
  const today = shanghaiDay(now);
  if (choice === 'allTime') return { from: '', to: '' };
  if (choice === 'pastYear') return daysOf('year', now);
  if (choice === 'thisYear') return { from: `${today.slice(0, 4)}-01-01`, to: today };
  const month = `${today.slice(0, 7)}-01`;
  return choice === 'thisMonth' ? { from: month, to: today } : { from: addMonths(month, -1), to: addDays(month, -1) };
}

/**
 * As many days just before; before whole months, as many whole months.
 * @param {Days} days
 * @returns {Days}
 */
export function periodBefore({ from, to }) {
  const after = addDays(to, 1);
  if (from.endsWith('-01') && after.endsWith('-01')) {
    const months = monthNumber(after) - monthNumber(from);
    return { from: addMonths(from, -months), to: addDays(from, -1) };
  }
  const length = (Date.parse(after) - Date.parse(from)) / DAY_MS;
  return { from: addDays(from, -length), to: addDays(from, -1) };
}

/**
 * The same days a year before; a month's end stays a month's end.
 * @param {Days} days
 * @returns {Days}
 */
export function yearBefore({ from, to }) {
  return { from: addMonths(from, -12), to: addDays(to, 1).endsWith('-01') ? addDays(addMonths(addDays(to, 1), -12), -1) : addMonths(to, -12) };
}

/**
 * The days of a piece of time, within those that were asked for: `2026`, `2026-Q4`, `2026-11`, `2026-W48`, `2026-11-24`, `2026-11-24 08`.
 * @param {string} key
 * @param {Days} within
 * @returns {Days}
 */
export function daysOfPiece(key, within) {
  const { from, to } = wholePiece(key);
  return { from: within.from > from ? within.from : from, to: within.to && within.to < to ? within.to : to };
}

/** @param {string} key @returns {Days} */
function wholePiece(key) {
  const year = key.slice(0, 4);
  const number = Number(key.slice(6));
  if (key.length === 4) return { from: `${key}-01-01`, to: `${key}-12-31` };
  if (key[5] === 'W') {
    const fourth = `${year}-01-04`;
    const monday = addDays(fourth, 7 * (number - 1) - ((new Date(`${fourth}T00:00:00Z`).getUTCDay() + 6) % 7));
    return { from: monday, to: addDays(monday, 6) };
  }
  if (key[5] === 'Q') {
    const from = `${year}-${String(number * 3 - 2).padStart(2, '0')}-01`;
    return { from, to: addDays(addMonths(from, 3), -1) };
  }
  if (key.length === 7) return { from: `${key}-01`, to: addDays(addMonths(`${key}-01`, 1), -1) };
  return { from: key.slice(0, 10), to: key.slice(0, 10) };
}

/** @param {string} day @param {number} days */
function addDays(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The last day of a shorter month where the day is not in it. @param {string} day @param {number} months */
function addMonths(day, months) {
  const number = monthNumber(day) + months;
  const first = new Date(Date.UTC(Math.floor(number / 12), number % 12, 1));
  const last = new Date(Date.UTC(Math.floor(number / 12), (number % 12) + 1, 0)).getUTCDate();
  return `${first.toISOString().slice(0, 8)}${String(Math.min(Number(day.slice(8)), last)).padStart(2, '0')}`;
}

/** @param {string} day */
function monthNumber(day) {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}
