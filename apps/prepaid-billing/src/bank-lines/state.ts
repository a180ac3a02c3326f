/** A line of the bank's statement (对账单明细): taken once, matched with a filed slip, and in the ledger. */
import type { BankLineBooked, BankLineMatched, BankLineTaken } from '@youdian/contracts-billing/events';
import { BANK, SUSPENSE, TRANSIT } from '../ledger/chart.ts';

export interface BankLine {
  readonly lineId: string;
  readonly bankAccount: string;
  readonly entryRef: string;
  readonly amountFen: bigint;
  readonly bookedOn: string;
  /** Empty where the line names none. */
  readonly slipNo: string;
  readonly statementId: string;
  /** Who paid in; empty while no slip is filed. */
  readonly collectorId: string;
  readonly shiftId: string;
  readonly takenAt: Date;
  /** What has to be in the ledger yet. */
  readonly toBook: readonly Movement[];
}

/** The line's amount into `debit`, out of `credit`. */
export interface Movement {
  readonly booking: 'arrival' | 'match';
  readonly debit: string;
  readonly credit: string;
}

export type BankLineEvent =
  | { readonly type: 'BankLineTaken'; readonly data: BankLineTaken }
  | { readonly type: 'BankLineMatched'; readonly data: BankLineMatched }
  | { readonly type: 'BankLineBooked'; readonly data: BankLineBooked };

/** Where the money lies that the bank booked and no filed slip explains. */
const UNMATCHED = `${SUSPENSE}bank`;

export function evolve(line: BankLine | undefined, event: BankLineEvent): BankLine {
  switch (event.type) {
    case 'BankLineTaken': {
      const { takenAt, ...facts } = event.data;
      const credit = facts.collectorId === '' ? UNMATCHED : TRANSIT + facts.collectorId;
      return { ...facts, takenAt: takenAt!, toBook: [{ booking: 'arrival', debit: BANK, credit }] };
    }
    case 'BankLineMatched': {
      const { collectorId, shiftId } = event.data;
      return { ...line!, collectorId, shiftId, toBook: [...line!.toBook, { booking: 'match', debit: UNMATCHED, credit: TRANSIT + collectorId }] };
    }
    case 'BankLineBooked': return { ...line!, toBook: line!.toBook.filter(({ booking }) => booking !== event.data.booking) };
  }
}
