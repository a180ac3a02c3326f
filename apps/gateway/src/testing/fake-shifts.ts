import type { ExplainShiftResponse } from '@youdian/contracts-billing/close';
import { ShiftServiceService, type Shift } from '@youdian/contracts-billing/shifts';
import { implement } from '@youdian/service-host';
import { does, tells } from './fake-methods.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');
const DIFFERENCE_ID = '3f2a9c0d1e4b';

const aShift: Shift = {
  shiftId: 'C01.2026-11-24.1', collectorId: 'C01', outletId: 'HALL-1', teamId: '', day: '2026-11-24', floatFen: 20_000n, status: 'SHIFT_STATUS_CLOSED', openedAt: AT, closedAt: AT,
  records: { topUpCount: 3n, topUpFen: 60_000n, reversedCount: 1n, reversedFen: 10_000n },
  declared: { invoiceCount: 3n, voidCount: 1n, invoiceFen: 50_000n, countedCashFen: 20_000n, slips: [], devices: [{ deviceId: 'POS-07', highestSequence: 4, signed: { receiptCount: 3, receiptFen: 60_000n, voidCount: 1, voidFen: 10_000n } }] },
  sums: {
    invoicesFen: 50_000n, recordsFen: 50_000n, slipsFen: 0n, invoicesLessRecordsFen: 0n, recordsLessSlipsFen: 50_000n, cashOverFen: -50_000n,
    invoiceCountDifference: 0n, voidCountDifference: 0n, balanced: false,
  },
  signedOffBy: '', signOffReason: '', invoiceRecounts: 0, signedOffAt: undefined,
  corrections: [{
    differenceId: DIFFERENCE_ID, kind: 'CASH_SHORT', amountFen: 100n, entries: [{ account: 'cash:C01', amountFen: -100n }, { account: 'suspense:cash-short', amountFen: 100n }],
    status: 'CORRECTION_STATUS_PROPOSED', proposedBy: 'cashier:C02', proposedAt: AT, decidedBy: '', reason: '', decidedAt: undefined, postingIds: [],
  }],
};
const aTotal = { id: 'HALL-1', shifts: 1, open: 0, waiting: 1, invoicesFen: 50_000n, recordsFen: 50_000n, slipsFen: 0n, unbalanced: 1 };

/** The shift as it is now: a test may begin with another. */
export const till = { shift: aShift };

const changed = (changes: Partial<Shift>) => ({ shift: (till.shift = { ...till.shift, ...changes }) });
const [proposed] = aShift.corrections;

function explanation(shiftId: string): ExplainShiftResponse {
  const settled = till.shift.corrections.some(({ status }) => status === 'CORRECTION_STATUS_BOOKED');
  return {
    shiftId, takenFen: 50_000n, unsettled: settled ? 0 : 1, sums: { invoicesFen: 50_000n, recordsFen: 50_000n, cashFen: 49_900n, slipsFen: 49_900n, bankFen: undefined, floatFen: 0n },
    differences: [{
      differenceId: DIFFERENCE_ID, kind: 'CASH_SHORT', amountFen: 100n, explains: [{ side: 'cash', offFen: -100n }], invoiceNos: ['01-00000001'], postingIds: [], slipNos: [], entryRefs: [], deviceRecords: [], otherShiftId: '',
      zh: '短款', en: 'short', correction: { entries: proposed!.entries, zh: '查', en: 'look' }, settled,
    }],
  };
}

export const fakeShifts = implement(ShiftServiceService, {
  openShift: does('openShift', () => changed({})),
  closeShift: does('closeShift', () => changed({ status: 'SHIFT_STATUS_CLOSED' })),
  signOffShift: does('signOffShift', ({ reason }) => changed({ status: 'SHIFT_STATUS_SIGNED_OFF', signedOffBy: 'manager:M01', signOffReason: reason, signedOffAt: AT })),
  getShift: tells('getShift', () => ({ shift: till.shift })),
  listShiftRecords: tells('listShiftRecords', () => ({ records: [{ postingId: '01-1', accountNo: '4101000001', invoiceNo: '01-00000001', amountFen: 100n, takenAt: AT, postedAt: AT }] })),
  getDayClose: tells('getDayClose', ({ day }) => ({ day, shifts: [till.shift], outlets: [aTotal], teams: [], company: { ...aTotal, id: '' } })),
});

export const fakeClose = {
  explainShift: tells('explainShift', ({ shiftId }: { shiftId: string }) => explanation(shiftId)),
  recountInvoices: does('recountInvoices', (_: unknown) => changed({ invoiceRecounts: till.shift.invoiceRecounts + 1 })),
  fileSlips: does('fileSlips', (_: unknown) => changed({})),
  proposeCorrection: does('proposeCorrection', (_: unknown) => changed({ corrections: [proposed!] })),
  decideCorrection: does('decideCorrection', ({ approve, reason }: { approve: boolean; reason: string }) =>
    changed({ corrections: [{ ...proposed!, status: approve ? 'CORRECTION_STATUS_BOOKED' : 'CORRECTION_STATUS_REFUSED', decidedBy: 'manager:M01', reason, decidedAt: AT }] })),
};
