import { nextDay, startOfDay } from '@youdian/calendar';

/** A Shanghai day, `YYYY-MM-DD`. */
type Day = string;

export const GRAINS = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type Grain = (typeof GRAINS)[number];

export interface Period {
  readonly from: Day;
  readonly to: Day;
}

/** A piece of a period, under its key: `2026-11-24 08`, `2026-11-24`, `2026-W48`, `2026-11`, `2026-Q4`, `2026`. */
export interface Piece {
  readonly key: string;
  readonly since: Date;
  readonly until: Date;
}

/** The key of a fact's piece, from its day's column and, for hours, `f.hour`. */
export function keySql(grain: Grain, day: string): string {
  switch (grain) {
    case 'hour': return `${day} || ' ' || f.hour`;
    case 'day': return day;
    case 'week': return `strftime(${day}::DATE, '%G-W%V')`;
    case 'month': return `left(${day}, 7)`;
    case 'quarter': return `left(${day}, 4) || '-Q' || ((${day}[6:7]::INTEGER + 2) // 3)`;
    case 'year': return `left(${day}, 4)`;
  }
}

/** The pieces of a period, cut at its ends; without a grain it is one, under the empty key. Undefined where there are more than `most`. */
export function piecesOf({ from, to }: Period, grain: Exclude<Grain, 'hour'> | undefined, most: number): Piece[] | undefined {
  if (!grain) return [{ key: '', since: startOfDay(from)!, until: startOfDay(nextDay(to))! }];
  const pieces: Piece[] = [];
  for (let day = from; day <= to; day = startOfNext(grain, day)) {
    if (pieces.length === most) return undefined;
    const next = startOfNext(grain, day);
    pieces.push({ key: keyOf(grain, day), since: startOfDay(day)!, until: startOfDay(next <= to ? next : nextDay(to))! });
  }
  return pieces;
}

/** The key of the piece that a day is in; of an hour, the day's first. */
export function keyOf(grain: Grain, day: Day): string {
  switch (grain) {
    case 'hour': return `${day} 00`;
    case 'day': return day;
    case 'week': return weekOf(day);
    case 'month': return day.slice(0, 7);
    case 'quarter': return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case 'year': return day.slice(0, 4);
  }
}

/** The first day of the piece that a day is in. */
export function startOf(grain: Grain, day: Day): Day {
  switch (grain) {
    case 'hour':
    case 'day': return day;
    case 'week': return addDays(day, -weekday(day));
    case 'month': return `${day.slice(0, 7)}-01`;
    case 'quarter': return addMonths(`${day.slice(0, 7)}-01`, -((Number(day.slice(5, 7)) - 1) % 3));
    case 'year': return `${day.slice(0, 4)}-01-01`;
  }
}

export function startOfNext(grain: Grain, day: Day): Day {
  const start = startOf(grain, day);
  switch (grain) {
    case 'hour':
    case 'day': return addDays(start, 1);
    case 'week': return addDays(start, 7);
    case 'month': return addMonths(start, 1);
    case 'quarter': return addMonths(start, 3);
    case 'year': return addMonths(start, 12);
  }
}

/** True where no piece is cut at the period's ends. */
export function isWhole({ from, to }: Period, grain: Grain): boolean {
  return startOf(grain, from) === from && startOfNext(grain, to) === nextDay(to);
}

/** Of whole months, as many months before; else as many days. */
export function periodBefore(period: Period): Period {
  const { from, to } = period;
  const last = addDays(from, -1);
  if (!isWhole(period, 'month')) return { from: addDays(from, -daysBetween(from, nextDay(to))), to: last };
  return { from: addMonths(from, -monthsBetween(from, nextDay(to))), to: last };
}

/** The same days a year before; the end of February stays the end of February. */
export function yearBefore(period: Period): Period {
  const from = addMonths(period.from, -12);
  return { from, to: isWhole(period, 'month') ? addDays(addMonths(nextDay(period.to), -12), -1) : addMonths(period.to, -12) };
}

/** Where the pieces before, or a year before, those of a period lie. */
export function periodOfEarlier({ from, to }: Period, grain: Grain, earlier: Earlier): Period {
  if (earlier === 'previous') return { from: startOf(grain, addDays(from, -1)), to };
  // A week's number is 52 or 53 weeks away.
  if (grain === 'week') return { from: addDays(from, -53 * 7), to: addDays(to, -52 * 7) };
  const last = grain === 'day' || grain === 'hour' ? addMonths(to, -12) : addDays(addMonths(nextDay(to), -12), -1);
  return { from: addMonths(from, -12), to: last };
}

export type Earlier = 'previous' | 'yearBefore';

/** Of which piece the one with this key is the one before, or that of the year before. */
export function laterKey(key: string, grain: Grain, earlier: Earlier): string {
  if (earlier === 'yearBefore') return `${String(Number(key.slice(0, 4)) + 1).padStart(4, '0')}${key.slice(4)}`;
  if (grain === 'hour') return new Date(Date.parse(`${key.slice(0, 10)}T${key.slice(11)}:00:00Z`) + 3_600_000).toISOString().slice(0, 13).replace('T', ' ');
  return keyOf(grain, startOfNext(grain, dayOf(grain, key)));
}

/** A day of the piece with this key. */
function dayOf(grain: Exclude<Grain, 'hour'>, key: string): Day {
  switch (grain) {
    case 'day': return key;
    case 'week': return addDays(startOf('week', `${key.slice(0, 4)}-01-04`), 7 * (Number(key.slice(6)) - 1));
    case 'month': return `${key}-01`;
    case 'quarter': return `${key.slice(0, 4)}-${String(Number(key.slice(6)) * 3).padStart(2, '0')}-01`;
    case 'year': return `${key}-01-01`;
  }
}

const DAY_MS = 86_400_000;
const utc = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const text = (date: Date): Day => date.toISOString().slice(0, 10);

export function addDays(day: Day, days: number): Day {
  return text(new Date(utc(day).getTime() + days * DAY_MS));
}

/** The same day of another month, or its last where that has fewer. */
export function addMonths(day: Day, months: number): Day {
  const first = utc(`${day.slice(0, 7)}-01`);
  first.setUTCMonth(first.getUTCMonth() + months);
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return `${text(first).slice(0, 8)}${String(Math.min(Number(day.slice(8)), last)).padStart(2, '0')}`;
}

function daysBetween(from: Day, until: Day): number {
  return (utc(until).getTime() - utc(from).getTime()) / DAY_MS;
}

function monthsBetween(from: Day, until: Day): number {
  return (Number(until.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(until.slice(5, 7)) - Number(from.slice(5, 7));
}

/** Monday is 0. */
function weekday(day: Day): number {
  return (utc(day).getUTCDay() + 6) % 7;
}

/** The ISO week: it belongs to the year of its Thursday. */
function weekOf(day: Day): string {
  const thursday = addDays(day, 3 - weekday(day));
  return `${thursday.slice(0, 4)}-W${String(Math.floor(daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) / 7) + 1).padStart(2, '0')}`;
}
