/** Blocks of invoice numbers, and receipts. */
import { TopUpChannel } from '@youdian/contracts-billing/events';
import { InvoiceBlockStatus, InvoiceNoState, type InvoiceBlock, type Receipt } from '@youdian/contracts-billing/invoices';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { accountNo, day, fen, instantOut, nextPageToken, ownersId, pageSize, pageToken, shortText } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const statuses = codes(InvoiceBlockStatus, 'INVOICE_BLOCK_STATUS_');
const states = codes(InvoiceNoState, 'INVOICE_NO_STATE_');
const channels = codes(TopUpChannel, 'TOP_UP_CHANNEL_');
const BLOCK_MAX = 1_000;
const SERIAL_MAX = 99_999_999;

export const holderId = z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/, says('编号由 1 到 64 个字母、数字或 _ . @ - 组成。', 'An id has 1 to 64 letters, digits or _ . @ -.'));
export const blockNo = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{0,7}-\d{8}$/, says('号段内的发票号写作字轨和 8 位数字,例如 A1-00000001。', 'A number out of a block is its series and 8 digits, for example A1-00000001.'))
  .meta({ examples: ['A1-00000001'] });
const invoiceNo = z.string().regex(/^[A-Z0-9]{1,8}-\d{8}$/, says('发票号写作字轨和 8 位数字。', 'An invoice number is its series and 8 digits.')).meta({ examples: ['01-00000007'] });

const block = z.object({
  blockId: z.string(), series: z.string(), fromNo: z.string(), toNo: z.string(), collectorId: z.string(), deviceId: z.string().optional(), status: statuses.output,
  returnedFrom: z.string().optional(), issuedBy: z.string(), issuedAt: instantOut.optional(), endedAt: instantOut.optional(),
});

const receipt = z.object({
  invoiceNo: z.string(), state: states.output.meta({ description: 'USED 已用 · VOID 冲正作废 · SPOILED 废号 · PENDING 未记账' }), postingId: z.string().optional(), accountNo: z.string().optional(), amountFen: fen,
  channel: channels.output.optional(), collectorId: z.string(), takenAt: instantOut.optional(), postedOn: z.string().optional(), postedAt: instantOut.optional(),
  shiftId: z.string().optional(), reason: z.string().optional(),
  reprints: z.array(z.object({ copyNo: z.int(), printedBy: z.string(), printedAt: instantOut.optional() })),
});

