import { BalanceLevel, TopUpChannel } from '@youdian/contracts-billing/events';
import { StatementEntryKind, type StatementEntry } from '@youdian/contracts-billing/prepaid_billing';
import { z } from 'zod';
import { blockNo } from '../invoices/routes.ts';
import { codes } from '../rest/codes.ts';
import { accountNo, day, fen, fenFromZero, instant, instantOut, nextPageToken, pageSize, pageToken, positiveFen } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const channels = codes(TopUpChannel, 'TOP_UP_CHANNEL_');
const levels = codes(BalanceLevel, 'BALANCE_LEVEL_');
const entryKinds = codes(StatementEntryKind, 'STATEMENT_ENTRY_KIND_');
const params = z.object({ accountNo });

const entry = z.object({
  postingId: z.string(),
  kind: entryKinds.output,
  amountFen: fen.meta({ description: '分 fen; positive raises what the account has, negative lowers it' }),
  balanceFen: fen,
  receivableFen: fen,
  invoiceNo: z.string().optional(),
  chargeId: z.string().optional(),
  period: z.string().optional().meta({ description: '电费月份 month of usage, YYYY-MM' }),
  postedOn: z.string(),
  postedAt: instantOut.optional(),
  takenAt: instantOut.optional(),
  reference: z.string().optional().meta({ description: 'the reversed posting, the refund, the transfer or the adjustment' }),
  otherAccountNo: z.string().optional().meta({ description: '对方户号 the other side of a transfer' }),
});

export const paymentRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/top-ups',
    operation: 'topUp',
    tag: 'payments',
    summary: { zh: '预存电费,得到发票号', en: 'Top up an account; the answer has the invoice number' },
    params,
    body: z.strictObject({ amountFen: positiveFen, channel: channels.input, takenAt: instant.optional().meta({ description: '收款时间,不晚于现在 when the money was taken, if earlier than now' }), invoiceNo: blockNo.optional().meta({ description: '自领号段的发票号 a number out of a block that the collector holds' }) }),
    status: 201,
    response: z.object({
      postingId: z.string(),
      accountNo,
      amountFen: fen,
      invoiceNo: z.string(),
      balanceFen: fen,
      receivableFen: fen,
      postedOn: z.string(),
      postedAt: instantOut.optional(),
    }),
    answer: async ({ params, body }, { billing }, call) => {
      const posted = await billing.topUp({ ...params, ...body, takenAt: body.takenAt, invoiceNo: body.invoiceNo }, call);
      return {
        ...posted,
        amountFen: String(posted.amountFen),
        balanceFen: String(posted.balanceFen),
        receivableFen: String(posted.receivableFen),
        postedAt: posted.postedAt?.toISOString(),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/{accountNo}/balance',
    operation: 'getBalance',
    tag: 'payments',
    summary: { zh: '余额和欠费', en: 'Balance, and what is owed beyond it' },
    params,
    response: z.object({
      accountNo, balanceFen: fen, receivableFen: fen, thresholdFen: fen,
      low: z.boolean().meta({ description: '已提醒余额不足 the customer counts as told of a low balance' }),
      level: levels.output.optional().meta({ description: 'EARLY 将不足 · LOW 不足 · EMPTY 已用完; absent: enough' }),
      daysLeft: z.int().optional().meta({ description: '按近期用电预计可用天数 days it lasts at the recent use' }),
      dailyUseFen: fen.optional(),
      closed: z.boolean(),
    }),
    answer: async ({ params }, { billing }, call) => {
      const { balanceFen, receivableFen, thresholdFen, level, dailyUseFen, episode: _, ...rest } = await billing.getBalance(params, call);
      return {
        ...rest, balanceFen: String(balanceFen), receivableFen: String(receivableFen), thresholdFen: String(thresholdFen),
        level: level === levels.unspecified ? undefined : levels.toCode(level), dailyUseFen: dailyUseFen > 0n ? String(dailyUseFen) : undefined,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/{accountNo}/statement',
    operation: 'getStatement',
    tag: 'payments',
    summary: { zh: '对账单,新的在前', en: 'Statement, newest first' },
    params,
    query: z.strictObject({ from: day.optional(), to: day.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({ entries: z.array(entry), nextPageToken }),
    answer: async ({ params, query }, { billing }, call) => {
      const { entries, nextPageToken } = await billing.getStatement({ ...params, from: query.from ?? '', to: query.to ?? '', pageSize: query.pageSize ?? 0, pageToken: query.pageToken ?? '' }, call);
      return { entries: entries.map(toJson), nextPageToken: nextPageToken || undefined };
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/accounts/{accountNo}/low-balance-threshold',
    operation: 'setLowBalanceThreshold',
    tag: 'payments',
    summary: { zh: '余额低于多少时提醒', en: 'Below which balance the customer is told' },
    params,
    body: z.strictObject({ thresholdFen: fenFromZero }),
    response: z.object({ accountNo, thresholdFen: fen }),
    answer: async ({ params, body }, { billing }, call) => {
      const { accountNo, thresholdFen } = await billing.setLowBalanceThreshold({ ...params, ...body }, call);
      return { accountNo, thresholdFen: String(thresholdFen) };
    },
  }),
];

function toJson({ kind, amountFen, balanceFen, receivableFen, postedAt, takenAt, ...rest }: StatementEntry): z.input<typeof entry> {
  return {
    postingId: rest.postingId,
    kind: entryKinds.toCode(kind),
    amountFen: String(amountFen),
    balanceFen: String(balanceFen),
    receivableFen: String(receivableFen),
    invoiceNo: rest.invoiceNo || undefined,
    chargeId: rest.chargeId || undefined,
    period: rest.period || undefined,
    postedOn: rest.postedOn,
    postedAt: postedAt?.toISOString(),
    takenAt: takenAt?.toISOString(),
    reference: rest.reference || undefined,
    otherAccountNo: rest.otherAccountNo || undefined,
  };
}
