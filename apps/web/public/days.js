/** Days are those of Shanghai, wherever the reader is. */

/** @typedef {{ from: string, to: string }} Days both included, YYYY-MM-DD */
/** @typedef {'today' | 'month' | 'year'} Choice */

const DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' });
const DAY_MS = 86_400_000;

/** @type {readonly Choice[]} */
export const CHOICES = ['today', 'month', 'year'];

/** @param {Date} now */
export function shanghaiDay(now) {
  return DAY.format(now);
}

/**
 * @param {Choice} choice
 * @param {Date} now
 * @returns {Days}
 */
export function daysOf(choice, now) {
  const to = shanghaiDay(now);
  if (choice === 'today') return { from: to, to };
  if (choice === 'month') return { from: `${to.slice(0, 7)}-01`, to };
  return { from: dayAfterAYearAgo(to), to };
}

/**
 * The day after the same day a year ago, so that the range has one year and not a day more. There is no 29 February a year
 * before one: then it is 1 March.
 * @param {string} day
 */
function dayAfterAYearAgo(day) {
  const yearAgo = Date.parse(`${Number(day.slice(0, 4)) - 1}${day.slice(4)}T00:00:00Z`.replace('-02-29T', '-02-28T'));
  return new Date(yearAgo + DAY_MS).toISOString().slice(0, 10);
}

/** @param {string} text */
export function isDay(text) {
  const match = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return match && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) === text;
}
