import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatYuan, parseFen } from './index.ts';

test('fen are whole: no point, no exponent, no blank', () => {
  assert.equal(parseFen('100'), 100n);
  assert.equal(parseFen('-5'), -5n);
  for (const wrong of ['', '1.5', '1e3', ' 1', '0x10', '一百', '1'.repeat(19)]) assert.equal(parseFen(wrong), undefined, wrong);
});

test('yuan are shown with two places and grouped thousands', () => {
  assert.equal(formatYuan(0n), '0.00');
  assert.equal(formatYuan(-5n), '-0.05');
  assert.equal(formatYuan(123456789n), '1,234,567.89');
});

test('what is shown is the same number of fen', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (fen) => {
      assert.equal(parseFen(formatYuan(fen).replace(/[,.]/g, '').replace(/^(-?)0+(?=\d)/, '$1')), fen === 0n ? 0n : fen);
    }),
  );
});
