import { shanghaiWall, startOfDay } from '@youdian/calendar';

/** The Shanghai day and month of an instant, as columns. */
export function dayOf(instant: Date): { day: string; month: string } {
  const wall = shanghaiWall(instant);
  return { day: wall.slice(0, 10), month: wall.slice(0, 7) };
}

/** The Shanghai hour (`00`–`23`), day and month of an instant, as columns. */
export function hourOf(instant: Date): { hour: string; day: string; month: string } {
  const wall = shanghaiWall(instant);
  return { hour: wall.slice(11, 13), day: wall.slice(0, 10), month: wall.slice(0, 7) };
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
