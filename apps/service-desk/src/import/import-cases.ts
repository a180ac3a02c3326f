import type { BulkItem } from '@youdian/commit-log';
import { createReport, readRows, type CsvReport, type Outcome } from '@youdian/csv-import';
import { isRejection } from '@youdian/rejection';
import type { Places } from '../case/places.ts';
import type { CaseEvent } from '../case/state.ts';
import { readCase, type Cases, type SealedCase } from '../case/store.ts';
import { withSealed, type SealedText, type Sealing } from '../sealing.ts';
import { importCase, type PastCase } from './decide.ts';
import { OPTIONAL_COLUMNS, readPastCase, REQUIRED_COLUMNS } from './row.ts';

const BATCH_ROWS_MAX = 1_000;

export interface ImportStores {
  readonly cases: Cases;
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

interface NumberedCase extends PastCase {
  readonly line: number;
}

/** One commit a case. Rows that say nothing new leave no commit, so a file may come again, also after it was broken off. */
export async function importCases(stores: ImportStores, chunks: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<CsvReport> {
  const report = createReport();
  let batch = new Map<string, NumberedCase>();
  const flush = async () => {
    const rows = [...batch.values()];
    const outcomes = await importBatch(stores, rows, options);
    rows.forEach(({ line }, index) => report.add(line, outcomes[index]!));
    batch = new Map();
  };
  for await (const csv of readRows(chunks, { columns: options.columns, required: REQUIRED_COLUMNS, optional: OPTIONAL_COLUMNS })) {
    if ('problem' in csv) {
      report.addUnreadable(csv.line, csv.problem);
      continue;
    }
    const row = readPastCase(csv.values, options.source);
    if (isRejection(row)) {
      report.add(csv.line, row);
      continue;
    }
    // A case that comes twice in a file finds, the second time, what the first row made.
    if (batch.size >= BATCH_ROWS_MAX || batch.has(row.caseId)) await flush();
    batch.set(row.caseId, { ...row, line: csv.line });
  }
  await flush();
  return report.report;
}

async function importBatch({ cases, places, sealing, clock }: ImportStores, rows: readonly NumberedCase[], options: ImportOptions): Promise<Outcome[]> {
  const [found, read] = await Promise.all([places.find(rows), Promise.all(rows.map(({ caseId }) => readCase(cases, caseId)))]);
  const at = clock();
  const decided = rows.map((row, index) => importCase(read[index]?.state, row, found[index]!, at));
  const changing = rows.flatMap((row, index) => {
    const events = decided[index]!;
    return isRejection(events) || events.length === 0 ? [] : [{ row, place: found[index]!, index, isNew: !read[index] }];
  });
  const texts = await sealing.sealMany(
    changing.map(({ row, place, isNew }) => ({ person: place.customerId ?? row.caseId, told: isNew ? row.told : {} })),
  );
  const items = changing.map(({ row, place }, index): BulkItem<SealedCase | undefined, CaseEvent<SealedText>, undefined> => {
    const { line, ...input } = row;
    return {
      id: row.caseId,
      command: { operation: 'ImportCases', key: `${options.idempotencyKey}:${line}`, actor: options.actor, input: sealing.mark(input) },
      decide: (state, now) => {
        const events = importCase(state, row, place, now);
        return isRejection(events) ? events : { events: withSealed(events, texts[index]!) };
      },
    };
  });
  const committed = await cases.executeMany(items);
  const outcomes = new Map(changing.map(({ index }, position) => [index, committed[position]!]));
  return rows.map((_, index): Outcome => {
    const events = decided[index]!;
    if (isRejection(events)) return events;
    const outcome = outcomes.get(index);
    if (!outcome) return 'duplicate';
    return 'rejection' in outcome ? outcome.rejection : 'accepted';
  });
}
