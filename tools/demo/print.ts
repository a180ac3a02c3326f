import { type Town } from '../town/town.ts';

/** A table for people: the names of regions and lines beside their ids. */
export function printTable(title: string, header: readonly string[], rows: ReadonlyMap<string, Readonly<Record<string, string>>>, measures: readonly string[], town: Town): void {
  const names = new Map([...town.regions.map(({ regionId, name }) => [regionId, name] as const), ...town.lines.map(({ lineId, name }) => [lineId, name] as const)]);
  const cells = [...rows]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, values]) => [...key.split('|').map((id) => `${id} ${names.get(id) ?? ''}`.trim()), ...measures.map((measure) => short(values[measure] ?? ''))]);
  const widths = header.map((head, at) => Math.max(...[head, ...cells.map((row) => row[at] ?? '')].map(width)));
  const line = (row: readonly string[]) => row.map((cell, at) => cell + ' '.repeat(widths[at]! - width(cell))).join('  ');
  process.stdout.write(`\n${title}\n${[header, ...cells].map((row) => `  ${line(row)}`).join('\n')}\n\n`);
}

const short = (value: string) => (/^\d+\.\d+$/.test(value) ? Number(value).toFixed(1) : value);

/** Chinese characters take two columns of a terminal. */
const width = (text: string) => [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
