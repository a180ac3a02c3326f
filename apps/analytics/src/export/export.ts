import type { ExportFactsRequest, ExportFactsResponse, ExportFormat, ExportRequest, ExportResponse } from '@youdian/contracts-analytics/export';
import { Rejected } from '@youdian/rejection';
import type { Statistic } from '../catalogue/catalogue.ts';
import { answer } from '../query/answer.ts';
import { listAllFacts, readFactsAsked } from '../query/facts.ts';
import { readQuestion } from '../query/question.ts';
import type { Answering } from '../store/fact-store.ts';
import { toCsv } from './csv.ts';
import { factColumns } from './fact-table.ts';
import { toParquet } from './parquet.ts';
import { toColumns, type Told } from './table.ts';
import { toXlsx } from './xlsx.ts';

interface Format {
  readonly ending: string;
  readonly contentType: string;
  write(told: Told): Iterable<Buffer> | AsyncIterable<Buffer>;
}

const CHUNK_BYTES = 256 * 1024;

const FORMATS: Readonly<Record<string, Format>> = {
  EXPORT_FORMAT_CSV: { ending: 'csv', contentType: 'text/csv; charset=utf-8', write: ({ columns }) => toCsv(columns) },
  EXPORT_FORMAT_XLSX: {
    ending: 'xlsx', contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: async function* (told) { yield await toXlsx(told); },
  },
  EXPORT_FORMAT_PARQUET: { ending: 'parquet', contentType: 'application/vnd.apache.parquet', write: ({ columns }) => toParquet(columns) },
};

/** The answer to a question as a file: first what it is, then its bytes. Throws `Rejected` before the first. */
export async function* exported(store: Answering, statistics: readonly Statistic[], { query, format }: ExportRequest): AsyncGenerator<ExportResponse> {
  const form = formOf(format);
  const question = readQuestion(query ?? { statistic: '', groupBy: [], from: '', to: '' }, statistics);
  const answered = await answer(store, question);
  yield* chunks(form, question.statistic.id, { ...answered, selection: question, columns: toColumns(question, answered) });
}

/** The facts behind a number as a file. */
export async function* exportedFacts(store: Answering, statistics: readonly Statistic[], { facts, format }: ExportFactsRequest): AsyncGenerator<ExportFactsResponse> {
  const form = formOf(format);
  const asked = readFactsAsked({ ...(facts ?? { statistic: '', from: '', to: '' }), pageSize: 0, pageToken: '' }, statistics);
  const listed = await listAllFacts(store, asked);
  yield* chunks(form, `${asked.part.id}-facts`, { ...listed, selection: asked, columns: factColumns(asked, listed) });
}

async function* chunks(form: Format, name: string, told: Told): AsyncGenerator<ExportResponse> {
  const { revision, watermark } = told;
  yield { header: { fileName: `${name}-${revision.replace('.', '-')}.${form.ending}`, contentType: form.contentType, revision, watermark } };
  for await (const bytes of form.write(told)) {
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield { content: bytes.subarray(from, from + CHUNK_BYTES) };
  }
}

function formOf(format: ExportFormat): Format {
  if (Object.hasOwn(FORMATS, format)) return FORMATS[format]!;
  throw new Rejected({
    kind: 'invalid', code: 'EXPORT_FORMAT_UNKNOWN', field: 'format',
    zh: '请说明导出格式:CSV、XLSX 或 PARQUET。', en: 'Say which format: CSV, XLSX or PARQUET.',
  });
}
