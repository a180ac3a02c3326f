import type { AnswerRow } from '../query/answer.ts';

/** For tests: rows as `key,key: value,value`, what has a point rounded as the recount rounds it. */
export function toSixDigits(rows: readonly string[]): string[] {
  return rows.map((row) => row.replace(/[^,: ]*\.[^,]*/g, (value) => Number(value).toFixed(6)));
}

/** A row as `key,key: values | the period before | the year before | at the earlier revision`. */
export function lineOf({ keys, values, previousValues, yearBeforeValues, valuesBefore }: AnswerRow): string {
  return [`${keys.join(',')}: ${sixDigits(values)}`, ...[previousValues, yearBeforeValues, valuesBefore].map(sixDigits)].join(' | ');
}

function sixDigits(values: readonly string[]): string {
  return values.map((value) => (/[.e]/.test(value) ? Number(value).toFixed(6) : value)).join(',');
}
