import { isRejection, type Rejection } from '@youdian/rejection';
import type { Report } from './report.ts';
import { readRows, type Columns, type CsvRow } from './rows.ts';

export interface RowReader<Row extends { readonly line: number }> extends Columns {
  /** What a row means. */
  read(csv: CsvRow): Row | Rejection | Promise<Row | Rejection>;
  readonly batchRows: number;
  /** Remembers the rows of one batch, and says whether the next can be decided beside them; else it comes in a later batch, and finds what they made. */
  besides?(): (row: Row) => boolean;
}

/** The rows of a file that mean something, in batches; of the others the report says why not. */
export async function* readBatches<Row extends { readonly line: number }>(chunks: AsyncIterable<Uint8Array>, report: Report, reader: RowReader<Row>): AsyncIterable<Row[]> {
  const fresh = () => reader.besides?.() ?? (() => true);
  let batch: Row[] = [];
  let goesBesides = fresh();
  for await (const csv of readRows(chunks, reader)) {
    if ('problem' in csv) {
      report.addUnreadable(csv.line, csv.problem);
      continue;
    }
    const row = await reader.read(csv);
    if (isRejection(row)) {
      report.add(csv.line, row);
      continue;
    }
    if (batch.length >= reader.batchRows || !goesBesides(row)) {
      yield batch;
      batch = [];
      goesBesides = fresh();
      goesBesides(row);
    }
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}
