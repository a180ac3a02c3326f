/** What becomes of prepaid money beside top-ups and charges: taken back, given back, moved, adjusted, owed. */
import { TransferStatus } from '@youdian/contracts-billing/prepaid_billing';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { accountNo, day, fen, instantOut, ownersId, positiveFen, shortText, signedFen } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const transferStatuses = codes(TransferStatus, 'TRANSFER_STATUS_');
const params = z.object({ accountNo });
const reason = shortText.meta({ description: '原因 why' });
/** As the billing center calls its charges. */
const billingId = z.string().regex(/^[A-Za-z0-9._:/-]{1,64}$/, says('编号由 1 到 64 个字母、数字或 . _ : / - 组成。', 'An id has 1 to 64 letters, digits or . _ : / -.'));
const period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, says('月份写作 YYYY-MM。', 'Write a month as YYYY-MM.')).meta({ description: '电费月份 month of usage' });

export const moneyRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/top-ups/{postingId}/reverse',
    operation: 'reverseTopUp',
    tag: 'payments',
    summary: { zh: '当日冲正一笔预存,发票作废', en: "Take back a top-up on the day of its posting; its invoice is void" },
    params: params.extend({ postingId: ownersId }),
    body: z.strictObject({ reason }),
    response: z.object({ postingId: z.string(), accountNo, amountFen: fen, invoiceNo: z.string(), balanceFen: fen, receivableFen: fen, postedOn: z.string() }),
    answer: async ({ params, body }, { billing }, call) => {
      const { amountFen, balanceFen, receivableFen, ...rest } = await billing.reverseTopUp({ ...params, ...body }, call);
      return { ...rest, amountFen: String(amountFen), balanceFen: String(balanceFen), receivableFen: String(receivableFen) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/refunds',
    operation: 'requestRefund',
    tag: 'payments',
    summary: { zh: '申请退还预存电费,须另一人审批', en: 'Ask for prepaid money to be given back; another person decides' },
    params,
    body: z.strictObject({ amountFen: positiveFen, reason }),
    status: 201,
    response: z.object({ refundId: z.string(), accountNo, amountFen: fen }),
    answer: async ({ params, body }, { billing }, call) => {
      const { amountFen, ...rest } = await billing.requestRefund({ ...params, ...body }, call);
      return { ...rest, amountFen: String(amountFen) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/refunds/{refundId}/decide',
    operation: 'decideRefund',
    tag: 'payments',
    summary: { zh: '审批退费(不能是申请人)', en: 'Approve or refuse a refund; not by who asked for it' },
    params: params.extend({ refundId: ownersId }),
    body: z.strictObject({ approve: z.boolean(), reason }),
    response: z.object({ refundId: z.string(), accountNo, approved: z.boolean(), amountFen: fen, balanceFen: fen }),
    answer: async ({ params, body }, { billing }, call) => {
      const { amountFen, balanceFen, ...rest } = await billing.decideRefund({ ...params, ...body }, call);
      return { ...rest, amountFen: String(amountFen), balanceFen: String(balanceFen) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/refunds',
    operation: 'listPendingRefunds',
    tag: 'payments',
    summary: { zh: '待审批的退费', en: 'Refunds that wait for a second person' },
    response: z.object({
      refunds: z.array(z.object({ refundId: z.string(), accountNo, amountFen: fen, reason: z.string(), requestedBy: z.string(), requestedAt: instantOut.optional() })),
    }),
    answer: async (_input, { billing }, call) => {
      const { refunds } = await billing.listPendingRefunds({}, call);
      return { refunds: refunds.map(({ amountFen, requestedAt, ...rest }) => ({ ...rest, amountFen: String(amountFen), requestedAt: requestedAt?.toISOString() })) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/transfers',
    operation: 'transferBalance',
    tag: 'payments',
    summary: { zh: '把预存电费转到另一户', en: 'Move prepaid money to another account' },
    params,
    body: z.strictObject({ toAccountNo: accountNo, amountFen: positiveFen, reason }),
    status: 201,
    response: z.object({
      transferId: z.string(), accountNo, toAccountNo: accountNo, amountFen: fen,
      status: transferStatuses.output.meta({ description: 'PENDING 在途: on its way; ask again with the same key' }),
      code: z.string().optional().meta({ description: 'why it was returned' }),
    }),
    answer: async ({ params, body }, { billing }, call) => {
      const { amountFen, status, code, ...rest } = await billing.transferBalance({ ...params, ...body }, call);
      return { ...rest, amountFen: String(amountFen), status: transferStatuses.toCode(status), code: code || undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/charge-adjustments',
    operation: 'adjustCharge',
    tag: 'payments',
    summary: { zh: '算费中心调整一笔电费', en: 'The billing center raises or lowers a charge' },
    params,
    body: z.strictObject({ adjustmentId: billingId, chargeId: billingId, amountFen: signedFen, period, dueOn: day, reason }),
    status: 201,
    response: z.object({ postingId: z.string(), accountNo, balanceFen: fen, receivableFen: fen }),
    answer: async ({ params, body }, { billing }, call) => {
      const { balanceFen, receivableFen, ...rest } = await billing.adjustCharge({ ...params, ...body }, call);
      return { ...rest, balanceFen: String(balanceFen), receivableFen: String(receivableFen) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/accounts/{accountNo}/close',
    operation: 'closeAccount',
    tag: 'accounts',
    summary: { zh: '销户:无余额、无欠费、无在途', en: 'Close an account that neither has nor owes anything' },
    params,
    body: z.strictObject({ reason }),
    response: z.object({ accountNo, closedOn: z.string() }),
    answer: ({ params, body }, { billing }, call) => billing.closeAccount({ ...params, ...body }, call),
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/{accountNo}/arrears',
    operation: 'getArrears',
    tag: 'payments',
    summary: { zh: '欠费明细,到期早的在前', en: 'What is owed, charge by charge, oldest due first' },
    params,
    response: z.object({
      accountNo, receivableFen: fen, overdueFen: fen,
      owed: z.array(z.object({ itemId: z.string(), period: z.string().optional(), dueOn: z.string(), remainingFen: fen, overdue: z.boolean() })),
    }),
    answer: async ({ params }, { billing }, call) => {
      const { receivableFen, overdueFen, owed, ...rest } = await billing.getArrears(params, call);
      return {
        ...rest, receivableFen: String(receivableFen), overdueFen: String(overdueFen),
        owed: owed.map(({ period, remainingFen, ...item }) => ({ ...item, period: period || undefined, remainingFen: String(remainingFen) })),
      };
    },
  }),
];
