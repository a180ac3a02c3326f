import { shanghaiDay } from '@youdian/calendar';

let lastMs = Number.NaN;
let lastDay = '';

/** The Shanghai day; postings of one batch share their instant. */
export function dayOf(instant: Date): string {
  const ms = instant.getTime();
  if (ms !== lastMs) {
    lastDay = shanghaiDay(instant);
    lastMs = ms;
  }
  return lastDay;
}
