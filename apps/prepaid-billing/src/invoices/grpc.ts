import {
  InvoiceServiceService, type GetInvoiceBlockRequest, type GetReceiptRequest, type InvoiceBlock, type IssueInvoiceBlockRequest, type ListInvoiceBlocksRequest,
  type MarkInvoiceBlockUsedUpRequest, type ReprintInvoiceRequest, type ReturnInvoiceBlockRequest, type VoidInvoiceNoRequest,
} from '@youdian/contracts-billing/invoices';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import { currentTraceparent } from '@youdian/telemetry';
import { askedOf, checkReason } from '../accounts/account-command.ts';
import { decideReprint } from '../ledger/decide/invoice.ts';
import { post } from '../shards/post.ts';
import { findTopUp } from '../top-up/reverse.ts';
import { claimNumber, spoiled, type NumberedParts } from './claim.ts';
import { listReceipts } from './list.ts';
import { accountFor, missingRuns, numbersOf, restOf } from './numbers.ts';
import { receiptOfNumber, receiptsOf } from './receipts.ts';
import { blockUnknown, notYourNumber, seriesInvalid } from './rejections.ts';
import { blockOf, evolve, isSeries, issueBlock, markUsedUp, numberOf, returnBlock, type Block, type Series, type SeriesEvent } from './series.ts';
import { blocksOfCollector, readSeries, type SeriesStore } from './store.ts';

const ISSUERS = ['manager', 'admin'];
const SPOILERS = ['cashier', 'manager', 'admin'];
const PRINTERS = ['cashier', 'manager', 'admin'];
const BLOCK_READERS = ['cashier', 'manager', 'analyst', 'admin', 'service'];
const RECEIPT_READERS = ['cashier', 'agent', 'manager', 'analyst', 'customer', 'kiosk', 'admin', 'service'];
const BLOCKS_MAX = 1_000;

export interface InvoiceParts extends NumberedParts {
  readonly series: SeriesStore;
}

export function invoiceService({ shards, directory, series: store }: InvoiceParts) {
  const execute = async (blockId: string, series: string, operation: string, input: object, call: Call, decide: (state: Series | undefined, at: Date) => SeriesEvent[] | Rejection) => {
    const { result } = await store.execute(series, { operation, key: call.idempotencyKey, actor: call.actor.name, input }, (state, at) => {
      const events = decide(state, at);
      if (isRejection(events)) return events;
      const after = events.reduce<Series | undefined>(evolve, state)!;
      return { events, result: blockId === '' ? after.blocks.at(-1)! : blockOf(after, blockId)! };
    });
    return { block: messageOf(result) };
  };
  const readBlock = async (blockId: string): Promise<Block> => {
    const block = blockOf(await readSeries(store, blockId), blockId);
    if (block?.blockId !== blockId) throw new Rejected(blockUnknown);
    return block;
  };

  return implement(InvoiceServiceService, {
    issueInvoiceBlock: command(ISSUERS, async (request: IssueInvoiceBlockRequest, call: Call) => {
      if (!isSeries(request.series)) throw new Rejected(seriesInvalid);
      return execute('', request.series, 'IssueInvoiceBlock', request, call, (state, at) => issueBlock(state, { ...request, actor: call.actor.name }, at));
    }),

    returnInvoiceBlock: command(ISSUERS, async ({ blockId }: ReturnInvoiceBlockRequest, call: Call) => {
      const block = await readBlock(blockId);
      const rest = restOf(block, await numbersOf(shards, block));
      return execute(blockId, block.series, 'ReturnInvoiceBlock', { blockId }, call, (state, at) => returnBlock(state, blockId, rest, call.actor.name, at));
    }),

    markInvoiceBlockUsedUp: command(ISSUERS, async ({ blockId }: MarkInvoiceBlockUsedUpRequest, call: Call) => {
      const { series } = await readBlock(blockId);
      return execute(blockId, series, 'MarkInvoiceBlockUsedUp', { blockId }, call, (state, at) => markUsedUp(state, blockId, call.actor.name, at));
    }),

    getInvoiceBlock: query(BLOCK_READERS, async ({ blockId }: GetInvoiceBlockRequest) => {
      const block = await readBlock(blockId);
      const lines = await numbersOf(shards, block);
      const missing = missingRuns(block, lines).map(({ from, to }) => ({ fromNo: numberOf(block.series, from), toNo: numberOf(block.series, to), count: to - from + 1 }));
      return { block: messageOf(block), ...accountFor(block, lines), missingRuns: missing, numbers: lines.map(({ serial: _, takenAt, ...line }) => ({ ...line, takenAt })) };
    }),

    listInvoiceBlocks: query(BLOCK_READERS, async ({ collectorId }: ListInvoiceBlocksRequest) => ({
      blocks: (await blocksOfCollector(store, collectorId)).slice(0, BLOCKS_MAX).map(messageOf),
    })),

    voidInvoiceNo: command(SPOILERS, async ({ invoiceNo, reason }: VoidInvoiceNoRequest, call: Call) => {
      checkReason(reason);
      const block = blockOf(await readSeries(store, invoiceNo), invoiceNo);
      const isOurs = block && (call.actor.role !== 'cashier' || block.collectorId === call.actor.id);
      if (!isOurs) throw new Rejected(notYourNumber(invoiceNo));
      await claimNumber(shards, spoiled(block, invoiceNo, reason), { actor: call.actor.name, traceparent: currentTraceparent() });
      return { receipt: await receiptOfNumber(shards, store, invoiceNo) };
    }),

    reprintInvoice: command(PRINTERS, async ({ accountNo, postingId }: ReprintInvoiceRequest, call: Call) => {
      const { command: asked, context } = askedOf(call, 'reprint', accountNo, postingId);
      const shard = shards.of(accountNo);
      const topUp = await findTopUp(shard, accountNo, postingId);
      const { invoiceNo } = topUp.topUp!;
      const { reprint } = await post(shard, directory, { accountNo, decide: (ledger, at) => decideReprint(ledger, { ...asked, postingId, invoiceNo }, { ...context, at }) });
      return { receipt: (await receiptsOf(shard, [topUp]))[0], copyNo: reprint!.copyNo };
    }),

    listReceipts: query(RECEIPT_READERS, listReceipts(shards, directory)),

    getReceipt: query(RECEIPT_READERS, async ({ invoiceNo }: GetReceiptRequest) => ({ receipt: await receiptOfNumber(shards, store, invoiceNo) })),
  });
}

function messageOf({ from, to, returnedFrom, endedAt, ...block }: Block): InvoiceBlock {
  const { series } = block;
  return { ...block, fromNo: numberOf(series, from), toNo: numberOf(series, to), returnedFrom: returnedFrom === 0 ? '' : numberOf(series, returnedFrom), endedAt };
}
