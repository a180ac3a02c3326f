/** What differs in a closed shift, and how it is put right. */
import type { ExplainShiftResponse } from '@youdian/contracts-billing/close';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { fen, shortText } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { paper, PAPER_BYTES_MAX, paperFrom } from './paper.ts';
import { declaredSlips, entries, entriesToJson, shift, shiftId, slipsFrom, toJson } from './routes.ts';

const differenceId = z.string().regex(/^[a-z0-9-]{1,32}$/, says('请用差异说明中的编号。', 'Use the id that the explanation gives.')).meta({ examples: ['3f2a9c0d1e4b'] });
const reason = shortText.meta({ description: '原因 why' });

const explanation = z.object({
  shiftId, takenFen: fen.meta({ description: '实收 what was really taken' }),
  unsettled: z.int().meta({ description: '尚无获批更正的差异数 differences without an approved correction' }),
  sums: z.object({ invoicesFen: fen, recordsFen: fen, cashFen: fen, slipsFen: fen, bankFen: fen.optional().meta({ description: '银行对账单未到则无 absent while the statement is not there' }), floatFen: fen }),
  differences: z.array(z.object({
    differenceId, kind: z.string(), amountFen: fen, zh: z.string(), en: z.string(), settled: z.boolean(),
    explains: z.array(z.object({ side: z.string(), offFen: fen })).meta({ description: '各方因此多(正)或少(负) by how much a side is too high or, negative, too low' }),
    invoiceNos: z.array(z.string()), postingIds: z.array(z.string()), slipNos: z.array(z.string()), entryRefs: z.array(z.string()), deviceRecords: z.array(z.string()).meta({ description: '终端记录:编号.序号 what devices signed: id.sequence' }), otherShiftId: z.string().optional(),
    correction: z.object({ entries, zh: z.string(), en: z.string() }),
  })),
});

export const closeRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/slips',
    operation: 'fileSlips',
    tag: 'shifts',
    summary: { zh: '日结后补交进账单(本人,签核前)', en: 'File slips after the close: by its collector, until it is signed off' },
    params: z.object({ shiftId }),
    body: z.strictObject({ slips: declaredSlips.min(1) }),
    response: shift,
    answer: async ({ params, body }, { dayClose }, call) => toJson((await dayClose.fileSlips({ ...params, slips: slipsFrom(body.slips) }, call)).shift!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/recount',
    operation: 'recountInvoices',
    tag: 'shifts',
    summary: { zh: '日结后重新清点发票(本人,签核前);须由主管签核', en: 'Count the invoices again after the close: by its collector, until it is signed off, then by a manager' },
    params: z.object({ shiftId }),
    body: paper,
    bodyBytesMax: PAPER_BYTES_MAX,
    response: shift,
    answer: async ({ params, body }, { dayClose }, call) => {
      const { counted, invoices } = paperFrom(body);
      return toJson((await dayClose.recountInvoices({ ...params, ...counted, invoices }, call)).shift!);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts/{shiftId}/differences',
    operation: 'explainShift',
    tag: 'shifts',
    summary: { zh: '日结差异:逐笔说明及建议的更正', en: 'What differs in a closed shift, line by line, with the correction of each' },
    params: z.object({ shiftId }),
    response: explanation,
    answer: async ({ params }, { dayClose }, call) => explanationToJson(await dayClose.explainShift(params, call)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/corrections',
    operation: 'proposeCorrection',
    tag: 'shifts',
    summary: { zh: '提出更正一项差异,须另一人审批', en: 'Propose the correction of a difference; another person decides' },
    params: z.object({ shiftId }),
    body: z.strictObject({ differenceId }),
    status: 201,
    response: shift,
    answer: async ({ params, body }, { dayClose }, call) => toJson((await dayClose.proposeCorrection({ ...params, ...body }, call)).shift!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/corrections/{differenceId}/decide',
    operation: 'decideCorrection',
    tag: 'shifts',
    summary: { zh: '审批更正(不能是收费员本人或提出人)', en: 'Approve or refuse a correction; not by the collector, nor by who proposed it' },
    params: z.object({ shiftId, differenceId }),
    body: z.strictObject({ approve: z.boolean(), reason }),
    response: shift,
    answer: async ({ params, body }, { dayClose }, call) => toJson((await dayClose.decideCorrection({ ...params, ...body }, call)).shift!),
  }),
];

function explanationToJson({ shiftId: id, takenFen, unsettled, sums, differences }: ExplainShiftResponse): z.input<typeof explanation> {
  const { invoicesFen, recordsFen, cashFen, slipsFen, bankFen, floatFen } = sums!;
  return {
    shiftId: id, takenFen: String(takenFen), unsettled,
    sums: { invoicesFen: String(invoicesFen), recordsFen: String(recordsFen), cashFen: String(cashFen), slipsFen: String(slipsFen), bankFen: bankFen?.toString(), floatFen: String(floatFen) },
    differences: differences.map(({ amountFen, explains, otherShiftId, correction, ...rest }) => ({
      ...rest, amountFen: String(amountFen), otherShiftId: otherShiftId || undefined,
      explains: explains.map(({ side, offFen }) => ({ side, offFen: String(offFen) })),
      correction: { entries: entriesToJson(correction!.entries), zh: correction!.zh, en: correction!.en },
    })),
  };
}
