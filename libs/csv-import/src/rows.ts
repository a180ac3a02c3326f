import { TextDecoder } from 'node:util';
import { parse, type CsvError, type Info } from 'csv-parse';
import { Rejected } from '@youdian/rejection';

const ROW_BYTES_MAX = 64 * 1024;
/** How much of the file decides which encoding it has. */
const PROBE_BYTES = 64 * 1024;

export interface CsvRow {
  /** Line in the file; the header is line 1. */
  readonly line: number;
  /** By our own column names, trimmed. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Columns {
  /** The file's own names, by ours. */
  readonly columns: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** A line that is no row at all (an unclosed quote, too many cells, too long). */
export interface UnreadableRow {
  readonly line: number;
  readonly problem: string;
}

/**
 * Reads a CSV file as a stream: UTF-8 with or without a mark, or GB 18030 as Chinese spreadsheets save it.
 * `columns` maps our names to the file's where they differ; a required column that is missing rejects the whole file,
 * naming the columns that it has.
 */
export async function* readRows(chunks: AsyncIterable<Uint8Array>, options: Columns): AsyncIterable<CsvRow | UnreadableRow> {
  const known = [...options.required, ...options.optional];
  refuseUnknownNames(Object.keys(options.columns), known);
  const unreadable: UnreadableRow[] = [];
  const parser = parse({
    bom: true,
    columns: (header: string[]) => nameColumns(header, options.columns, options.required, known),
    trim: true,
    skip_empty_lines: true,
    relax_column_count_less: true,
    skip_records_with_error: true,
    max_record_size: ROW_BYTES_MAX,
    info: true,
    on_skip: (error) => void unreadable.push({ line: (error as CsvError & { lines?: number })?.lines ?? 0, problem: error?.code ?? 'UNREADABLE' }),
  });
  const feeding = feed(chunks, parser).catch((error: Error) => parser.destroy(error));
  for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: Info }>) {
    while (unreadable.length > 0) yield unreadable.shift()!;
    yield { line: info.lines, values: record };
  }
  yield* unreadable;
  await feeding;
}

async function feed(chunks: AsyncIterable<Uint8Array>, parser: ReturnType<typeof parse>): Promise<void> {
  for await (const text of decode(chunks)) {
    if (!parser.write(text)) await new Promise((resolve) => (parser.once('drain', resolve), parser.once('close', resolve)));
  }
  parser.end();
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let probe = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    if (decoder) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    probe = Buffer.concat([probe, chunk]);
    if (probe.length < PROBE_BYTES) continue;
    decoder = decoderFor(probe);
    yield decoder.decode(probe, { stream: true });
  }
  if (!decoder) yield decoderFor(probe).decode(probe);
  else yield decoder.decode();
}

function decoderFor(probe: Uint8Array): TextDecoder {
  try {
    // `stream` forgives a character that the probe cuts in two.
    new TextDecoder('utf-8', { fatal: true }).decode(probe, { stream: true });
    return new TextDecoder('utf-8');
  } catch {
    return new TextDecoder('gb18030');
  }
}

function nameColumns(header: string[], columns: Readonly<Record<string, string>>, required: readonly string[], known: readonly string[]) {
  const ours = new Map(known.map((name) => [columns[name] ?? name, name]));
  const named = header.map((title) => ours.get(title.trim()) ?? false);
  const missing = required.find((name) => !named.includes(name));
  if (missing) {
    const has = header.join(', ').slice(0, 500);
    throw new Rejected({
      kind: 'invalid',
      code: 'COLUMN_MISSING',
      field: missing,
      zh: `文件缺少列“${columns[missing] ?? missing}”(${missing});文件中的列:${has}。请补上该列,或用列名映射指明它叫什么。`,
      en: `The file lacks the column "${columns[missing] ?? missing}" (${missing}); it has: ${has}. Add it, or map its name.`,
    });
  }
  return named;
}

function refuseUnknownNames(mapped: readonly string[], known: readonly string[]): void {
  const unknown = mapped.find((name) => !known.includes(name));
  if (!unknown) return;
  throw new Rejected({
    kind: 'invalid',
    code: 'COLUMN_UNKNOWN',
    field: unknown,
    zh: `列名映射中的“${unknown}”不是可导入的列;可用的列:${known.join('、')}。`,
    en: `"${unknown}" in the column mapping is no column that can be imported; these are: ${known.join(', ')}.`,
  });
}
