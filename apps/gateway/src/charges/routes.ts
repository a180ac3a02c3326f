/** Batches of charges, as their senders (算费中心, 农电) hand them in and ask after them. */
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { columnMapping } from '../imports/column-mapping.ts';
import { fen, fenFromZero, nextPageToken, pageSize, pageToken } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const LINES_MAX = 10_000_000;
const LINE_FORM = says('请写 1 到 10000000 之间的整数。', 'Write a whole number from 1 to 10000000.');
const line = z.string().regex(/^[1-9]\d{0,7}$/, LINE_FORM).transform(Number).refine((number) => number <= LINES_MAX, LINE_FORM);
/** As its sender calls it, or as events do: `<sender>~<id>`. */
const batchId = z.string().regex(/^([a-z][a-z0-9-]{0,31}~)?[A-Za-z0-9._:/-]{1,64}$/, says('批次号由 1 到 64 个字母、数字或 . _ : / - 组成。', 'A batch id has 1 to 64 letters, digits or . _ : / -.'));
const params = z.object({ batchId });

export const chargeRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/charge-batches/{batchId}',
    operation: 'getChargeBatch',
    tag: 'payments',
    summary: { zh: '一批电费收到多少、结果如何、文件从哪一行续传', en: 'How far a batch of charges is, what became of it, and where its file goes on' },
    params,
    response: z.object({
      batchId: z.string(), settled: z.boolean(), declared: z.boolean(), declaredCount: z.int(), declaredFen: fen, acceptedCount: z.int(), acceptedFen: fen,
      duplicateCount: z.int(), duplicateFen: fen, rejectedCount: z.int(), rejectedFen: fen,
      nextLine: z.int().meta({ description: '尚未收到的第一行 the first line that has not come' }),
    }),
    answer: async ({ params }, { billing }, call) => {
      const { declaredFen, acceptedFen, duplicateFen, rejectedFen, ...rest } = await billing.getChargeBatch(params, call);
      return { ...rest, declaredFen: String(declaredFen), acceptedFen: String(acceptedFen), duplicateFen: String(duplicateFen), rejectedFen: String(rejectedFen) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/charge-batches/{batchId}/file',
    operation: 'uploadChargeFile',
    tag: 'payments',
    summary: { zh: '以 CSV 文件送一批电费；中断后从 nextLine 续传，重送不会重复', en: 'Hand in a batch of charges as a CSV file; broken off, it goes on at nextLine; sent again, it changes nothing' },
    params,
    query: z.strictObject({
      count: line.meta({ description: '整个文件的行数（不含表头） rows of the whole file, without its header', examples: ['20000'] }),
      sumFen: fenFromZero.meta({ description: '整个文件的金额合计，分 what its amounts come to, in fen' }),
      fromLine: line.optional().meta({ description: '表头之后第一行在整个文件中的行号，默认 1 which row of the whole file follows the header' }),
      columns: columnMapping.optional(),
    }),
    csv: { required: ['chargeId', 'accountNo', 'amountFen', 'period', 'dueOn'], optional: [] },
    response: z.object({
      batchId: z.string(), posted: z.int(), repeated: z.int().meta({ description: 'there already' }), rejected: z.int(), nextLine: z.int(),
    }),
    answer: async ({ params, query: { count, sumFen, fromLine = 1 }, file }, { intake }, call) => {
      async function* requests() {
        for await (const chunk of file) yield { ...params, count, sumFen, fromLine, chunk };
      }
      return intake.uploadChargeFile(requests(), call);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/charge-batches/{batchId}/rejections',
    operation: 'listRejectedLines',
    tag: 'payments',
    summary: { zh: '一批电费中被拒绝的行及原因', en: 'The rejected lines of a batch, each with its reason' },
    params,
    query: z.strictObject({ pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({
      lines: z.array(z.object({ line: z.int(), chargeId: z.string().optional(), amountFen: fen, code: z.string(), zh: z.string(), en: z.string() })),
      nextPageToken,
    }),
    answer: async ({ params, query }, { intake }, call) => {
      const { lines, nextPageToken } = await intake.listRejectedLines({ ...params, pageSize: query.pageSize ?? 0, pageToken: query.pageToken ?? '' }, call);
      return {
        lines: lines.map(({ chargeId, amountFen, reasonZh, reasonEn, ...rest }) => ({ ...rest, chargeId: chargeId || undefined, amountFen: String(amountFen), zh: reasonZh, en: reasonEn })),
        nextPageToken: nextPageToken || undefined,
      };
    },
  }),
];
