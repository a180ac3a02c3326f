/** Shanghai days as text, YYYY-MM-DD. Shanghai has been eight hours ahead of UTC, without summer time, since 1991. */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

/** The Shanghai day of an instant. */
export const dayOf = (instant: Date): string => new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, 10);

/** An instant of a Shanghai day, by minutes since its midnight. */
export const instantOf = (day: string, minutes = 0): Date => new Date(Date.parse(`${day}T00:00:00Z`) - OFFSET_MS + Math.round(minutes * MINUTE_MS));

export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const addMinutes = (instant: Date, minutes: number): Date => new Date(instant.getTime() + Math.round(minutes * MINUTE_MS));

/** How long to wait so that what takes so many minutes begins and ends on one Shanghai day. */
export function untilRoomMs(now: Date, minutes: number): number {
  const leftMs = instantOf(addDays(dayOf(now), 1)).getTime() - now.getTime();
  return leftMs < minutes * MINUTE_MS ? leftMs : 0;
}

/** 1 to 12 */
export const monthNumber = (day: string): number => Number(day.slice(5, 7));

/** YYYY-MM, some months later or earlier. */
export function addMonths(month: string, months: number): string {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;
}
