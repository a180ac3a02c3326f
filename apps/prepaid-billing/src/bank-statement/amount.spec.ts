import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatYuan } from '@youdian/money';
import { readYuan } from './amount.ts';
import { readDay } from './day.ts';
import { slipNoOf } from './slip-no.ts';

test('whatever yuan are shown as, they are read as the same fen', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), (fen) => {
      assert.equal(readYuan(formatYuan(fen), 'amount'), fen);
      assert.equal(readYuan(formatYuan(fen).replaceAll(',', ''), 'amount'), fen);
    }),
  );
});

test('an amount has at most two decimals and is a plain number', () => {
  for (const wrong of ['1.005', '0.000']) assert.equal((readYuan(wrong, 'amount') as { code: string }).code, 'AMOUNT_TOO_PRECISE');
  for (const wrong of ['', '1.', '.5', '1e2', '0x1', '1,23', '--1', ' 1', '¥1', 'NaN', '1'.repeat(16)]) assert.equal((readYuan(wrong, 'amount') as { code: string }).code, 'AMOUNT_INVALID', wrong);
});

test('a day is the one in Shanghai', () => {
  for (const text of ['2026-03-02', '20260302', '2026/03/02', '2026-03-02 23:59:59', '20260302 09:00', '2026-03-02T23:59:59.123', '2026-03-01T16:00:00Z', '2026-03-02T01:00:00+08:00', '2026-03-02Z', '2026-03-02+08:00']) {
    assert.equal(readDay(text, 'bookedOn'), '2026-03-02', text);
  }
  for (const wrong of ['', '2026-02-30', '02.03.2026', '2026-3-2', '1772409600']) assert.equal((readDay(wrong, 'bookedOn') as { code: string }).code, 'DAY_INVALID', wrong);
});

test("a slip's number comes from the reference, then the text, then the bank's own reference of a credit", () => {
  const slipNo = (more: object) => slipNoOf({ endToEndId: '', text: '', bankRef: '', amountFen: 1n, ...more });
  assert.equal(slipNo({ endToEndId: '700001', text: '进账单号：700002', bankRef: '700003' }), '700001');
  assert.equal(slipNo({ endToEndId: 'NOTPROVIDED', text: '现金 进账单号：700002', bankRef: '700003' }), '700002');
  assert.equal(slipNo({ text: 'DEPOSIT SLIP NO. AB-700002 THANKS' }), 'AB-700002');
  assert.equal(slipNo({ text: '现金缴款单7000021' }), '7000021');
  assert.equal(slipNo({ bankRef: '700003' }), '700003');
  assert.equal(slipNo({ bankRef: '700003', amountFen: -1n }), undefined);
  assert.equal(slipNo({ text: '电费 700002', bankRef: 'X/1' }), undefined);
});
