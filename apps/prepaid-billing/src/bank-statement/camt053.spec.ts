import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rejected } from '@youdian/rejection';
import { readCamt053 } from './camt053.ts';
import { XML_BYTES_MAX } from './xml.ts';

const entry = (more = '', { amount = '600.00', currency = 'CNY', direction = 'CRDT', status = '<Sts><Cd>BOOK</Cd></Sts>', day = '<Dt>2026-03-02</Dt>', ref = 'R1' } = {}) =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>${status}<BookgDt>${day}</BookgDt>${ref && `<AcctSvcrRef>${ref}</AcctSvcrRef>`}${more}</Ntry>`;
const bal = (code: string, amount: string, direction = 'CRDT') => `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>`;
const statement = (content: string, id = 'STMT-1') => `<Stmt><Id>${id}</Id><Acct><Id><Othr><Id>6222</Id></Othr></Id><Ccy>CNY</Ccy></Acct>${content}</Stmt>`;
const file = (statements: string, version = '02') =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>${statements}</BkToCstmrStmt></Document>`);
const details = (...content: string[]) => `<NtryDtls>${content.map((one) => `<TxDtls>${one}</TxDtls>`).join('')}</NtryDtls>`;
const refused = (bytes: Uint8Array) => {
  try {
    readCamt053(bytes);
    return 'taken';
  } catch (error) {
    return (error as Rejected).rejection.code;
  }
};

test('an entry is a line; its slip number is the end-to-end reference', () => {
  const [read] = readCamt053(file(statement(entry(details('<Refs><EndToEndId>700001</EndToEndId></Refs><RmtInf><Ustrd>现金 &amp; 存款</Ustrd><Ustrd>&#x4E8C;</Ustrd></RmtInf>')))));
  assert.deepEqual(read!.lines, [{ entryRef: 'R1', bankAccount: '6222', amountFen: 60_000n, currency: 'CNY', bookedOn: '2026-03-02', slipNo: '700001', text: '现金 & 存款 二' }]);
  assert.equal(read!.statementId, '6222/STMT-1');
});

test('all versions from 001.02 to 001.08 are read, with or without a prefix, status as code or text', () => {
  for (const version of ['02', '03', '04', '05', '06', '07', '08']) assert.equal(readCamt053(file(statement(entry()), version))[0]!.lines.length, 1);
  assert.equal(readCamt053(file(statement(entry('', { status: '<Sts>BOOK</Sts>' }))))[0]!.lines.length, 1);
  const prefixed = file(statement(entry())).toString().replace('xmlns=', 'xmlns:c=').replace(/<(\/?)([A-Z])/g, '<$1c:$2');
  assert.equal(readCamt053(Buffer.from(prefixed))[0]!.lines.length, 1);
  assert.deepEqual(['01', '09', '13'].map((version) => refused(file(statement(entry()), version))), ['NOT_CAMT_053', 'NOT_CAMT_053', 'NOT_CAMT_053']);
  assert.equal(refused(Buffer.from('<Document/>')), 'NOT_CAMT_053');
});

test('a debit is negative, a time is a Shanghai day', () => {
  const [read] = readCamt053(file(statement(entry('', { direction: 'DBIT', amount: '0.5', day: '<DtTm>2026-03-01T17:00:00Z</DtTm>' }))));
  assert.deepEqual(read!.lines.map(({ amountFen, bookedOn }) => [amountFen, bookedOn]), [[-50n, '2026-03-02']]);
});

test('an entry of several deposits is a line for each, if they come to its amount', () => {
  const part = (amount: string, slipNo: string) => `<Refs><EndToEndId>${slipNo}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="CNY">${amount}</Amt></TxAmt></AmtDtls>`;
  const split = readCamt053(file(statement(entry(details(part('200.00', '700001'), part('400.00', '700002'))))));
  assert.deepEqual(split[0]!.lines.map(({ entryRef, amountFen, slipNo }) => [entryRef, amountFen, slipNo]), [['R1/1', 20_000n, '700001'], ['R1/2', 40_000n, '700002']]);
  const whole = readCamt053(file(statement(entry(details(part('200.00', '700001'), part('300.00', '700002'))))));
  assert.deepEqual(whole[0]!.lines.map(({ entryRef, amountFen, slipNo }) => [entryRef, amountFen, slipNo]), [['R1', 60_000n, undefined]]);
  const [unnamed] = readCamt053(file(statement(entry(details(part('200.00', 'NOTPROVIDED'), part('400.00', '700002')), { ref: '999999' }))));
  assert.deepEqual(unnamed!.lines.map(({ slipNo }) => slipNo), [undefined, '700002'], "the entry's own reference is no deposit's");
  const later = readCamt053(file(statement(entry(details('<Amt Ccy="CNY">700.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>', '<Amt Ccy="CNY">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'))), '08'));
  assert.deepEqual(later[0]!.lines.map(({ amountFen }) => amountFen), [70_000n, -10_000n]);
});

