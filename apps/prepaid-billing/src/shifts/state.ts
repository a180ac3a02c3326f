/** A collector's shift (班): from the float in the till to the sign-off by another person. */
import type {
  BankSlip, CashBackInLimit, CashLimitExceeded, CashNotBanked, CloseDueSoon, CloseOverdue, CorrectionDecided, CorrectionProposed, InvoicesRecounted, ShiftBooked, ShiftClosed, ShiftDeclaration, ShiftOpened,
  ShiftRecords, ShiftSignedOff, SlipsFiled,
} from '@youdian/contracts-billing/events';
import type { ShiftCorrection, ShiftStatus } from '@youdian/contracts-billing/shifts';

export interface Shift {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly outletId: string;
  readonly teamId: string;
  readonly day: string;
  readonly floatFen: bigint;
  readonly status: ShiftStatus;
  readonly openedAt: Date;
  readonly closedAt?: Date | undefined;
  readonly records?: ShiftRecords | undefined;
  readonly declared?: ShiftDeclaration | undefined;
  /** DeclaredInvoices, packed: some thousand lines that no event tells. */
  readonly invoices?: Uint8Array | undefined;
  /** The key of the call that opened it, so that a retry finds it. */
  readonly openedUnder: string;
  readonly signedOffBy: string;
  readonly signOffReason: string;
  readonly signedOffAt?: Date | undefined;
  /** By their difference, the newest proposal of each. */
  readonly corrections: readonly ShiftCorrection[];
  /** What is decided and has to be in the ledger yet: `deposit`, or a difference's id. */
  readonly toBook: readonly string[];
  /** How many of the declared slips were filed at the close, and later, filing by filing. */
  readonly filings: readonly number[];
  /** How often its invoices were counted again after the close. */
  readonly invoiceRecounts: number;
  /** What has been told of it, each once. */
  readonly told: readonly Told[];
  /** Whether its collector has more cash in hand than is allowed, and that was told. */
  readonly overLimit: boolean;
}

export type Told = 'CloseDueSoon' | 'CloseOverdue' | 'CashNotBankedSoon' | 'CashNotBanked';

/** The booking of what was banked by the close. */
export const DEPOSIT = 'deposit';

/** The bookings of slips that were filed later, by the number of their filing. */
export const LATER_SLIPS = 'slips-';

export type ShiftEvent =
  | { readonly type: 'ShiftOpened'; readonly data: ShiftOpened; readonly kept: { readonly key: string } }
  | { readonly type: 'ShiftClosed'; readonly data: ShiftClosed; readonly kept: { readonly invoices: Uint8Array } }
  | { readonly type: 'SlipsFiled'; readonly data: SlipsFiled; readonly kept?: undefined }
  | { readonly type: 'InvoicesRecounted'; readonly data: InvoicesRecounted; readonly kept: { readonly invoices: Uint8Array } }
  | { readonly type: 'CorrectionProposed'; readonly data: CorrectionProposed; readonly kept?: undefined }
  | { readonly type: 'CorrectionDecided'; readonly data: CorrectionDecided; readonly kept: { readonly reason: string } }
  | { readonly type: 'ShiftBooked'; readonly data: ShiftBooked; readonly kept?: undefined }
  | { readonly type: 'ShiftSignedOff'; readonly data: ShiftSignedOff; readonly kept?: undefined }
  | { readonly type: 'CloseDueSoon'; readonly data: CloseDueSoon; readonly kept?: undefined }
  | { readonly type: 'CloseOverdue'; readonly data: CloseOverdue; readonly kept?: undefined }
  | { readonly type: 'CashNotBanked'; readonly data: CashNotBanked; readonly kept?: undefined }
  | { readonly type: 'CashLimitExceeded'; readonly data: CashLimitExceeded; readonly kept?: undefined }
  | { readonly type: 'CashBackInLimit'; readonly data: CashBackInLimit; readonly kept?: undefined };

