/**
 * Days and months are those of Asia/Shanghai, with the zone's own history (daylight-saving time until 1991 included).
 */
const ZONE = 'Asia/Shanghai';
const HOUR_MS = 3_600_000;
const STANDARD_OFFSET_MS = 8 * HOUR_MS;
/** From here on Shanghai is UTC+8 without exception, which is a thousand times cheaper to compute. */
const STANDARD_SINCE_MS = Date.UTC(1992, 0, 1);

const formatter = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** The Shanghai wall clock as `YYYY-MM-DDTHH:MM:SS`. */
export function shanghaiWall(instant: Date): string {
  if (instant.getTime() >= STANDARD_SINCE_MS) {
    return new Date(instant.getTime() + STANDARD_OFFSET_MS).toISOString().slice(0, 19);
  }
  return formatter.format(instant).replace(', ', 'T');
}

/** `YYYY-MM-DD` */
export function shanghaiDay(instant: Date): string {
  return shanghaiWall(instant).slice(0, 10);
}

/** `YYYY-MM` */
export function shanghaiMonth(instant: Date): string {
  return shanghaiWall(instant).slice(0, 7);
}

/**
 * The instant at which the Shanghai wall clock shows `YYYY-MM-DD[THH:MM[:SS]]`; undefined where that is no date. A time
 * that the clock skipped or showed twice counts as standard time.
 */
export function shanghaiInstant(wall: string): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)?$/.exec(wall);
  if (!match) return undefined;
  const text = `${match[1]}T${match[2] ?? '00:00'}${match[3] ?? ':00'}`;
  const standard = new Date(Date.parse(`${text}Z`) - STANDARD_OFFSET_MS);
  if (Number.isNaN(standard.getTime()) || new Date(standard.getTime() + STANDARD_OFFSET_MS).toISOString().slice(0, 19) !== text) {
    return undefined;
  }
  if (shanghaiWall(standard) === text) return standard;
  const summer = new Date(standard.getTime() - HOUR_MS);
  return shanghaiWall(summer) === text ? summer : standard;
}

/** The first instant of a Shanghai day `YYYY-MM-DD`; undefined where that is no day. */
export function startOfDay(day: string): Date | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? shanghaiInstant(day) : undefined;
}

/** The day after, `YYYY-MM-DD`. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
}
