import { z } from 'zod';
import { day } from '../rest/fields.ts';
import { download } from '../rest/route.ts';

export const settlementRoutes = [
  download({
    path: '/api/v1/settlement-files/{day}',
    operation: 'getSettlementFile',
    tag: 'payments',
    summary: { zh: '一个已日终日期的结算文件', en: 'The settlement file of a closed day' },
    params: z.object({ day }),
    contentType: 'text/csv; charset=utf-8',
    answer: async ({ params }, { settlement }, call) => ({ name: `settlement-${params.day}.csv`, content: contents(settlement.getSettlementFile(params, call)) }),
  }),
];

async function* contents(pieces: AsyncIterable<{ content: Buffer }>): AsyncGenerator<Buffer> {
  for await (const { content } of pieces) yield content;
}
