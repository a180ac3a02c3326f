/** The cashier's day: shifts, and their close to zero. */
import type { BankSlip } from '@youdian/contracts-billing/events';
import { CorrectionStatus, ShiftStatus, type DayCloseTotal, type Shift } from '@youdian/contracts-billing/shifts';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { day, fen, fenFromZero, instant, instantOut, positiveFen, reasonOrNone, SEQUENCE_MAX, shortText } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { paper, PAPER_BYTES_MAX, paperFrom } from './paper.ts';

const DEVICES_MAX = 20;
const SLIPS_MAX = 100;
const statuses = codes(ShiftStatus, 'SHIFT_STATUS_');
const correctionStatuses = codes(CorrectionStatus, 'CORRECTION_STATUS_');

export const shiftId = z.string().regex(/^[A-Za-z0-9_.@-]{1,96}$/, says('请用开班时得到的班次号。', 'Use the shift id that the opening gave.')).meta({ examples: ['C01.2026-11-24.1'] });
const placeId = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, says('编号由 1 到 32 个字母、数字或 . _ - 组成。', 'An id has 1 to 32 letters, digits or . _ -.'));
export const staffId = z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/, says('工号由 1 到 64 个字母、数字或 . _ @ - 组成。', 'A staff id has 1 to 64 letters, digits or . _ @ -.'));
export const entries = z.array(z.object({ account: z.string(), amountFen: fen })).meta({ description: '借为正、贷为负,合计为零;无分录即须由人办理 debit positive, credit negative, to zero; none: people do something else' });

export const declaredSlips = z.array(z.strictObject({
  slipNo: shortText, bank: shortText, bankAccount: shortText.optional(), paidInBy: staffId.optional().meta({ description: '缴款人,不填即本人 who paid in; absent: the collector' }),
  amountFen: positiveFen, depositedAt: instant.optional(),
})).max(SLIPS_MAX);

export function slipsFrom(slips: z.output<typeof declaredSlips>): BankSlip[] {
  return slips.map(({ depositedAt, bankAccount = '', paidInBy = '', ...slip }) => ({ ...slip, bankAccount, paidInBy, depositedAt }));
}

const deviceCount = z.int().min(0).max(SEQUENCE_MAX);
const signed = z.strictObject({ receiptCount: deviceCount, receiptFen: fenFromZero, voidCount: deviceCount, voidFen: fenFromZero })
  .meta({ description: '终端所示本班收据和作废;不填即只申报序号 receipts and voids of the shift as the device shows them; absent: only the sequence is declared' });

const total = z.object({
  id: z.string(), shifts: z.int(), open: z.int(), waiting: z.int().meta({ description: '待签核 closed, and not signed off yet' }),
  invoicesFen: fen, recordsFen: fen, slipsFen: fen, unbalanced: z.int(),
});

export const shift = z.object({
  shiftId, collectorId: z.string(), outletId: z.string(), teamId: z.string().optional(), day: z.string(), floatFen: fen, status: statuses.output,
  openedAt: instantOut.optional(), closedAt: instantOut.optional(),
  records: z.object({ topUpCount: z.int(), topUpFen: fen, reversedCount: z.int(), reversedFen: fen }).optional(),
  declared: z.object({
    invoiceCount: z.int(), voidCount: z.int(), invoiceFen: fen, countedCashFen: fen,
    floatReturnedFen: fen.optional(),
    devices: z.array(z.object({ deviceId: z.string(), highestSequence: z.int(), signed: z.object({ receiptCount: z.int(), receiptFen: fen, voidCount: z.int(), voidFen: fen }).optional() })),
    slips: z.array(z.object({ slipNo: z.string(), bank: z.string(), bankAccount: z.string().optional(), paidInBy: z.string().optional(), amountFen: fen, depositedAt: instantOut.optional() })),
  }).optional(),
  sums: z.object({
    invoicesFen: fen, recordsFen: fen, slipsFen: fen, invoicesLessRecordsFen: fen, recordsLessSlipsFen: fen,
    cashOverFen: fen.meta({ description: '长款为正、短款为负 cash too much is positive, too little negative' }),
    invoiceCountDifference: z.int(), voidCountDifference: z.int(), balanced: z.boolean(),
  }).optional().meta({ description: '三者统一 invoices, records and bank slips; absent while the shift is open' }),
  signedOffBy: z.string().optional(), signOffReason: z.string().optional(), invoiceRecounts: z.int().meta({ description: '日结后重新清点发票的次数 how often the invoices were counted again after the close' }), signedOffAt: instantOut.optional(),
  corrections: z.array(z.object({
    differenceId: z.string(), kind: z.string(), amountFen: fen, entries, status: correctionStatuses.output, proposedBy: z.string(), proposedAt: instantOut.optional(),
    decidedBy: z.string().optional(), reason: z.string().optional(), decidedAt: instantOut.optional(), postingIds: z.array(z.string()),
  })),
});

