import { diagnose } from './diagnose.ts';
import type { Difference } from './difference.ts';
import type { BankLine, BankSlip, Invoice, LedgerRecord, ShiftDay } from './lines.ts';
import { indexSurroundings } from './surroundings.ts';

/** A small shift for tests that read like the rules: invoices 1 to 3 over 100, 200 and 300 yuan, banked on one slip. */
export const ACCOUNT = '0000000001';
export const NOON = new Date('2026-03-02T04:00:00Z');
export const AFTERNOON = new Date('2026-03-02T08:00:00Z');
export const NEXT_MORNING = new Date('2026-03-03T01:00:00Z');
const YUAN = 100n;

export const number = (n: number): string => `A-${n.toString().padStart(8, '0')}`;

export function invoice(n: number, yuan: number, more: Partial<Invoice> = {}): Invoice {
  return { invoiceNo: number(n), accountNo: ACCOUNT, amountFen: BigInt(yuan) * YUAN, voided: false, takenAt: NOON, reprints: 0, ...more };
}

export function record(n: number, yuan: number, more: Partial<LedgerRecord> = {}): LedgerRecord {
  return { postingId: `02-${n}`, invoiceNo: number(n), accountNo: ACCOUNT, amountFen: BigInt(yuan) * YUAN, reversed: false, takenAt: NOON, postedAt: NOON, ...more };
}

export function slip(slipNo: string, yuan: number, more: Partial<BankSlip> = {}): BankSlip {
  return { slipNo, bank: 'ICBC', bankAccount: '6222', collectorId: 'C01', amountFen: BigInt(yuan) * YUAN, depositedAt: AFTERNOON, ...more };
}

export function bankLine(slipNo: string, yuan: number, more: Partial<BankLine> = {}): BankLine {
  return { entryRef: `E${slipNo}`, bankAccount: '6222', amountFen: BigInt(yuan) * YUAN, bookedOn: '2026-03-02', slipNo, ...more };
}

export function shift(more: Partial<ShiftDay> = {}): ShiftDay {
  return {
    shiftId: 'S1', collectorId: 'C01', outletId: 'O1', teamId: 'T1', day: '2026-03-02',
    floatFen: 50_000n, floatReturnedFen: 50_000n, countedCashFen: 110_000n,
    invoiceBlocks: [{ from: number(1), to: number(50) }],
    invoices: [invoice(1, 100), invoice(2, 200), invoice(3, 300)],
    records: [record(1, 100), record(2, 200), record(3, 300)],
    slips: [slip('700001', 600)],
    offlineReceipts: [],
    devices: [],
    ...more,
  };
}

/** `undefined` for the bank's lines means that its statement is not there. */
export function diagnosed(one: ShiftDay, { others = [], bankLines = [bankLine('700001', 600)] }: { others?: readonly ShiftDay[]; bankLines?: readonly BankLine[] | null } = {}) {
  return diagnose(one, indexSurroundings({ shifts: [one, ...others], bankLines: bankLines ?? undefined }));
}

export function kinds(differences: readonly Difference[]): string[] {
  return differences.map(({ kind, amountFen }) => `${kind} ${amountFen / YUAN}`);
}
