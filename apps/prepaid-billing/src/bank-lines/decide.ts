import type { Rejection } from '@youdian/rejection';
import type { StatementLine } from '../bank-statement/line.ts';
import type { BankLine, BankLineEvent } from './state.ts';

/** Whose slip a line is. */
export interface Filed {
  readonly shiftId: string;
  readonly collectorId: string;
}

export interface TakeLine {
  readonly lineId: string;
  readonly statementId: string;
  readonly line: StatementLine;
  readonly filed: Filed | undefined;
}

/** Once by account and reference; the same again is a duplicate, another under the same reference is refused. */
export function takeLine(known: BankLine | undefined, { lineId, statementId, line, filed }: TakeLine, at: Date): BankLineEvent[] | Rejection {
  const { entryRef, bankAccount, amountFen, bookedOn, slipNo = '' } = line;
  if (known) return known.amountFen === amountFen && known.bookedOn === bookedOn ? lineTaken : entryReused;
  const { shiftId = '', collectorId = '' } = filed ?? {};
  return [{ type: 'BankLineTaken', data: { lineId, bankAccount, entryRef, amountFen, bookedOn, slipNo, statementId, collectorId, shiftId, takenAt: at } }];
}

export function matchLine(line: BankLine | undefined, filed: Filed, at: Date): BankLineEvent[] | Rejection {
  if (!line || line.collectorId !== '') return lineMatched;
  return [{ type: 'BankLineMatched', data: { lineId: line.lineId, ...filed, matchedAt: at } }];
}

export const lineTaken: Rejection = {
  kind: 'conflict', code: 'LINE_TAKEN', field: 'entryRef',
  zh: '这笔明细已经导入。', en: 'This line has been taken already.',
};

const lineMatched: Rejection = {
  kind: 'conflict', code: 'LINE_MATCHED', field: 'lineId',
  zh: '这笔明细已与进账单对上。', en: 'This line has been matched already.',
};

export const entryReused: Rejection = {
  kind: 'conflict', code: 'ENTRY_REUSED', field: 'entryRef',
  zh: '同一账号的这个流水号以前导入过，但金额或日期不同，请向银行核对。', en: 'This reference of the account came before with another amount or day: ask the bank.',
};
