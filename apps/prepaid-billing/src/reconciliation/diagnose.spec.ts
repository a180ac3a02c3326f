import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsvStatement } from '../bank-statement/csv.ts';
import type { Correction } from './difference.ts';
import { bankLine, diagnosed, invoice, kinds, NEXT_MORNING, number, record, shift, slip } from './shift-fixture.ts';

const entries = (correction: Correction) => (correction.kind === 'posting' ? correction.entries.map(({ account, amountFen }) => `${account} ${amountFen}`) : correction.kind);

test('invoices, records, cash, slips and the bank say the same: the day closes', () => {
  const { sums, takenFen, balanced, differences } = diagnosed(shift());
  assert.deepEqual(sums, { invoices: 60_000n, records: 60_000n, cash: 60_000n, slips: 60_000n, bank: 60_000n, float: 0n });
  assert.deepEqual([takenFen, balanced, differences], [60_000n, true, []]);
});

test('a shift that took nothing and banked nothing is balanced', () => {
  assert.ok(diagnosed(shift({ invoices: [], records: [], slips: [], countedCashFen: 50_000n })).balanced);
});

test('a void invoice keeps its number and is no difference, whether its record was reversed or it was spoiled paper', () => {
  const voids = [invoice(4, 999, { voided: true }), invoice(5, 5, { voided: true })];
  const one = shift({ invoices: [...shift().invoices, ...voids], records: [...shift().records, record(4, 999, { reversed: true })] });
  assert.deepEqual(diagnosed(one).differences, []);
});

test("while the bank's statement is not there its side stays open and says nothing", () => {
  const { sums, balanced } = diagnosed(shift(), { bankLines: null });
  assert.deepEqual([sums.bank, balanced], [undefined, true]);
});

test('an invoice that was not posted is posted: into the till, to the account', () => {
  const { differences } = diagnosed(shift({ records: [record(1, 100), record(3, 300)] }));
  assert.deepEqual(kinds(differences), ['MISSING_RECORD 200']);
  const [{ explains, references, correction, zh, en }] = differences as [(typeof differences)[0]];
  assert.deepEqual([explains, references], [{ records: -20_000n }, { invoiceNos: [number(2)] }]);
  assert.deepEqual(entries(correction), ['cash:C01 20000', 'prepaid:0000000001 -20000']);
  assert.match(zh, /发票 A-00000002 未入账/);
  assert.match(en, /Invoice A-00000002 was not posted/);
});

test('whether an unposted invoice was ever paid, the till tells', () => {
  const one = shift({ records: [record(1, 100), record(3, 300)], countedCashFen: 90_000n, slips: [slip('700001', 400)] });
  const { differences, takenFen } = diagnosed(one, { bankLines: [bankLine('700001', 400)] });
  assert.deepEqual([kinds(differences), takenFen], [['UNPAID_INVOICE 200'], 40_000n]);
});

test('where the till was miscounted, the deposits tell', () => {
  const one = shift({ records: [record(1, 100), record(3, 300)], countedCashFen: 91_000n, slips: [slip('700001', 400)] });
  const { differences } = diagnosed(one, { bankLines: [bankLine('700001', 400)] });
  assert.deepEqual(kinds(differences), ['UNPAID_INVOICE 200', 'CASH_MISCOUNTED 10']);
});

test('a wrong amount is corrected on the record by the difference alone', () => {
  const { differences } = diagnosed(shift({ records: [record(1, 100), record(2, 150), record(3, 300)] }));
  assert.deepEqual(kinds(differences), ['WRONG_AMOUNT 50']);
  assert.deepEqual(entries(differences[0]!.correction), ['cash:C01 5000', 'prepaid:0000000001 -5000']);
});

test('swapped digits are named as such', () => {
  const one = shift({ invoices: [invoice(1, 100), invoice(2, 1_250)], records: [record(1, 100), record(2, 1_520)], countedCashFen: 185_000n, slips: [slip('700001', 1_350)] });
  assert.deepEqual(kinds(diagnosed(one, { bankLines: [bankLine('700001', 1_350)] }).differences), ['TRANSPOSED_DIGITS 270']);
});

test('money under a wrong account moves from the one to the other', () => {
  const { differences } = diagnosed(shift({ records: [record(1, 100), record(2, 200, { accountNo: '0000000009' }), record(3, 300)] }));
  assert.deepEqual(kinds(differences), ['WRONG_ACCOUNT 200']);
  assert.deepEqual(entries(differences[0]!.correction), ['prepaid:0000000009 20000', 'prepaid:0000000001 -20000']);
});

