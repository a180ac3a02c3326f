/** For tests: the days of Shanghai since 1992, when it is UTC+8 all year. */
export interface Piece {
  readonly key: string;
  readonly since: number;
  readonly until: number;
}

const HOUR_MS = 3_600_000;

export function dayOf(at: string | number): string {
  return new Date(new Date(at).getTime() + 8 * HOUR_MS).toISOString().slice(0, 10);
}

export function hourOf(at: string): string {
  return new Date(Date.parse(at) + 8 * HOUR_MS).toISOString().slice(11, 13);
}

export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

export function timeKeys(at: string): Record<string, string> {
  return { day: dayOf(at), month: dayOf(at).slice(0, 7), hour: hourOf(at) };
}

export function pieceOf(grain: string, day: string, hour = '00'): string {
  const [year, month] = day.split('-') as [string, string];
  if (grain === 'hour') return `${day} ${hour}`;
  if (grain === 'day') return day;
  if (grain === 'month') return `${year}-${month}`;
  if (grain === 'quarter') return `${year}-Q${month <= '03' ? 1 : month <= '06' ? 2 : month <= '09' ? 3 : 4}`;
  if (grain === 'year') return year;
  // The week is that of its Thursday; count the Thursdays of the year up to it.
  let thursday = new Date(`${day}T00:00:00Z`);
  while (thursday.getUTCDay() !== 1) thursday = new Date(thursday.getTime() - 24 * HOUR_MS);
  thursday = new Date(thursday.getTime() + 3 * 24 * HOUR_MS);
  let number = 0;
  for (let other = thursday; other.getUTCFullYear() === thursday.getUTCFullYear(); other = new Date(other.getTime() - 7 * 24 * HOUR_MS)) number += 1;
  return `${thursday.getUTCFullYear()}-W${String(number).padStart(2, '0')}`;
}

export function dayAfter(day: string): string {
  return dayOf(startOf(day) + 36 * HOUR_MS);
}

export function dayBefore(day: string): string {
  return dayOf(startOf(day) - 12 * HOUR_MS);
}
