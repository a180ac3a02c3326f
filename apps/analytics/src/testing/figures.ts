/** For tests: rows as `key,key: value,value`, what has a point rounded as the recount rounds it. */
export function toSixDigits(rows: readonly string[]): string[] {
  return rows.map((row) => row.replace(/[^,: ]*\.[^,]*/g, (value) => Number(value).toFixed(6)));
}
