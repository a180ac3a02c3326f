import { shanghaiWall, startOfDay } from '@youdian/calendar';

const HOUR_MS = 3_600_000;
const HOURS_REMEMBERED = 20_000;
/** Each hour's columns are made once: most facts are of few days. All offsets that Shanghai ever had from UTC, but before 1901, are of whole hours. */
const hours = new Map<number, { hour: string; day: string; month: string }>();
const WHOLE_HOURS_SINCE_MS = Date.UTC(1901, 0, 1);

/** The Shanghai day and month of an instant, as columns. */
export function dayOf(instant: Date): { day: string; month: string } {
  const { day, month } = hourOf(instant);
  return { day, month };
}

/** The Shanghai hour (`00`–`23`), day and month of an instant, as columns. */
export function hourOf(instant: Date): { hour: string; day: string; month: string } {
  const ms = instant.getTime();
  const number = Math.floor(ms / HOUR_MS);
  const remembered = hours.get(number);
  if (remembered) return remembered;
  const wall = shanghaiWall(instant);
  const made = { hour: wall.slice(11, 13), day: wall.slice(0, 10), month: wall.slice(0, 7) };
  if (ms < WHOLE_HOURS_SINCE_MS) return made;
  if (hours.size >= HOURS_REMEMBERED) hours.clear();
  hours.set(number, made);
  return made;
}

/** An enum value without its prefix: `CASE_KIND_FAULT` → `FAULT`; unspecified is unknown. */
export function code(prefix: string, value: string): string | null {
  const short = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return short === 'UNSPECIFIED' ? null : short;
}

/** Empty text is unknown. */
export function known(text: string): string | null {
  return text === '' ? null : text;
}

/** The first instant of a Shanghai day. */
export function startOf(day: string, field: string): Date {
  return required(startOfDay(day), field);
}

/** A payload without this cannot become a fact. */
export function required<T>(value: T | null | undefined, field: string): T {
  if (value === undefined || value === null || value === '') throw new TypeError(`${field} is missing`);
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new TypeError(`${field} is no time`);
  return value;
}
