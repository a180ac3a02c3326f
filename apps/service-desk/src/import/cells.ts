/** What stands in one cell of a file, made into what it means. Words may be codes or the Chinese names. */
import { shanghaiInstant } from '@youdian/calendar';
import type { Rejection } from '@youdian/rejection';
import { invalid } from '../case/rejections.ts';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;
const WHOLE_NUMBER = /^\d{1,12}$/;
const EXTERNAL_ID_CHARACTERS_MAX = 64;
const QUOTED_CHARACTERS_MAX = 32;

/** By our own column names; absent where the file has no such column. */
export type Cells = Readonly<Partial<Record<string, string>>>;

export function word<T>(words: Readonly<Record<string, T>>, text: string): T | undefined {
  const plain = text.toUpperCase();
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}

export function time(field: string, text: string): Date | Rejection | undefined {
  if (text === '') return undefined;
  // `Date` would take 30 February for 2 March, so the day is asked of the calendar.
  const instant = RFC_3339.test(text) && shanghaiInstant(text.slice(0, 10)) ? new Date(text) : shanghaiInstant(text);
  if (instant && !Number.isNaN(instant.getTime())) return instant;
  return invalid(
    field,
    'TIME_MALFORMED',
    `时间“${text.slice(0, QUOTED_CHARACTERS_MAX)}”无法识别;请写作 2026-07-01 08:30(北京时间)或带时区的 2026-07-01T08:30:00+08:00。`,
    `The time "${text.slice(0, QUOTED_CHARACTERS_MAX)}" cannot be read; write 2026-07-01 08:30 (Shanghai) or, with a zone, 2026-07-01T08:30:00+08:00.`,
  );
}

export function wholeNumber(field: string, text: string): bigint | Rejection | undefined {
  if (text === '') return undefined;
  if (WHOLE_NUMBER.test(text)) return BigInt(text);
  return invalid(field, 'NUMBER_MALFORMED', `“${text.slice(0, QUOTED_CHARACTERS_MAX)}”不是非负整数。`, `"${text.slice(0, QUOTED_CHARACTERS_MAX)}" is no whole number.`);
}

export function missing(field: string): Rejection {
  return invalid(field, 'VALUE_MISSING', '请填写此列。', 'This column must be filled in.');
}

/** The company's own number of the row's matter; may be empty. */
export function externalIdOf(cells: Cells): string | Rejection {
  const externalId = cells['externalId'] ?? '';
  if (externalId.length <= EXTERNAL_ID_CHARACTERS_MAX) return externalId;
  return invalid('externalId', 'EXTERNAL_ID_TOO_LONG', `编号不超过 ${EXTERNAL_ID_CHARACTERS_MAX} 个字符。`, `At most ${EXTERNAL_ID_CHARACTERS_MAX} characters.`);
}

/** What names the row within its source: its number; without one, its content. */
export function identityOf(cells: Cells, externalId: string, columns: readonly string[]): string {
  return JSON.stringify(externalId ? ['externalId', externalId] : ['content', ...columns.map((column) => cells[column] ?? '')]);
}
