/** What the day close compares, line by line. Plain data: whoever asks reads it from the ledger, the tills and the bank. */

export interface Invoice {
  /** `<series>-<8 digits>` */
  readonly invoiceNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly voided: boolean;
  readonly takenAt: Date;
  readonly reprints: number;
}

/** A top-up as the ledger holds it at the shift's barriers. */
export interface LedgerRecord {
  readonly postingId: string;
  readonly invoiceNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly reversed: boolean;
  readonly takenAt: Date;
  readonly postedAt: Date;
}

export interface BankSlip {
  readonly slipNo: string;
  readonly bank: string;
  readonly bankAccount: string;
  /** Who paid in (缴款人), as the slip says. */
  readonly collectorId: string;
  readonly amountFen: bigint;
  readonly depositedAt: Date;
}

/** What a roving team's device took without a network and signed; its shift knows of it before the ledger does. */
export interface OfflineReceipt {
  readonly deviceId: string;
  readonly invoiceNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly takenAt: Date;
}

/** What a device signed in a shift, number and sum; receipts that were taken back on it included. */
export interface Signed {
  readonly receiptCount: number;
  readonly receiptFen: bigint;
  readonly voidCount: number;
  readonly voidFen: bigint;
}

/** What a device shows at the close, and what has come of it. */
export interface DeviceClose {
  readonly deviceId: string;
  /** The last sequence that it signed. */
  readonly highestSequence: number;
  /** Sequences up to there of which nothing has come: the first runs of them, both ends included, and how many there are. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  readonly missingCount: number;
  /** Undefined: only the sequence is declared. */
  readonly declared: Signed | undefined;
  /** Of the shift, up to that sequence. */
  readonly came: Signed;
  /** What of the rest the shift lists from the paper. */
  readonly listed: Signed;
  /** A sequence above the last that had come before the close; 0: none. */
  readonly beyond: number;
  /** Sequences of the shift under which more than one record came. */
  readonly forked: readonly number[];
}

/** A run of numbers given out to the shift, both ends included, of one series. */
export interface InvoiceBlock {
  readonly from: string;
  readonly to: string;
  /** The device that alone gives them out; left out for paper. */
  readonly deviceId?: string;
}

/** A line of the bank's statement: what `bank-statement` reads, as far as the day close needs it. */
export interface BankLine {
  readonly entryRef: string;
  readonly bankAccount: string;
  readonly amountFen: bigint;
  readonly bookedOn: string;
  readonly slipNo?: string;
}

/**
 * One collector's shift, cash only. The till is counted before the float goes back and the rest goes to the bank, so a
 * clean shift has counted = float + taken, returned = float, slips = taken.
 */
export interface ShiftDay {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly outletId: string;
  readonly teamId: string;
  /** `YYYY-MM-DD`, a Shanghai day. */
  readonly day: string;
  readonly floatFen: bigint;
  readonly floatReturnedFen: bigint;
  readonly countedCashFen: bigint;
  /** Empty where the ledger itself gives out the numbers: then they are in no block and have no gap. */
  readonly invoiceBlocks: readonly InvoiceBlock[];
  readonly invoices: readonly Invoice[];
  readonly records: readonly LedgerRecord[];
  /** As filed with the shift, whosever they are. */
  readonly slips: readonly BankSlip[];
  readonly offlineReceipts: readonly OfflineReceipt[];
  /** As declared. */
  readonly devices: readonly DeviceClose[];
}

/** Under one number, or what has no counterpart. */
export interface Documents {
  readonly invoices: Invoice[];
  readonly records: LedgerRecord[];
  readonly receipts: OfflineReceipt[];
}

/** What lies around a shift: those of other collectors on the day, and the collector's own of the days before and after. */
export interface Surroundings {
  /** The shift itself may be among them. */
  readonly shifts: readonly ShiftDay[];
  /** Undefined while the bank's statement is not there: then the bank's side is left open. */
  readonly bankLines?: readonly BankLine[] | undefined;
}