test('a wrong account and a wrong amount in one record are two differences', () => {
  const { differences } = diagnosed(shift({ records: [record(1, 100), record(2, 130, { accountNo: '0000000009' }), record(3, 300)] }));
  assert.deepEqual(kinds(differences), ['WRONG_ACCOUNT 200', 'WRONG_AMOUNT 70']);
});

test('a receipt that a device signed decides between invoice and record', () => {
  const receipt = { deviceId: 'D1', invoiceNo: number(2), accountNo: '0000000001', amountFen: 20_000n, takenAt: invoice(2, 1).takenAt };
  const one = shift({ invoices: [invoice(1, 100), invoice(2, 150), invoice(3, 300)], offlineReceipts: [receipt] });
  const { differences } = diagnosed(one);
  assert.deepEqual([kinds(differences), differences[0]!.explains], [['WRONG_AMOUNT 50'], { invoices: -5_000n }]);
});

test('sheets that nobody has seen are a gap, also at the end of a block when the next was begun', () => {
  const one = shift({
    invoiceBlocks: [{ from: number(1), to: number(4) }, { from: number(10), to: number(20) }],
    invoices: [invoice(1, 100), invoice(2, 200), invoice(12, 300)], records: [record(1, 100), record(2, 200), record(12, 300)],
  });
  const found = diagnosed(one).differences.map(({ kind, references }) => [kind, references.invoiceNos]);
  assert.deepEqual(found, [['INVOICE_GAP', [number(3), number(4)]], ['INVOICE_GAP', [number(10), number(11)]]]);
});

test('numbers that the ledger gives out are in no block and leave no gap', () => {
  const one = shift({ invoiceBlocks: [], invoices: [invoice(1, 100), invoice(900, 500)], records: [record(1, 100), record(900, 500)] });
  assert.deepEqual(diagnosed(one).differences, []);
});

test('a slip filed with the wrong collector is named at both, and moved once', () => {
  const other = shift({ shiftId: 'S2', collectorId: 'C02', invoiceBlocks: [], invoices: [], records: [], countedCashFen: 50_000n, slips: [slip('700001', 600)] });
  const one = shift({ slips: [] });
  const [mine, theirs] = [diagnosed(one, { others: [other] }), diagnosed(other, { others: [one] })];
  assert.deepEqual([kinds(mine.differences), mine.differences[0]!.explains], [['FOREIGN_SLIP 600'], { slips: -60_000n, bank: -60_000n }]);
  assert.deepEqual([kinds(theirs.differences), theirs.differences[0]!.explains], [['FOREIGN_SLIP 600'], { slips: 60_000n, bank: 60_000n }]);
  assert.equal(entries(mine.differences[0]!.correction), 'no-posting');
  assert.deepEqual(entries(theirs.differences[0]!.correction), ['cash:C02 60000', 'transit:C02 -60000', 'transit:C01 60000', 'cash:C01 -60000']);
});

test("a slip filed with the next day's shift is named at both", () => {
  const after = shift({ shiftId: 'S2', day: '2026-03-03', invoiceBlocks: [], invoices: [invoice(9, 100)], records: [record(9, 100)], countedCashFen: 60_000n, slips: [slip('700001', 600), slip('700002', 100, { depositedAt: NEXT_MORNING })] });
  const one = shift({ slips: [] });
  const bankLines = [bankLine('700001', 600), bankLine('700002', 100)];
  for (const [today, others] of [[one, [after]], [after, [one]]] as const) {
    assert.deepEqual(kinds(diagnosed(today, { others, bankLines }).differences), ['NEXT_DAY_SLIP 600']);
  }
});

test("a slip filed with the next day's is found behind a miscounted till, and behind a mistyped slip", () => {
  const own = slip('700002', 100, { depositedAt: NEXT_MORNING });
  const after = (moved: number) => shift({
    shiftId: 'S2', day: '2026-03-03', invoiceBlocks: [], invoices: [invoice(9, 100)], records: [record(9, 100)], countedCashFen: 60_000n, slips: [slip('700001', moved), own],
  });
  const miscounted = diagnosed(shift({ slips: [], countedCashFen: 45_000n }), { others: [after(600)], bankLines: [bankLine('700001', 600), bankLine('700002', 100)] });
  assert.deepEqual(kinds(miscounted.differences), ['NEXT_DAY_SLIP 600', 'CASH_MISCOUNTED 650']);
  const bankLines = [bankLine('700001', 500), bankLine('700002', 100), bankLine('700003', 100)];
  const mistyped = diagnosed(shift({ slips: [slip('700003', 900)] }), { others: [after(500)], bankLines });
  assert.deepEqual(kinds(mistyped.differences), ['WRONG_AMOUNT 800', 'NEXT_DAY_SLIP 500']);
});

