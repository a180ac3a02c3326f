import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { readYuan } from './amount.ts';
import { currencyNotCny, entryRefInvalid, entryRefTwice, statementTooLong } from './csv.ts';
import { readDay } from './day.ts';
import { checkSum, isEntryRef, LINES_MAX, TEXT_CHARACTERS_MAX, type RejectedLine, type Statement, type StatementLine } from './line.ts';
import { slipNoOf } from './slip-no.ts';
import { child, children, parseXml, textAt, type Xml } from './xml.ts';

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0([2-8])$/;
/** Opening: booked, or the closing balance of the statement before. */
const OPENING = ['OPBD', 'PRCD'];
const CLOSING = ['CLBD'];

/**
 * Reads ISO 20022 CAMT.053, versions 001.02 to 001.08; a file may hold several statements. No npm package does it
 * exactly: `iso20022.js` multiplies a float by 100, `camt-parser` was released once.
 *
 * - An entry (Ntry) is a line. One that the bank put together from several deposits, each with its own amount (TxDtls),
 *   is a line for each, `<ref>/1`, `<ref>/2`, …, if they come to the entry's amount; else it stays one line.
 * - The sign is that of CdtDbtInd, also for a reversal (RvslInd), where it says which way the money went back.
 * - Only what is booked (Sts BOOK) is taken; pending and informational entries are rejected, to come again when booked.
 * - entryRef is AcctSvcrRef, else NtryRef, else `<statement>#<ordinal>`. For slipNo see `slip-no.ts`.
 * - A statement is known by its account and Stmt/Id.
 */
export function readCamt053(bytes: Uint8Array): Statement[] {
  const { document, namespaces } = parseXml(bytes);
  if (!namespaces.some((namespace) => NAMESPACE.test(namespace))) throw new Rejected(notCamt053);
  const statements = children(child(document, 'Document', 'BkToCstmrStmt'), 'Stmt');
  if (statements.length === 0) throw new Rejected(notCamt053);
  return statements.map(readStatement);
}

function readStatement(stmt: Xml): Statement {
  const id = textAt(stmt, 'Id');
  const bankAccount = textAt(stmt, 'Acct', 'Id', 'IBAN') || textAt(stmt, 'Acct', 'Id', 'Othr', 'Id');
  if (id === '' || bankAccount === '') throw new Rejected(statementUnnamed);
  const accountCurrency = textAt(stmt, 'Acct', 'Ccy');
  if (accountCurrency !== '' && accountCurrency !== 'CNY') throw new Rejected(currencyNotCny);
  const entries = children(stmt, 'Ntry');
  if (entries.length > LINES_MAX) throw new Rejected(statementTooLong);
  const lines: StatementLine[] = [];
  const rejected: RejectedLine[] = [];
  const refs = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry, { bankAccount, fallbackRef: `${id}#${index + 1}` });
    const refused = 'code' in read ? read : read.some(({ entryRef }) => refs.has(entryRef)) ? entryRefTwice : undefined;
    if (refused) {
      const { field = '', code, zh, en } = refused;
      rejected.push({ at: index + 1, field, code, zh, en });
      continue;
    }
    for (const line of read as StatementLine[]) {
      refs.add(line.entryRef);
      lines.push(line);
    }
  }
  const [openingFen, closingFen] = [balance(stmt, OPENING), balance(stmt, CLOSING)];
  const problems = [openingFen, closingFen].filter(isRejection);
  const known = { ...(typeof openingFen === 'bigint' && { openingFen }), ...(typeof closingFen === 'bigint' && { closingFen }) };
  problems.push(...checkSum(known.openingFen, known.closingFen, lines, rejected.length));
  return { statementId: `${bankAccount}/${id}`, bankAccount, ...known, lines, rejected, problems };
}

function readEntry(entry: Xml, { bankAccount, fallbackRef }: { bankAccount: string; fallbackRef: string }): StatementLine[] | Rejection {
  const status = textAt(entry, 'Sts', 'Cd') || textAt(entry, 'Sts');
  if (status !== 'BOOK') return notBooked(status);
  const entryRef = textAt(entry, 'AcctSvcrRef') || textAt(entry, 'NtryRef') || fallbackRef;
  if (!isEntryRef(entryRef)) return entryRefInvalid;
  const amountFen = signedAmount(entry, 'Amt');
  if (isRejection(amountFen)) return amountFen;
  const bookedOn = readDay(textAt(entry, 'BookgDt', 'Dt') || textAt(entry, 'BookgDt', 'DtTm'), 'BookgDt');
  if (isRejection(bookedOn)) return bookedOn;
  const details = children(entry, 'NtryDtls').flatMap((group) => children(group, 'TxDtls'));
  const common = { bankAccount, bookedOn };
  const parts = details.length > 1 ? splitBatch(details, amountFen, textAt(entry, 'CdtDbtInd')) : undefined;
  if (parts) return details.map((detail, part) => line(detail, entry, { ...common, entryRef: `${entryRef}/${part + 1}`, amountFen: parts[part]! }, ''));
  return [line(details.length === 1 ? details[0] : undefined, entry, { ...common, entryRef, amountFen }, textAt(entry, 'AcctSvcrRef'))];
}

