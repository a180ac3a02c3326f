import type { Column } from './table.ts';

/** Without it Excel takes the bytes for its own country's. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Excel and its kin take a cell that begins so for a formula, quoted or not. */
const FORMULA = /^[-=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const NEEDS_QUOTES = /[",\r\n]/;
const ROWS_PER_CHUNK = 500;

/** CSV as Excel opens it rightly: UTF-8 with its mark, CRLF, headers in Chinese. */
export function* toCsv(columns: readonly Column[]): Generator<Buffer> {
  yield Buffer.from(`${BYTE_ORDER_MARK}${columns.map(({ zh }) => textCell(zh)).join(',')}\r\n`);
  const rows = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + ROWS_PER_CHUNK); row++) {
      text += `${columns.map(({ kind, values }) => (kind === 'number' ? values[row]! : textCell(values[row]!))).join(',')}\r\n`;
    }
    yield Buffer.from(text);
  }
}

function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
