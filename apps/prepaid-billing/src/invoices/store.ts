import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { InvoiceBlockIssued, InvoiceBlockReturned, InvoiceBlockUsedUp } from '@youdian/contracts-billing/invoice_events';
import { evolve, isSeries, seriesOf, type Block, type Series, type SeriesEvent } from './series.ts';

export const INVOICE_BLOCK_TOPIC = 'prepaid-billing.invoice-block.v1';
/** More than a company has at a time. */
const SERIES_MAX = 1_000;

export type SeriesStore = AggregateStore<Series | undefined, SeriesEvent>;

export function openSeriesStore(log: CommitLog): Promise<SeriesStore> {
  return openAggregates<Series | undefined, SeriesEvent>(log, {
    name: 'invoice-series', collection: 'invoice_series', topic: INVOICE_BLOCK_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { InvoiceBlockIssued, InvoiceBlockReturned, InvoiceBlockUsedUp },
    initial: undefined,
    evolve,
    indexes: [{ key: { 'state.blocks.collectorId': 1 } }],
  });
}

/** Of a number, current; undefined where it is none of a series that was begun. */
export async function readSeries(store: Pick<SeriesStore, 'read'>, invoiceNo: string): Promise<Series | undefined> {
  const series = seriesOf(invoiceNo);
  return series === undefined || !isSeries(series) ? undefined : (await store.read(series))?.state;
}

/** A collector's blocks, those of his or her devices included, newest first. */
export async function blocksOfCollector(store: SeriesStore, collectorId: string): Promise<Block[]> {
  const { items } = await store.find({ 'state.blocks.collectorId': collectorId }, { limit: SERIES_MAX });
  const blocks = items.flatMap(({ state }) => state!.blocks.filter((block) => block.collectorId === collectorId));
  return blocks.sort((a, b) => b.issuedAt.getTime() - a.issuedAt.getTime());
}