export const invoiceRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/invoice-blocks',
    operation: 'issueInvoiceBlock',
    tag: 'invoices',
    summary: { zh: '发放一段发票号给收费员或其设备', en: 'Hand out a block of invoice numbers to a collector, or to a device' },
    body: z.strictObject({
      series: z.string().regex(/^[A-Z][A-Z0-9]{0,7}$/, says('字轨由一个大写字母和最多七个大写字母或数字组成。', 'A series is a capital letter and up to seven more capital letters or digits.')),
      count: z.int().min(1).max(BLOCK_MAX), collectorId: holderId, deviceId: holderId.optional(),
      fromSerial: z.int().min(1).max(SERIAL_MAX).optional().meta({ description: '印刷的起始号,须为该字轨的下一个号 the first serial as printed: the next of the series' }),
    }),
    status: 201,
    response: block,
    answer: async ({ body }, { invoices }, call) => blockToJson((await invoices.issueInvoiceBlock({ ...body, deviceId: body.deviceId ?? '', fromSerial: body.fromSerial ?? 0 }, call)).block!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/invoice-blocks',
    operation: 'listInvoiceBlocks',
    tag: 'invoices',
    summary: { zh: '一名收费员领用的号段', en: "A collector's blocks" },
    query: z.strictObject({ collectorId: holderId }),
    response: z.object({ blocks: z.array(block) }),
    answer: async ({ query }, { invoices }, call) => ({ blocks: (await invoices.listInvoiceBlocks(query, call)).blocks.map(blockToJson) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/invoice-blocks/{blockId}',
    operation: 'getInvoiceBlock',
    tag: 'invoices',
    summary: { zh: '号段使用情况:已用、作废、废号、缺号', en: 'What became of the numbers of a block: used, void, spoiled, missing' },
    params: z.object({ blockId: blockNo }),
    response: z.object({
      block, used: z.int(), usedFen: fen, void: z.int(), spoiled: z.int(), pending: z.int(), missing: z.int(), unused: z.int(), returned: z.int(),
      missingRuns: z.array(z.object({ fromNo: z.string(), toNo: z.string(), count: z.int() })),
      numbers: z.array(z.object({
        invoiceNo: z.string(), state: states.output, accountNo: z.string().optional(), postingId: z.string().optional(), amountFen: fen, takenAt: instantOut.optional(), reason: z.string().optional(),
      })),
    }),
    answer: async ({ params }, { invoices }, call) => {
      const { block: found, usedFen, numbers, ...rest } = await invoices.getInvoiceBlock(params, call);
      return {
        ...rest, block: blockToJson(found!), usedFen: String(usedFen),
        numbers: numbers.map(({ state, accountNo: account, postingId, amountFen, takenAt, reason, invoiceNo: number }) => ({
          invoiceNo: number, state: states.toCode(state), accountNo: account || undefined, postingId: postingId || undefined, amountFen: String(amountFen), takenAt: takenAt?.toISOString(), reason: reason || undefined,
        })),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/invoice-blocks/{blockId}/end',
    operation: 'endInvoiceBlock',
    tag: 'invoices',
    summary: { zh: '号段退回余号(RETURNED)或标记用完(USED_UP)', en: 'The unused rest of a block comes back, or the block is marked used up' },
    params: z.object({ blockId: blockNo }),
    body: z.strictObject({ how: z.enum(['RETURNED', 'USED_UP']) }),
    response: block,
    answer: async ({ params, body }, { invoices }, call) => {
      const ended = await (body.how === 'RETURNED' ? invoices.returnInvoiceBlock(params, call) : invoices.markInvoiceBlockUsedUp(params, call));
      return blockToJson(ended.block!);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/invoices/{invoiceNo}/void',
    operation: 'voidInvoiceNo',
    tag: 'invoices',
    summary: { zh: '登记一个废号(打印错误、损毁、遗失)', en: 'Declare a number of a block spoiled' },
    params: z.object({ invoiceNo: blockNo }),
    body: z.strictObject({ reason: shortText }),
    response: receipt,
    answer: async ({ params, body }, { invoices }, call) => receiptToJson((await invoices.voidInvoiceNo({ ...params, ...body }, call)).receipt!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/invoices/{invoiceNo}',
    operation: 'getReceipt',
    tag: 'invoices',
    summary: { zh: '按发票号查缴费记录', en: 'Which payment has an invoice number' },
    params: z.object({ invoiceNo }),
    response: receipt,
    answer: async ({ params }, { invoices }, call) => receiptToJson((await invoices.getReceipt(params, call)).receipt!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/{accountNo}/receipts',
    operation: 'listReceipts',
    tag: 'invoices',
    summary: { zh: '一户的发票,新的在前', en: "An account's receipts, newest first" },
    params: z.object({ accountNo }),
    query: z.strictObject({ from: day.optional(), to: day.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({ receipts: z.array(receipt), nextPageToken }),
    answer: async ({ params, query }, { invoices }, call) => {
      const page = await invoices.listReceipts({ ...params, from: query.from ?? '', to: query.to ?? '', pageSize: query.pageSize ?? 0, pageToken: query.pageToken ?? '' }, call);
      return { receipts: page.receipts.map(receiptToJson), nextPageToken: page.nextPageToken || undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/reprints',
    operation: 'reprintInvoice',
    tag: 'invoices',
    summary: { zh: '补打发票,记录第几次', en: 'Print an invoice again; the copy is counted' },
    params: z.object({ accountNo }),
    body: z.strictObject({ postingId: ownersId }),
    status: 201,
    response: z.object({ receipt, copyNo: z.int() }),
    answer: async ({ params, body }, { invoices }, call) => {
      const { receipt: printed, copyNo } = await invoices.reprintInvoice({ ...params, ...body }, call);
      return { receipt: receiptToJson(printed!), copyNo };
    },
  }),
];

function blockToJson({ deviceId, status, returnedFrom, issuedAt, endedAt, ...rest }: InvoiceBlock): z.input<typeof block> {
  return {
    ...rest, deviceId: deviceId || undefined, status: statuses.toCode(status), returnedFrom: returnedFrom || undefined, issuedAt: issuedAt?.toISOString(), endedAt: endedAt?.toISOString(),
  };
}

function receiptToJson({ state, amountFen, channel, reprints, ...rest }: Receipt): z.input<typeof receipt> {
  return {
    invoiceNo: rest.invoiceNo, state: states.toCode(state), collectorId: rest.collectorId, amountFen: String(amountFen),
    channel: channel === channels.unspecified ? undefined : channels.toCode(channel),
    postingId: rest.postingId || undefined, accountNo: rest.accountNo || undefined, postedOn: rest.postedOn || undefined, shiftId: rest.shiftId || undefined, reason: rest.reason || undefined,
    takenAt: rest.takenAt?.toISOString(), postedAt: rest.postedAt?.toISOString(),
    reprints: reprints.map(({ copyNo, printedBy, printedAt }) => ({ copyNo, printedBy, printedAt: printedAt?.toISOString() })),
  };
}