export function evolve(shift: Shift | undefined, event: ShiftEvent): Shift {
  switch (event.type) {
    case 'ShiftOpened': {
      const { openedAt, ...facts } = event.data;
      return { ...facts, openedAt: openedAt!, openedUnder: event.kept.key, status: 'SHIFT_STATUS_OPEN', signedOffBy: '', signOffReason: '', corrections: [], toBook: [], filings: [], invoiceRecounts: 0, told: [], overLimit: false };
    }
    case 'ShiftClosed': {
      const { records, declared, closedAt } = event.data;
      const toBook = declared!.slips.length > 0 ? [DEPOSIT] : [];
      return { ...shift!, status: 'SHIFT_STATUS_CLOSED', records, declared, closedAt, invoices: event.kept.invoices, toBook, filings: [declared!.slips.length] };
    }
    case 'SlipsFiled': {
      const { slips } = event.data;
      const declared = { ...shift!.declared!, slips: [...shift!.declared!.slips, ...slips] };
      const filings = [...shift!.filings, slips.length];
      return { ...shift!, declared, filings, toBook: [...shift!.toBook, `${LATER_SLIPS}${shift!.filings.length}`] };
    }
    case 'InvoicesRecounted': {
      const { invoiceCount, voidCount, invoiceFen } = event.data;
      const declared = { ...shift!.declared!, invoiceCount, voidCount, invoiceFen };
      return { ...shift!, declared, invoices: event.kept.invoices, invoiceRecounts: shift!.invoiceRecounts + 1 };
    }
    case 'CorrectionProposed': {
      const { shiftId: _, ...facts } = event.data;
      return withCorrection(shift!, { ...facts, status: 'CORRECTION_STATUS_PROPOSED', decidedBy: '', reason: '', decidedAt: undefined, postingIds: [] });
    }
    case 'CorrectionDecided': {
      const { differenceId, approved, decidedBy, decidedAt } = event.data;
      const proposed = correctionOf(shift!, differenceId)!;
      const posts = approved && proposed.entries.length > 0;
      const status = !approved ? 'CORRECTION_STATUS_REFUSED' : posts ? 'CORRECTION_STATUS_APPROVED' : 'CORRECTION_STATUS_BOOKED';
      const decided = withCorrection(shift!, { ...proposed, status, decidedBy, decidedAt, reason: event.kept.reason });
      return posts ? { ...decided, toBook: [...decided.toBook, differenceId] } : decided;
    }
    case 'ShiftBooked': {
      const { booking, postingIds } = event.data;
      const booked = { ...shift!, toBook: shift!.toBook.filter((one) => one !== booking) };
      const correction = correctionOf(booked, booking);
      return correction ? withCorrection(booked, { ...correction, status: 'CORRECTION_STATUS_BOOKED', postingIds }) : booked;
    }
    case 'ShiftSignedOff': {
      const { signedOffBy, reason, signedOffAt } = event.data;
      return { ...shift!, status: 'SHIFT_STATUS_SIGNED_OFF', signedOffBy, signOffReason: reason, signedOffAt };
    }
    case 'CloseDueSoon':
    case 'CloseOverdue': return { ...shift!, told: [...shift!.told, event.type] };
    case 'CashNotBanked': return { ...shift!, told: [...shift!.told, event.data.overdue ? 'CashNotBanked' : 'CashNotBankedSoon'] };
    case 'CashLimitExceeded': return { ...shift!, overLimit: true };
    case 'CashBackInLimit': return { ...shift!, overLimit: false };
  }
}

/** The slips of the n-th filing; those of the close are the first. */
export function slipsOfFiling({ declared, filings }: Shift, n: number): BankSlip[] {
  const from = filings.slice(0, n).reduce((sum, count) => sum + count, 0);
  return declared!.slips.slice(from, from + filings[n]!);
}

export function correctionOf({ corrections }: Shift, differenceId: string): ShiftCorrection | undefined {
  return corrections.find((correction) => correction.differenceId === differenceId);
}

function withCorrection(shift: Shift, correction: ShiftCorrection): Shift {
  const others = shift.corrections.filter(({ differenceId }) => differenceId !== correction.differenceId);
  return { ...shift, corrections: [...others, correction] };
}