test('a lost slip, a float that was kept and a short till are told apart', () => {
  const one = shift({ slips: [slip('700001', 300)], floatReturnedFen: 0n, countedCashFen: 108_000n });
  const { differences } = diagnosed(one, { bankLines: [bankLine('700001', 300), bankLine('700002', 280)] });
  assert.deepEqual(kinds(differences), ['SLIP_NOT_FILED 280', 'FLOAT_NOT_RETURNED 500', 'CASH_SHORT 20']);
});

test('money that was banked a day late is at the bank, but not on its day', () => {
  const { differences, sums } = diagnosed(shift({ slips: [slip('700001', 600, { depositedAt: NEXT_MORNING })] }));
  assert.deepEqual([kinds(differences), sums.slips, sums.bank], [['LATE_DEPOSIT 600'], 0n, 0n]);
});

test("the bank's side is the statement as it was read", async () => {
  async function* csv() {
    yield Buffer.from('entryRef,bookedOn,amount,text\nE1,2026-03-02,590.00,现金存款 进账单号：700001\n');
  }
  const { lines } = await readCsvStatement(csv(), { bankAccount: '6222' });
  const { differences } = diagnosed(shift(), { bankLines: lines });
  assert.deepEqual([kinds(differences), differences[0]!.references.entryRefs], [['BANK_AMOUNT_DIFFERS 10'], ['E1']]);
});

test('a slip that the bank credited and took back is not at the bank', () => {
  const bankLines = [bankLine('700001', 600), bankLine('700001', -600, { entryRef: 'E2' })];
  const { differences } = diagnosed(shift(), { bankLines });
  assert.deepEqual([kinds(differences), differences[0]!.references.entryRefs], [['SLIP_NOT_AT_BANK 600'], ['E700001', 'E2']]);
  assert.deepEqual(entries(differences[0]!.correction), ['suspense:slip-not-at-bank 60000', 'transit:C01 -60000']);
});

test('a till that is short goes into suspense, one whose money was not all banked does not', () => {
  const short = diagnosed(shift({ countedCashFen: 108_000n, slips: [slip('700001', 580)] }), { bankLines: [bankLine('700001', 580)] });
  assert.deepEqual(kinds(short.differences), ['CASH_SHORT 20']);
  assert.deepEqual(entries(short.differences[0]!.correction), ['cash:C01 -2000', 'suspense:cash-short 2000']);
  const kept = diagnosed(shift({ slips: [slip('700001', 580)] }), { bankLines: [bankLine('700001', 580)] });
  assert.deepEqual([kinds(kept.differences), entries(kept.differences[0]!.correction)], [['SHORT_DEPOSIT 20'], 'no-posting']);
});

test('what nothing explains is said to be unexplained, never dropped', () => {
  const { differences } = diagnosed(shift({ slips: [slip('700001', 700)] }), { bankLines: [bankLine('700001', 700)] });
  assert.deepEqual([kinds(differences), entries(differences[0]!.correction)], [['UNEXPLAINED 100'], ['cash:C01 10000', 'suspense:unexplained -10000']]);
});

test('two errors that cancel in the sums are both found', () => {
  const { differences, sums, balanced } = diagnosed(shift({ records: [record(1, 150), record(2, 150), record(3, 300)] }));
  assert.deepEqual([sums.invoices === sums.records, balanced, kinds(differences)], [true, false, ['WRONG_AMOUNT 50', 'WRONG_AMOUNT 50']]);
});

test('a payment posted in two shifts under one invoice is a double entry', () => {
  const other = shift({ shiftId: 'S2', collectorId: 'C02', invoiceBlocks: [], invoices: [invoice(77, 80)], records: [record(77, 80, { postingId: '02-77' })], countedCashFen: 58_000n, slips: [] });
  const { differences } = diagnosed(shift({ records: [...shift().records, record(77, 80, { postingId: '02-78' })] }), { others: [other] });
  assert.deepEqual(kinds(differences), ['DOUBLE_ENTRY 80']);
});

test("a number of our block in a colleague's hands: ours is the invoice, theirs the record", () => {
  const other = shift({ shiftId: 'S2', collectorId: 'C02', invoiceBlocks: [], invoices: [invoice(2, 200)], records: [record(2, 200)], countedCashFen: 50_000n, slips: [] });
  const { differences } = diagnosed(shift({ records: [record(1, 100), record(3, 300)] }), { others: [other] });
  assert.deepEqual(kinds(differences), ['RECORDED_ELSEWHERE 200']);
  assert.deepEqual(entries(differences[0]!.correction), ['cash:C01 20000', 'cash:C02 -20000']);
});
