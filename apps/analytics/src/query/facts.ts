import { partsOf, type Counted } from '../catalogue/catalogue.ts';
import { usedBy } from '../catalogue/relations.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { FACT_TABLES } from '../facts/tables.ts';
import type { Answering } from '../store/fact-store.ts';
import { clearly } from './answer.ts';
import { printOf, readSelection, ROWS_MAX, type AskedSelection, type Selection } from './question.ts';
import { pageSizeWrong, perUnknown, tooManyFacts } from './rejections.ts';
import { counterOf, pageToken, readPageToken } from './revision.ts';
import { factsSql, sourcesOf } from './sql.ts';

/** The facts that somebody asks for, as it came. */
export interface AskedFacts extends AskedSelection {
  readonly asOf?: string;
  readonly changesSince?: string;
  /** Of a ratio: which of its statistics; empty: the one above the line. */
  readonly per?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

export interface FactsAsked extends Selection {
  readonly part: Counted;
  readonly asOf: string;
  readonly changesSince: string;
  readonly pageSize: number;
  readonly pageToken: string;
  readonly print: string;
}

export interface FactsAnswer {
  readonly revision: string;
  readonly watermark: Date | undefined;
  readonly columns: readonly string[];
  readonly facts: readonly FactListed[];
  readonly factCount: bigint;
  readonly nextPageToken: string;
}

export interface FactListed {
  readonly topic: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly eventId: string;
  readonly revision: string;
  readonly sign: number;
  readonly values: string[];
}

const FACTS_MAX = 1_000;
const FACTS_DEFAULT = 100;

export function readFactsAsked(asked: AskedFacts, statistics = STATISTICS): FactsAsked {
  const selection = readSelection(asked, statistics);
  const { asOf = '', changesSince = '', per = '', pageSize = 0, pageToken: token = '' } = asked;
  if (pageSize < 0 || pageSize > FACTS_MAX || !Number.isInteger(pageSize)) throw pageSizeWrong(FACTS_MAX);
  const parts = partsOf(selection.statistic);
  const part = per === '' ? parts[0] : parts.find(({ id }) => id === per);
  if (!part) throw perUnknown(selection.statistic, parts.map(({ id }) => id));
  return { ...selection, part, asOf, changesSince, pageSize: pageSize || FACTS_DEFAULT, pageToken: token, print: printOf(asked) };
}

/** The facts behind a number: as many as it counts, where it counts them. */
export async function listFacts(store: Answering, asked: FactsAsked): Promise<FactsAnswer> {
  return clearly(store.snapshot(async (snapshot) => {
    const page = readPageToken(asked.pageToken, asked.print);
    const at = page?.revision ?? asked.asOf;
    const asOf = counterOf('asOf', at, snapshot.revision);
    const revision = asOf === undefined ? snapshot.revision : at;
    const since = asked.changesSince === '' ? undefined : (counterOf('changesSince', asked.changesSince, revision) ?? BigInt(revision.split('.')[1]!));
    const offset = page?.offset ?? 0;
    const { sql, parameters } = factsSql({ ...asked, asOf, since }, asked.pageSize, offset);
    const rows = await snapshot.rows(sql, parameters);
    const epoch = revision.split('.')[0]!;
    const topic = topicOf(asked.part);
    const factCount = BigInt(rows[0]?.[5] ?? 0);
    const end = offset + rows.length;
    return {
      revision, columns: asked.part.columns, factCount,
      watermark: asOf === undefined ? await snapshot.watermark(sourcesOf(sql)) : undefined,
      facts: rows.map(([sign, subject, sequence, eventId, counter, _, ...values]) => ({
        topic, subject: String(subject), sequence: BigInt(sequence!), eventId: String(eventId), revision: `${epoch}.${counter}`, sign: Number(sign),
        values: values.map((value) => (value === null ? '' : String(value))),
      })),
      nextPageToken: end < Number(factCount) ? pageToken({ revision, offset: end }, asked.print) : '',
    };
  }));
}

/** Those of all pages, as many as an answer may have rows. */
export async function listAllFacts(store: Answering, asked: FactsAsked): Promise<FactsAnswer> {
  const listed = await listFacts(store, { ...asked, pageSize: ROWS_MAX });
  if (listed.factCount > BigInt(ROWS_MAX)) throw tooManyFacts(ROWS_MAX);
  return listed;
}

/** Whose subjects the facts are. */
function topicOf({ facts }: Counted): string {
  return FACT_TABLES[usedBy(facts).tables[0]!].topic;
}