/** `entryBankRef` is the bank's for the whole entry: of one of several deposits it says nothing. */
function line(detail: Xml, entry: Xml, known: Pick<StatementLine, 'entryRef' | 'bankAccount' | 'amountFen' | 'bookedOn'>, entryBankRef: string): StatementLine {
  const remittance = children(child(detail, 'RmtInf'), 'Ustrd').map((text) => textAt(text));
  const text = [...remittance, textAt(detail, 'AddtlTxInf'), textAt(entry, 'AddtlNtryInf')].filter(Boolean).join(' ').slice(0, TEXT_CHARACTERS_MAX);
  const bankRef = textAt(detail, 'Refs', 'AcctSvcrRef') || entryBankRef;
  const slipNo = slipNoOf({ endToEndId: textAt(detail, 'Refs', 'EndToEndId'), text, bankRef, amountFen: known.amountFen });
  return { ...known, currency: 'CNY', ...(slipNo && { slipNo }), text };
}

/** The amounts of the deposits in one entry; undefined where some have none or they do not come to the entry's. */
function splitBatch(details: readonly Xml[], entryFen: bigint, entryDirection: string): bigint[] | undefined {
  const parts: bigint[] = [];
  for (const detail of details) {
    const holder = child(detail, 'Amt') === undefined ? child(detail, 'AmtDtls', 'TxAmt') : detail;
    const partFen = signedAmount(holder, 'Amt', textAt(detail, 'CdtDbtInd') || entryDirection);
    if (isRejection(partFen)) return undefined;
    parts.push(partFen);
  }
  return parts.reduce((sumFen, partFen) => sumFen + partFen, 0n) === entryFen ? parts : undefined;
}

function signedAmount(holder: Xml, field: string, direction = textAt(holder, 'CdtDbtInd')): bigint | Rejection {
  if (textAt(holder, 'Amt', '@Ccy') !== 'CNY') return currencyNotCny;
  const amount = textAt(holder, 'Amt');
  // XML decimals have neither groups nor a sign here: the direction is the sign.
  const amountFen = readYuan(/^\d/.test(amount) && !amount.includes(',') ? amount : '', field);
  if (isRejection(amountFen)) return amountFen;
  if (direction !== 'CRDT' && direction !== 'DBIT') return directionMissing;
  return direction === 'CRDT' ? amountFen : -amountFen;
}

function balance(stmt: Xml, codes: readonly string[]): bigint | Rejection | undefined {
  const balances = children(stmt, 'Bal');
  const found = codes.map((code) => balances.find((bal) => textAt(bal, 'Tp', 'CdOrPrtry', 'Cd') === code)).find((bal) => bal !== undefined);
  return found === undefined ? undefined : signedAmount(found, 'Bal');
}

const notCamt053: Rejection = {
  kind: 'invalid', code: 'NOT_CAMT_053',
  zh: '文件不是 CAMT.053（版本 001.02 至 001.08）银行对账单。', en: 'The file is no CAMT.053 bank statement, version 001.02 to 001.08.',
};

const statementUnnamed: Rejection = {
  kind: 'invalid', code: 'STATEMENT_UNNAMED', field: 'Stmt/Id',
  zh: '对账单缺少编号（Stmt/Id）或账号（Acct/Id）。', en: 'The statement lacks its id (Stmt/Id) or its account (Acct/Id).',
};

const directionMissing: Rejection = {
  kind: 'invalid', code: 'DIRECTION_MISSING', field: 'CdtDbtInd',
  zh: '缺少借贷标志 CRDT 或 DBIT。', en: 'It does not say whether it is a credit or a debit (CRDT, DBIT).',
};

function notBooked(status: string): Rejection {
  return {
    kind: 'refused', code: 'ENTRY_NOT_BOOKED', field: 'Sts',
    zh: `此笔尚未入账（状态“${status.slice(0, 20)}”），入账后会在以后的对账单中出现。`, en: `This entry is not booked (status "${status.slice(0, 20)}"); it comes in a later statement when it is.`,
  };
}
