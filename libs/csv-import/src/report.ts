import type { Rejection } from '@youdian/rejection';

/** How many rejected rows are named one by one; the rest is counted. */
const REJECTED_ROWS_MAX = 1_000;

export type Outcome = 'accepted' | 'duplicate' | Rejection;

/** The shape of youdian.platform.v1.CsvReport. */
export interface CsvReport {
  accepted: bigint;
  duplicate: bigint;
  rejected: bigint;
  rejectedRows: { line: bigint; field: string; code: string; zh: string; en: string }[];
}

export type Report = ReturnType<typeof createReport>;

/** Counts what became of each row. */
export function createReport() {
  const report: CsvReport = { accepted: 0n, duplicate: 0n, rejected: 0n, rejectedRows: [] };
  return {
    report,
    add(line: number, outcome: Outcome): void {
      if (typeof outcome === 'string') {
        report[outcome] += 1n;
        return;
      }
      report.rejected += 1n;
      if (report.rejectedRows.length >= REJECTED_ROWS_MAX) return;
      const { field = '', code, zh, en } = outcome;
      report.rejectedRows.push({ line: BigInt(line), field, code, zh, en });
    },
    addAll(rows: readonly { readonly line: number }[], outcomes: readonly Outcome[]): void {
      for (const [index, { line }] of rows.entries()) this.add(line, outcomes[index]!);
    },
    addUnreadable(line: number, problem: string): void {
      this.add(line, {
        kind: 'invalid',
        code: problem,
        zh: '这一行不是完整的 CSV 行(引号未闭合、列数过多或过长)。',
        en: 'This line is no complete CSV row (an unclosed quote, too many cells, or too long).',
      });
    },
  };
}
