/** For tests: rows as `key,key: value,value`, a mean rounded as the recount rounds it. */
export function toSixDigits(statistic: string, rows: readonly string[]): string[] {
  if (statistic !== 'faults') return [...rows];
  return rows.map((row) => row.replace(/[^,]*$/, (mean) => (mean === '' ? '' : Number(mean).toFixed(6))));
}
