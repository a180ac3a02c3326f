import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rejected } from '@youdian/rejection';
import { readCsvStatement, type CsvOptions } from './csv.ts';

const read = (content: string | Uint8Array, columns: CsvOptions['columns'] = {}) => {
  async function* chunks() {
    yield Buffer.from(content as string);
  }
  return readCsvStatement(chunks(), { bankAccount: '6222', columns });
};

test('a line is a credit or a debit, on a Shanghai day, in whole fen', async () => {
  const { lines, rejected, problems } = await read('entryRef,bookedOn,amount,slipNo,text\nE1,2026-03-02,"1,234.5",700001,cash\nE2,20260302,-0.05,,fee\n');
  assert.deepEqual(lines, [
    { entryRef: 'E1', bankAccount: '6222', amountFen: 123_450n, currency: 'CNY', bookedOn: '2026-03-02', slipNo: '700001', text: 'cash' },
    { entryRef: 'E2', bankAccount: '6222', amountFen: -5n, currency: 'CNY', bookedOn: '2026-03-02', text: 'fee' },
  ]);
  assert.deepEqual([rejected, problems], [[], []]);
});

test("a bank's own column names and two columns of amounts are mapped; the other side may say 0.00", async () => {
  const csv = '流水号,日期,借方,贷方,摘要\nE1,2026/03/02 09:30:00,0.00,600.00,现金存款 进账单号：700001\nE2,20260302,12.00,,手续费\n';
  const { lines } = await read(csv, { entryRef: '流水号', bookedOn: '日期', debit: '借方', credit: '贷方', text: '摘要' });
  assert.deepEqual(lines.map(({ amountFen, bookedOn, slipNo }) => [amountFen, bookedOn, slipNo]), [[60_000n, '2026-03-02', '700001'], [-1_200n, '2026-03-02', undefined]]);
});

test('a file as a Chinese spreadsheet saves it (GB 18030) is the same statement as the same in UTF-8', async () => {
  const header = Buffer.from([0xcf, 0xd6, 0xbd, 0xf0]); // 现金
  const rest = ',entryRef,bookedOn,amount\n';
  const gb = await read(Buffer.concat([header, Buffer.from(rest), header, Buffer.from(',E1,2026-03-02,1.00\n')]), { text: '现金' });
  const utf8 = await read(`现金${rest}现金,E1,2026-03-02,1.00\n`, { text: '现金' });
  assert.deepEqual(gb, utf8);
  assert.equal(gb.lines[0]!.text, '现金');
});

test('a statement handed in twice is recognised by its id, one with another amount is another', async () => {
  const csv = (amount: string) => `entryRef,bookedOn,amount\nE1,2026-03-02,${amount}\n`;
  const [one, again, other] = [await read(csv('1.00')), await read(csv('1.0').replaceAll('\n', '\r\n')), await read(csv('1.01'))];
  assert.equal(one.statementId, again.statementId);
  assert.notEqual(one.statementId, other.statementId);
});

test('wrong rows are named with their field, code and reason, and the rest goes on', async () => {
  const rows = [
    'E1,2026-03-02,1.005,,', 'E2,2026-02-30,1,,', 'E3,2026-03-02,abc,,', ',2026-03-02,1,,', 'E5,2026-03-02,1,USD,', 'E6,2026-03-02,,,', 'E7,2026-03-02,1,CNY,x', 'E8,2026-03-02,7.00,,', 'E8,2026-03-02,7.00,,',
    'E9,2026-03-02,1e3,,', 'E0,2026-03-02,"12,34.00",,',
  ];
  const { lines, rejected } = await read(`entryRef,bookedOn,amount,currency,balance\n${rows.join('\n')}\n`);
  assert.deepEqual(lines.map(({ entryRef }) => entryRef), ['E8']);
  assert.deepEqual(rejected.map(({ at, field, code }) => `${at} ${field} ${code}`), [
    '2 amount AMOUNT_TOO_PRECISE', '3 bookedOn DAY_INVALID', '4 amount AMOUNT_INVALID', '5 entryRef ENTRY_REF_INVALID', '6 currency CURRENCY_NOT_CNY', '7 amount AMOUNT_MISSING',
    '8 balance AMOUNT_INVALID', '10 entryRef ENTRY_REF_TWICE', '11 amount AMOUNT_INVALID', '12 amount AMOUNT_INVALID',
  ]);
  for (const { zh, en } of rejected) assert.ok(zh.length > 5 && en.length > 5);
});

test('balances after each row check the statement, oldest row first or newest first', async () => {
  const rows = ['E1,2026-03-02,100,600.00', 'E2,2026-03-02,-20,580.00', 'E3,2026-03-02,5,585.00'];
  for (const order of [rows, rows.toReversed()]) {
    const { openingFen, closingFen, problems } = await read(`entryRef,bookedOn,amount,balance\n${order.join('\n')}\n`);
    assert.deepEqual([openingFen, closingFen, problems], [50_000n, 58_500n, []]);
  }
  const { problems } = await read(`entryRef,bookedOn,amount,balance\n${rows[0]}\n${rows[2]}\n`);
  assert.deepEqual(problems.map(({ code }) => code), ['STATEMENT_DOES_NOT_ADD_UP']);
});

test('a file without the columns is rejected as a whole', async () => {
  await assert.rejects(read('entryRef,amount\nE1,1\n'), (error: Rejected) => error.rejection.code === 'COLUMN_MISSING');
});
