import { type Town } from './town.ts';

/** Rows of one file at a time: small enough to show progress, large enough to be quick. */
const ROWS_PER_FILE = 10_000;

export interface CsvFile {
  readonly rows: number;
  readonly text: string;
}

export const accountFiles = (town: Town): CsvFile[] =>
  files(['customerNo', 'kind', 'name', 'phone', 'language', 'accountNo', 'usageNature', 'installedCapacityKva', 'lineId', 'address'], town.accounts);

export const topUpFiles = (town: Town): CsvFile[] => files(['receiptNo', 'accountNo', 'amountFen', 'channel', 'takenAt', 'collectorId'], town.topUps);

export const caseFiles = (town: Town): CsvFile[] =>
  files(
    ['externalId', 'kind', 'channel', 'openedAt', 'resolvedAt', 'closedAt', 'regionId', 'lineId', 'accountNo', 'classification', 'customersAffected', 'satisfaction', 'description'],
    town.cases,
  );

/** Each with all its steps, so that it is over when the last one is read. */
export const outageFiles = (town: Town): CsvFile[] =>
  files(
    ['externalId', 'regionId', 'lineId', 'planned', 'startedAt', 'customersAffected', 'restorations', 'cause', 'equipment'],
    town.outages.map(({ planned, steps, ...outage }) => ({
      ...outage,
      planned: planned ? '计划' : '故障',
      restorations: steps.map(({ restoredAt, customersRestored }) => `${restoredAt.toISOString()}=${customersRestored}`).join('; '),
    })),
  );

function files(columns: readonly string[], rows: readonly object[]): CsvFile[] {
  const result: CsvFile[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_FILE) {
    const part = rows.slice(from, from + ROWS_PER_FILE);
    const lines = part.map((row) => columns.map((column) => cell((row as Record<string, unknown>)[column])).join(','));
    result.push({ rows: part.length, text: `${columns.join(',')}\n${lines.join('\n')}\n` });
  }
  return result;
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
