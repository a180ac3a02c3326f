import type { Rejection } from '@youdian/rejection';

/** One movement on one of the company's bank accounts, as the bank booked it. */
export interface StatementLine {
  /** The bank's own reference, unique within the statement. */
  readonly entryRef: string;
  readonly bankAccount: string;
  /** Credits (money in) positive, debits negative. */
  readonly amountFen: bigint;
  readonly currency: 'CNY';
  /** `YYYY-MM-DD`, a Shanghai day. */
  readonly bookedOn: string;
  /** Number of the bank slip (进账单) that brought the money in; see `slip-no.ts`. */
  readonly slipNo?: string;
  readonly text: string;
}

/** A row or entry that could not be taken; the others were. */
export interface RejectedLine {
  /** CSV: line in the file, the header being 1. CAMT: ordinal of the entry in its statement, from 1. */
  readonly at: number;
  readonly field: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** A statement that was read; what was wrong in it is in `rejected` (lines) and `problems` (the statement as a whole). */
export interface Statement {
  /** The same statement handed in twice has the same id: take it once. */
  readonly statementId: string;
  readonly bankAccount: string;
  /** Booked balances, where the statement has them. */
  readonly openingFen?: bigint;
  readonly closingFen?: bigint;
  readonly lines: readonly StatementLine[];
  readonly rejected: readonly RejectedLine[];
  readonly problems: readonly Rejection[];
}

/** More in one statement is no day of a power company's account. */
export const LINES_MAX = 500_000;
export const TEXT_CHARACTERS_MAX = 1_000;
const REF = /^[\x21-\x7e]{1,64}$/;

export function isEntryRef(text: string): boolean {
  return REF.test(text);
}

/** opening + Σ lines = closing, where both balances are there. */
export function checkSum(openingFen: bigint | undefined, closingFen: bigint | undefined, lines: readonly StatementLine[], rejected: number): Rejection[] {
  if (openingFen === undefined || closingFen === undefined) return [];
  const missingFen = closingFen - lines.reduce((sumFen, { amountFen }) => sumFen + amountFen, openingFen);
  return missingFen === 0n ? [] : [doesNotAddUp(missingFen, rejected)];
}

function doesNotAddUp(missingFen: bigint, rejected: number): Rejection {
  return {
    kind: 'invalid', code: 'STATEMENT_DOES_NOT_ADD_UP', field: 'closingFen',
    zh: `期初余额加各笔发生额与期末余额相差 ${missingFen} 分（另有 ${rejected} 笔被拒）。请改正被拒的明细，或向银行索取完整对账单。`,
    en: `The opening balance and the lines miss the closing balance by ${missingFen} fen (${rejected} lines were rejected). Correct those, or ask the bank for the whole statement.`,
  };
}