test('opening and lines come to the closing balance, or the statement says that they do not', () => {
  const content = bal('OPBD', '100.00', 'DBIT') + bal('CLBD', '500.00') + entry();
  const [read] = readCamt053(file(statement(content)));
  assert.deepEqual([read!.openingFen, read!.closingFen, read!.problems], [-10_000n, 50_000n, []]);
  const [short] = readCamt053(file(statement(content.replace('500.00', '501.00'))));
  assert.deepEqual(short!.problems.map(({ code, en }) => [code, /by 100 fen/.test(en)]), [['STATEMENT_DOES_NOT_ADD_UP', true]]);
  const [none] = readCamt053(file(statement(bal('CLBD', '0') + bal('PRCD', '0'))));
  assert.deepEqual([none!.lines, none!.problems], [[], []]);
});

test('wrong entries are named one by one, and the rest goes on', () => {
  const entries = [
    entry('', { ref: 'R1', amount: '1.005' }), entry('', { ref: 'R2', currency: 'USD' }), entry('', { ref: 'R3', direction: '' }), entry('', { ref: 'R4', status: '<Sts>PDNG</Sts>' }),
    entry('', { ref: 'R5', day: '' }), entry('', { ref: 'R6' }), entry('', { ref: 'R6' }), entry('', { ref: '' }), entry('', { ref: 'R9', amount: '-1' }), entry('', { ref: 'a b' }),
  ];
  const [read] = readCamt053(file(statement(entries.join(''))));
  assert.deepEqual(read!.lines.map(({ entryRef }) => entryRef), ['R6', 'STMT-1#8']);
  assert.deepEqual(read!.rejected.map(({ at, field, code }) => `${at} ${field} ${code}`), [
    '1 Amt AMOUNT_TOO_PRECISE', '2 currency CURRENCY_NOT_CNY', '3 CdtDbtInd DIRECTION_MISSING', '4 Sts ENTRY_NOT_BOOKED', '5 BookgDt DAY_INVALID', '7 entryRef ENTRY_REF_TWICE',
    '9 Amt AMOUNT_INVALID', '10 entryRef ENTRY_REF_INVALID',
  ]);
});

test('a file may hold several statements, each with its id; one of an account in another currency is refused', () => {
  const read = readCamt053(file(statement(entry()) + statement(entry(), 'STMT-2')));
  assert.deepEqual(read.map(({ statementId }) => statementId), ['6222/STMT-1', '6222/STMT-2']);
  assert.equal(refused(file(statement(entry()).replace('<Ccy>CNY', '<Ccy>USD'))), 'CURRENCY_NOT_CNY');
  assert.equal(refused(file(statement(entry(), ''))), 'STATEMENT_UNNAMED');
});

test('entity bombs, outside entities, broken and oversized XML are refused', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${file('').toString().slice(38)}`;
  assert.equal(refused(Buffer.from(bomb)), 'DOCTYPE_REFUSED');
  assert.equal(refused(Buffer.from('<!doctype x SYSTEM "file:///etc/passwd"><Document/>')), 'DOCTYPE_REFUSED');
  assert.equal(refused(file(statement(entry())).subarray(0, 300)), 'XML_INVALID');
  assert.equal(refused(Buffer.from('no xml')), 'XML_INVALID');
  assert.equal(refused(Buffer.from([0x3c, 0xff, 0xfe])), 'XML_INVALID');
  assert.equal(refused(Buffer.from(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)), 'XML_INVALID');
  assert.equal(refused(Buffer.from('<__proto__></__proto__>')), 'XML_INVALID');
  assert.equal(refused(new Uint8Array(XML_BYTES_MAX + 1)), 'FILE_TOO_LARGE');
});

test('a file in GB 18030 that says so is read', () => {
  const [head, tail] = file(statement(entry('<AddtlNtryInf>@</AddtlNtryInf>'))).toString().replace('UTF-8', 'GB18030').split('@');
  const gb = Buffer.concat([Buffer.from(head!), Buffer.from([0xb5, 0xe7, 0xb7, 0xd1]), Buffer.from(tail!)]); // 电费
  assert.equal(readCamt053(gb)[0]!.lines[0]!.text, '电费');
});
