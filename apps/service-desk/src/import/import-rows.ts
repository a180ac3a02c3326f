import type { AggregateStore, BulkItem, DomainEvent } from '@youdian/commit-log';
import { createReport, readBatches, type CsvReport, type Outcome } from '@youdian/csv-import';
import { isRejection, type Rejection } from '@youdian/rejection';
import type { Named } from '../case/place.ts';
import type { PlaceAndCustomer, Places } from '../case/places.ts';
import { withSealed, type Sealing } from '../sealing.ts';
import type { Cells } from './cells.ts';

const BATCH_ROWS = 1_000;

/** One kind of file: what its rows mean, and what each does to its aggregate. */
export interface ImportKind<Row extends Named, S, E extends DomainEvent> {
  /** `ImportCases` */
  readonly operation: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly store: AggregateStore<S | undefined, E>;
  /** `source` names the file's origin: the same number in another source is another thing. */
  read(cells: Cells, source: string): Row | Rejection;
  /** Of the aggregate that the row is about. */
  idOf(row: Row): string;
  /** Pure. No events: the row is there already. */
  decide(state: S | undefined, row: Row, place: PlaceAndCustomer, at: Date): readonly { readonly kept?: unknown }[] | Rejection;
  /** What is to be sealed of a row that opens something, and under whose key. */
  told?(row: Row, place: PlaceAndCustomer): { readonly person: string; readonly told: object };
}

export interface ImportTools {
  readonly places: Places;
  readonly sealing: Sealing;
  readonly clock: () => Date;
}

export interface ImportOptions {
  readonly columns: Readonly<Record<string, string>>;
  /** Names the file's origin. */
  readonly source: string;
  readonly actor: string;
  readonly idempotencyKey: string;
}

type Numbered<Row> = { readonly row: Row; readonly line: number };

/** One commit a row's aggregate. Rows that say nothing new leave no commit, so a file may come again, also after it was broken off. */
export async function importRows<Row extends Named, S, E extends DomainEvent>(
  kind: ImportKind<Row, S, E>, tools: ImportTools, chunks: AsyncIterable<Uint8Array>, options: ImportOptions,
): Promise<CsvReport> {
  const report = createReport();
  const batches = readBatches<Numbered<Row>>(chunks, report, {
    columns: options.columns, required: kind.required, optional: kind.optional, batchRows: BATCH_ROWS,
    read: ({ values, line }) => {
      const row = kind.read(values, options.source);
      return isRejection(row) ? row : { row, line };
    },
    besides: () => {
      const ids = new Set<string>();
      return ({ row }) => {
        const id = kind.idOf(row);
        if (ids.has(id)) return false;
        ids.add(id);
        return true;
      };
    },
  });
  for await (const rows of batches) report.addAll(rows, await importBatch(kind, tools, rows, options));
  return report.report;
}

async function importBatch<Row extends Named, S, E extends DomainEvent>(
  kind: ImportKind<Row, S, E>, { places, sealing, clock }: ImportTools, rows: readonly Numbered<Row>[], options: ImportOptions,
): Promise<Outcome[]> {
  const [found, read] = await Promise.all([places.find(rows.map(({ row }) => row)), Promise.all(rows.map(({ row }) => kind.store.read(kind.idOf(row))))]);
  const at = clock();
  const decided = rows.map(({ row }, index) => kind.decide(read[index]?.state, row, found[index]!, at));
  const changing = rows.flatMap(({ row, line }, index) => {
    const events = decided[index]!;
    return isRejection(events) || events.length === 0 ? [] : [{ row, line, place: found[index]!, index, isNew: !read[index]?.state }];
  });
  const texts = await sealing.sealMany(
    changing.map(({ row, place, isNew }) => {
      const { person, told } = kind.told?.(row, place) ?? { person: kind.idOf(row), told: {} };
      return { person, told: isNew ? told : {} };
    }),
  );
  const items = changing.map(({ row, line, place }, index): BulkItem<S | undefined, E, undefined> => ({
    id: kind.idOf(row),
    command: { operation: kind.operation, key: `${options.idempotencyKey}:${line}`, actor: options.actor, input: sealing.mark(row) },
    decide: (state, now) => {
      const events = kind.decide(state, row, place, now);
      return isRejection(events) ? events : { events: withSealed<E>(events, texts[index]!) };
    },
  }));
  const committed = await kind.store.executeMany(items);
  const outcomes = new Map(changing.map(({ index }, position) => [index, committed[position]!]));
  return rows.map((_, index): Outcome => {
    const events = decided[index]!;
    if (isRejection(events)) return events;
    const outcome = outcomes.get(index);
    if (!outcome) return 'duplicate';
    return 'rejection' in outcome ? outcome.rejection : 'accepted';
  });
}