export const shiftRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/shifts',
    operation: 'openShift',
    tag: 'shifts',
    summary: { zh: '收费员开班,领备用金', en: 'A collector opens a shift with a cash float' },
    body: z.strictObject({ outletId: placeId, teamId: placeId.optional(), floatFen: fenFromZero }),
    status: 201,
    response: shift,
    answer: async ({ body }, { shifts }, call) => toJson((await shifts.openShift({ ...body, teamId: body.teamId ?? '' }, call)).shift!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/close',
    operation: 'closeShift',
    tag: 'shifts',
    summary: { zh: '日结:清点现金、发票和进账单', en: 'Close a shift: counted cash, invoices and bank slips' },
    params: z.object({ shiftId }),
    body: z.strictObject({
      ...paper.shape,
      countedCashFen: fenFromZero.meta({ description: '缴存前清点的本班现金,含备用金 all cash of the shift, the float included, as counted before it is banked' }),
      floatReturnedFen: fenFromZero.optional().meta({ description: '交回的备用金,不填即全部 of the float; absent: all of it' }),
      slips: declaredSlips,
      devices: z.array(z.strictObject({ deviceId: staffId, highestSequence: deviceCount, signed: signed.optional() })).max(DEVICES_MAX).optional()
        .meta({ description: '本班用过的终端及其最后一个序号、本班张数与金额 devices that signed in the shift, with the last sequence of each and what it signed' }),
    }),
    bodyBytesMax: PAPER_BYTES_MAX,
    response: shift,
    answer: async ({ params, body }, { shifts }, call) => {
      const { countedCashFen, floatReturnedFen, slips, devices = [] } = body;
      const { counted, invoices } = paperFrom(body);
      return toJson((await shifts.closeShift({ ...params, declared: { ...counted, countedCashFen, floatReturnedFen, slips: slipsFrom(slips), devices: devices.map(({ signed: totals, ...device }) => ({ ...device, signed: totals })) }, invoices }, call)).shift!);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/shifts/{shiftId}/sign-off',
    operation: 'signOffShift',
    tag: 'shifts',
    summary: { zh: '签核日结(不能是收费员本人)', en: 'Sign a closed shift off; not by its collector' },
    params: z.object({ shiftId }),
    body: z.strictObject({ reason: reasonOrNone.meta({ description: '有差额时必填 needed where the sums differ' }) }),
    response: shift,
    answer: async ({ params, body }, { shifts }, call) => toJson((await shifts.signOffShift({ ...params, ...body }, call)).shift!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts/{shiftId}',
    operation: 'getShift',
    tag: 'shifts',
    summary: { zh: '一个班次', en: 'One shift' },
    params: z.object({ shiftId }),
    response: shift,
    answer: async ({ params }, { shifts }, call) => toJson((await shifts.getShift(params, call)).shift!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/shifts/{shiftId}/records',
    operation: 'listShiftRecords',
    tag: 'shifts',
    summary: { zh: '一个班次合计背后的每笔记账', en: "Every record behind a closed shift's sums" },
    params: z.object({ shiftId }),
    response: z.object({
      records: z.array(z.object({ postingId: z.string(), accountNo: z.string(), invoiceNo: z.string(), amountFen: fen, takenAt: instantOut.optional(), postedAt: instantOut.optional() })),
    }),
    answer: async ({ params }, { shifts }, call) => {
      const { records } = await shifts.listShiftRecords(params, call);
      return { records: records.map(({ amountFen, takenAt, postedAt, ...rest }) => ({ ...rest, amountFen: String(amountFen), takenAt: takenAt?.toISOString(), postedAt: postedAt?.toISOString() })) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/day-closes/{day}',
    operation: 'getDayClose',
    tag: 'shifts',
    summary: { zh: '一天的日结:按网点、班组、公司', en: "A day's close, by outlet, team and company" },
    params: z.object({ day }),
    response: z.object({ day: z.string(), shifts: z.array(shift), outlets: z.array(total), teams: z.array(total), company: total }),
    answer: async ({ params }, { shifts }, call) => {
      const close = await shifts.getDayClose(params, call);
      return { day: close.day, shifts: close.shifts.map(toJson), outlets: close.outlets.map(totalToJson), teams: close.teams.map(totalToJson), company: totalToJson(close.company!) };
    },
  }),
];

export function toJson({ floatFen, status, openedAt, closedAt, records, declared, sums, signedOffAt, corrections, ...rest }: Shift): z.input<typeof shift> {
  return {
    ...rest,
    teamId: rest.teamId || undefined, signedOffBy: rest.signedOffBy || undefined, signOffReason: rest.signOffReason || undefined,
    floatFen: String(floatFen), status: statuses.toCode(status),
    openedAt: openedAt?.toISOString(), closedAt: closedAt?.toISOString(), signedOffAt: signedOffAt?.toISOString(),
    records: records && { topUpCount: Number(records.topUpCount), topUpFen: String(records.topUpFen), reversedCount: Number(records.reversedCount), reversedFen: String(records.reversedFen) },
    declared: declared && {
      devices: declared.devices.map(({ signed: totals, ...device }) => ({ ...device, signed: totals && { ...totals, receiptFen: String(totals.receiptFen), voidFen: String(totals.voidFen) } })),
      invoiceCount: Number(declared.invoiceCount), voidCount: Number(declared.voidCount), invoiceFen: String(declared.invoiceFen), countedCashFen: String(declared.countedCashFen),
      floatReturnedFen: declared.floatReturnedFen?.toString(),
      slips: declared.slips.map(({ amountFen, depositedAt, bankAccount, paidInBy, ...slip }) => ({
        ...slip, bankAccount: bankAccount || undefined, paidInBy: paidInBy || undefined, amountFen: String(amountFen), depositedAt: depositedAt?.toISOString(),
      })),
    },
    sums: sums && {
      invoicesFen: String(sums.invoicesFen), recordsFen: String(sums.recordsFen), slipsFen: String(sums.slipsFen), invoicesLessRecordsFen: String(sums.invoicesLessRecordsFen),
      recordsLessSlipsFen: String(sums.recordsLessSlipsFen), cashOverFen: String(sums.cashOverFen),
      invoiceCountDifference: Number(sums.invoiceCountDifference), voidCountDifference: Number(sums.voidCountDifference), balanced: sums.balanced,
    },
    corrections: corrections.map(({ amountFen, entries: sides, status: stage, proposedAt, decidedBy, reason, decidedAt, ...correction }) => ({
      ...correction, amountFen: String(amountFen), entries: entriesToJson(sides), status: correctionStatuses.toCode(stage), proposedAt: proposedAt?.toISOString(),
      decidedBy: decidedBy || undefined, reason: reason || undefined, decidedAt: decidedAt?.toISOString(),
    })),
  };
}

export function entriesToJson(sides: readonly { readonly account: string; readonly amountFen: bigint }[]): z.input<typeof entries> {
  return sides.map(({ account, amountFen }) => ({ account, amountFen: String(amountFen) }));
}

function totalToJson({ invoicesFen, recordsFen, slipsFen, ...rest }: DayCloseTotal): z.input<typeof total> {
  return { ...rest, invoicesFen: String(invoicesFen), recordsFen: String(recordsFen), slipsFen: String(slipsFen) };
}
