import type { ExportResponse, ExportRequest } from '@youdian/contracts-analytics/export';
import { Rejected } from '@youdian/rejection';
import { answer, type Answer } from '../query/answer.ts';
import { readQuestion, type Question } from '../query/question.ts';
import type { Answering } from '../store/fact-store.ts';
import { toCsv } from './csv.ts';
import { toParquet } from './parquet.ts';
import { toColumns, type Column } from './table.ts';
import { toXlsx } from './xlsx.ts';

interface Format {
  readonly ending: string;
  readonly contentType: string;
  write(columns: readonly Column[], question: Question, answer: Answer): Iterable<Buffer> | AsyncIterable<Buffer>;
}

const CHUNK_BYTES = 256 * 1024;

const FORMATS: Readonly<Record<string, Format>> = {
  EXPORT_FORMAT_CSV: { ending: 'csv', contentType: 'text/csv; charset=utf-8', write: toCsv },
  EXPORT_FORMAT_XLSX: {
    ending: 'xlsx', contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: async function* (columns, question, answered) { yield await toXlsx(columns, question, answered); },
  },
  EXPORT_FORMAT_PARQUET: { ending: 'parquet', contentType: 'application/vnd.apache.parquet', write: toParquet },
};

/** The answer to a question as a file: first what it is, then its bytes. Throws `Rejected` before the first. */
export async function* exported(store: Answering, { query, format }: ExportRequest): AsyncGenerator<ExportResponse> {
  const form = FORMATS[format];
  if (!form) throw unknownFormat();
  const question = readQuestion(query ?? { statistic: '', groupBy: [], from: '', to: '' });
  const answered = await answer(store, question);
  const { revision, watermark } = answered;
  const fileName = `${question.statistic.id}-${revision.replace('.', '-')}.${form.ending}`;
  yield { header: { fileName, contentType: form.contentType, revision, watermark } };
  for await (const bytes of form.write(toColumns(question, answered), question, answered)) {
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield { content: bytes.subarray(from, from + CHUNK_BYTES) };
  }
}

function unknownFormat(): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'EXPORT_FORMAT_UNKNOWN', field: 'format',
    zh: '请说明导出格式:CSV、XLSX 或 PARQUET。', en: 'Say which format: CSV, XLSX or PARQUET.',
  });
}
