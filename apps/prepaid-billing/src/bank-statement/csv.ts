import { createHash } from 'node:crypto';
import { readRows } from '@youdian/csv-import';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { readYuan } from './amount.ts';
import { readDay } from './day.ts';
import { checkSum, isEntryRef, LINES_MAX, TEXT_CHARACTERS_MAX, type RejectedLine, type Statement, type StatementLine } from './line.ts';
import { slipNoOf } from './slip-no.ts';

const REQUIRED = ['entryRef', 'bookedOn'];
const OPTIONAL = ['amount', 'credit', 'debit', 'balance', 'currency', 'slipNo', 'text'];
const RMB: readonly string[] = ['', 'CNY', 'RMB', '人民币', '156'];

export interface CsvOptions {
  /** The account whose statement it is: bank's CSV files seldom say it in the rows. */
  readonly bankAccount: string;
  /** Our column names to the file's, where they differ: `{ entryRef: '交易流水号', credit: '贷方发生额' }`. */
  readonly columns?: Readonly<Record<string, string>>;
}

/**
 * Reads a bank's statement from CSV, UTF-8 or GB 18030. Columns: `entryRef`, `bookedOn`; `amount` (credits positive) or
 * `credit` and `debit` (one of them filled, a debit as a positive number); and `balance` after the row, `currency`,
 * `slipNo`, `text` where the file has them. A column `slipNo` goes before what the text says.
 *
 * With balances in the first and last row the statement is checked, oldest row first or newest first. Its id is a digest
 * of its account and lines, so the same rows in another file or encoding are the same statement.
 */
export async function readCsvStatement(chunks: AsyncIterable<Uint8Array>, { bankAccount, columns = {} }: CsvOptions): Promise<Statement> {
  const lines: StatementLine[] = [];
  const balances: (bigint | undefined)[] = [];
  const rejected: RejectedLine[] = [];
  const refs = new Set<string>();
  const reject = (at: number, { field = '', code, zh, en }: Rejection) => void rejected.push({ at, field, code, zh, en });
  for await (const row of readRows(chunks, { columns, required: REQUIRED, optional: OPTIONAL })) {
    if (lines.length + rejected.length >= LINES_MAX) throw new Rejected(statementTooLong);
    if ('problem' in row) {
      reject(row.line, unreadable(row.problem));
      continue;
    }
    const read = readRow(row.values, bankAccount);
    if ('code' in read) reject(row.line, read);
    else if (refs.has(read.line.entryRef)) reject(row.line, entryRefTwice);
    else {
      refs.add(read.line.entryRef);
      lines.push(read.line);
      balances.push(read.balanceFen);
    }
  }
  const ends = balancesAtEnds(lines, balances);
  return { statementId: idOf(bankAccount, lines), bankAccount, ...ends, lines, rejected, problems: checkSum(ends.openingFen, ends.closingFen, lines, rejected.length) };
}

function readRow(values: Readonly<Record<string, string>>, bankAccount: string): { line: StatementLine; balanceFen: bigint | undefined } | Rejection {
  const { entryRef = '', currency = '', text: fullText = '', slipNo: ownSlipNo = '', balance = '' } = values;
  if (!isEntryRef(entryRef)) return entryRefInvalid;
  const bookedOn = readDay(values['bookedOn'] ?? '', 'bookedOn');
  if (isRejection(bookedOn)) return bookedOn;
  if (!RMB.includes(currency.toUpperCase())) return currencyNotCny;
  const amountFen = readAmount(values);
  if (isRejection(amountFen)) return amountFen;
  const balanceFen = balance === '' ? undefined : readYuan(balance, 'balance');
  if (isRejection(balanceFen)) return balanceFen;
  const text = fullText.slice(0, TEXT_CHARACTERS_MAX);
  const slipNo = ownSlipNo === '' ? slipNoOf({ endToEndId: '', text, bankRef: '', amountFen }) : ownSlipNo;
  return { line: { entryRef, bankAccount, amountFen, currency: 'CNY', bookedOn, ...(slipNo && { slipNo }), text }, balanceFen };
}

function readAmount({ amount = '', credit = '', debit = '' }: Readonly<Record<string, string>>): bigint | Rejection {
  if (amount !== '') return readYuan(amount, 'amount');
  const creditFen = credit === '' ? 0n : readYuan(credit, 'credit');
  if (isRejection(creditFen)) return creditFen;
  const debitFen = debit === '' ? 0n : readYuan(debit, 'debit');
  if (isRejection(debitFen)) return debitFen;
  // Some banks print 0.00 on the other side, and a corrected entry in red: negative on its own side.
  return (creditFen === 0n) === (debitFen === 0n) ? amountMissing : creditFen - debitFen;
}

/** The file says only balances after each row: oldest first, or newest first where that alone adds up. */
function balancesAtEnds(lines: readonly StatementLine[], balances: readonly (bigint | undefined)[]): { openingFen?: bigint; closingFen?: bigint } {
  const [first, last] = [balances[0], balances.at(-1)];
  if (first === undefined || last === undefined) return {};
  const oldestFirst = { openingFen: first - lines[0]!.amountFen, closingFen: last };
  const newestFirst = { openingFen: last - lines.at(-1)!.amountFen, closingFen: first };
  const addsUp = ({ openingFen, closingFen }: typeof oldestFirst) => checkSum(openingFen, closingFen, lines, 0).length === 0;
  return !addsUp(oldestFirst) && addsUp(newestFirst) ? newestFirst : oldestFirst;
}

function idOf(bankAccount: string, lines: readonly StatementLine[]): string {
  const hash = createHash('sha256').update(bankAccount);
  for (const { entryRef, amountFen, bookedOn } of lines) hash.update(`\n${entryRef}|${amountFen}|${bookedOn}`);
  return `${bankAccount}/csv-${hash.digest('hex').slice(0, 32)}`;
}

function unreadable(problem: string): Rejection {
  return { kind: 'invalid', code: problem, zh: '这一行不是完整的 CSV 行（引号未闭合、列数过多或过长）。', en: 'This line is no complete CSV row (an unclosed quote, too many cells, or too long).' };
}

export const statementTooLong: Rejection = {
  kind: 'invalid', code: 'STATEMENT_TOO_LONG',
  zh: `一份对账单最多 ${LINES_MAX} 笔，请按日分开导入。`, en: `A statement has at most ${LINES_MAX} lines: hand it in day by day.`,
};

export const entryRefInvalid: Rejection = {
  kind: 'invalid', code: 'ENTRY_REF_INVALID', field: 'entryRef',
  zh: '交易流水号须为 1 到 64 个字母、数字或符号，不含空格。', en: 'An entry reference has 1 to 64 letters, digits or signs, without blanks.',
};

export const entryRefTwice: Rejection = {
  kind: 'conflict', code: 'ENTRY_REF_TWICE', field: 'entryRef',
  zh: '同一流水号在本对账单中已出现过，只取第一笔；请向银行核对。', en: 'This reference is in the statement already; the first was taken. Ask the bank.',
};

export const currencyNotCny: Rejection = {
  kind: 'refused', code: 'CURRENCY_NOT_CNY', field: 'currency',
  zh: '只接受人民币（CNY）账户的明细。', en: 'Only lines in Chinese yuan (CNY) are taken.',
};

const amountMissing: Rejection = {
  kind: 'invalid', code: 'AMOUNT_MISSING', field: 'amount',
  zh: '每行须有发生额，或借方、贷方中恰好一项不为零。', en: 'A row needs an amount, or exactly one of credit and debit that is not zero.',
};
