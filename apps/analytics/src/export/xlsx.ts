import writeExcelFile, { type Cell } from 'write-excel-file/node';
import type { Told } from './table.ts';

/** Text stays text, so nothing is a formula; numbers that a cell cannot hold to the digit are text. */
export async function toXlsx(told: Told): Promise<Buffer> {
  const { columns, selection } = told;
  const rows = (columns[0]?.values ?? []).map((_, row): Cell[] => columns.map(({ kind, values }) => (kind === 'number' ? numberCell(values[row]!) : textCell(values[row]!))));
  const head = columns.map(({ zh }): Cell => ({ value: zh, type: String, fontWeight: 'bold' }));
  return writeExcelFile([
    { data: [head, ...rows], sheet: selection.statistic.zh, columns: columns.map(({ zh }) => ({ width: Math.max(12, 2 * zh.length + 2) })), stickyRowsCount: 1 },
    { data: meaning(told), sheet: '说明', columns: [{ width: 24 }, { width: 32 }, { width: 80 }] },
  ]).toBuffer();
}

function meaning({ columns, selection: { statistic, from, to, conditions }, revision, watermark }: Told): Cell[][] {
  const asked = conditions.map(({ dimension, values, exclude }) => `${dimension.zh} ${exclude ? '≠' : '='} ${values.map((value) => value || '未知').join(' / ')}`).join(', ');
  const facts: [string, string, string][] = [
    ['统计', statistic.zh, statistic.en],
    ['日期', `${from || '…'} – ${to || '…'}`, 'Shanghai days, both included'],
    ['条件', asked, ''],
    ['统计截至', watermark?.toISOString() ?? '未知', 'Everything committed before is in it'],
    ['版本', revision, 'Revision of the facts'],
    ...columns.map(({ zh, en, meaning }): [string, string, string] => [zh, en, meaning]),
  ];
  return facts.map((row) => row.map(textCell));
}

function textCell(value: string): Cell {
  return value === '' ? null : { value, type: String };
}

function numberCell(text: string): Cell {
  if (text === '') return null;
  const value = Number(text);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? { value, type: Number } : { value: text, type: String };
}
