/** Receipts: what an invoice was given for, whether it is void, and how often it was printed again. */
import type { Receipt, Reprint } from '@youdian/contracts-billing/invoices';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { Rejected } from '@youdian/rejection';
import { reprintsOf } from '../ledger/decide/invoice.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { reversalOf } from '../ledger/decide/top-up.ts';
import { shardSequence } from '../ledger/posting-id.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { linesOf, type NumberLine } from './numbers.ts';
import { invoiceUnknown } from './rejections.ts';
import { blockOf } from './series.ts';
import { readSeries, type SeriesStore } from './store.ts';

const OWN_NUMBER = /^(\d{2})-(\d{8})$/;

const BESIDE = job('beside-receipts', (shard, postingIds: readonly string[]) =>
  shard.read((ledger) => postingIds.map((postingId) => ({
    isVoid: ledger.keys.find(reversalOf(postingId), NO_HASH) !== undefined,
    reprints: reprintsOf(ledger, postingId),
  }))));

/** Of postings of top-ups in one shard, in their order. */
export async function receiptsOf(shard: LedgerShard, topUps: readonly Posting[]): Promise<Receipt[]> {
  const beside = await shard.ask(BESIDE, topUps.map(({ postingId }) => postingId));
  const sequences = beside.flatMap(({ reprints }) => reprints).sort((a, b) => a - b);
  const reprints = new Map((await shard.postings(sequences)).map((posting, index) => [sequences[index]!, reprintOf(posting)]));
  return topUps.map(({ postingId, accountNo, postedOn, postedAt, shiftId, topUp }, index): Receipt => ({
    postingId, accountNo, postedOn, postedAt, shiftId, ...topUp!, reason: '',
    state: beside[index]!.isVoid ? 'INVOICE_NO_STATE_VOID' : 'INVOICE_NO_STATE_USED',
    reprints: beside[index]!.reprints.map((sequence) => reprints.get(sequence)!),
  }));
}

function reprintOf({ actor, postedAt, reprint }: Posting): Reprint {
  return { copyNo: reprint!.copyNo, printedBy: actor, printedAt: postedAt };
}

const INVOICE_AT = job('invoice-at', (shard, serial: number) => shard.read(({ invoices }) => invoices.at(serial - 1)));

/** Whose a number is: one of the ledger's own, or out of a block. Throws Rejected `INVOICE_UNKNOWN`. */
export async function receiptOfNumber(shards: Shards, series: Pick<SeriesStore, 'read'>, invoiceNo: string): Promise<Receipt> {
  const [, shardNo, serial] = OWN_NUMBER.exec(invoiceNo) ?? [];
  if (shardNo !== undefined) {
    const shard = shards.each()[Number(shardNo)];
    const sequence = await shard?.ask(INVOICE_AT, Number(serial));
    if (sequence === undefined) throw new Rejected(invoiceUnknown);
    return (await receiptsOf(shard!, await shard!.postings([sequence])))[0]!;
  }
  const block = blockOf(await readSeries(series, invoiceNo), invoiceNo);
  const [line] = block ? await linesOf(shards, block.blockId, [invoiceNo]) : [];
  if (!line) throw new Rejected(invoiceUnknown);
  if (line.postingId === '') return withoutPosting(line, block!.collectorId);
  const shard = shards.of(line.accountNo);
  return (await receiptsOf(shard, await shard.postings([shardSequence(line.postingId)])))[0]!;
}

function withoutPosting({ invoiceNo, state, accountNo, amountFen, takenAt, reason }: NumberLine, collectorId: string): Receipt {
  return {
    invoiceNo, state, accountNo, amountFen, takenAt, reason, collectorId, postingId: '', channel: 'TOP_UP_CHANNEL_UNSPECIFIED', postedOn: '', postedAt: undefined, shiftId: '', reprints: [],
  };
}
