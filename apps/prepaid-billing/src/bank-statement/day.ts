import { shanghaiDay, shanghaiInstant } from '@youdian/calendar';
import type { Rejection } from '@youdian/rejection';

const COMPACT = /^(\d{4})[/.]?(\d{2})[/.]?(\d{2})(?=$|[ T])/;
const OFFSET = /(Z|[+-]\d{2}:\d{2})$/;
/** An XML date may name its zone; the day is then that of the bank, as it stands. */
const DATE_WITH_ZONE = /^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})$/;

/** The Shanghai day of `2026-03-02`, `20260302`, `2026/03/02`, any of them with a time, or an instant with its offset. */
export function readDay(text: string, field: string): string | Rejection {
  const day = DATE_WITH_ZONE.exec(text)?.[1] ?? text.replace(COMPACT, '$1-$2-$3');
  const instant = day.includes('T') && OFFSET.test(day) ? new Date(day) : shanghaiInstant(day.replace(/\.\d+$/, ''));
  if (!instant || Number.isNaN(instant.getTime())) return dayInvalid(field);
  return shanghaiDay(instant);
}

function dayInvalid(field: string): Rejection {
  return { kind: 'invalid', code: 'DAY_INVALID', field, zh: '记账日期请写作 2026-03-02 或 20260302。', en: 'Write the booking day as 2026-03-02 or 20260302.' };
}
