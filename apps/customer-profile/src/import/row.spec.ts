import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection } from '@youdian/rejection';
import { sideBySide, type NumberedRow } from './side-by-side.ts';
import { readImportRow, type ImportRow } from './row.ts';

const values = {
  customerNo: 'C1', kind: 'RESIDENTIAL', name: '王芳', phone: '13800000000', accountNo: '0000000001', usageNature: 'RESIDENTIAL', installedCapacityKva: '8', lineId: 'L1',
};
const read = (change: Partial<Record<keyof typeof values, string>> = {}, source = 'old') => readImportRow({ ...values, ...change }, source) as ImportRow;
const numbered = (row: ImportRow, line = 2): NumberedRow => ({ ...row, line, regionId: 'R1' });

test('words are read as codes or in Chinese', () => {
  assert.deepEqual(read({ kind: '居民', usageNature: '居民' }), read());
  assert.deepEqual(read({ kind: 'customer_kind_enterprise', usageNature: '大工业' }), read({ kind: '大客户', usageNature: 'LARGE_INDUSTRIAL' }));
  assert.equal(read({ usageNature: 'toString' }).account.usageNature, 'USAGE_NATURE_UNSPECIFIED');
});

test('the same customer number in the same source is the same customer, in another source another', () => {
  assert.equal(read().customer.customerId, read({ accountNo: '0000000002' }).account.customerId);
  assert.notEqual(read().customer.customerId, read({ customerNo: 'C2' }).customer.customerId);
  assert.notEqual(read().customer.customerId, read({}, 'older').customer.customerId);
});

test('a row needs the company\'s own customer number', () => {
  for (const customerNo of ['', 'x'.repeat(65)]) {
    const row: unknown = read({ customerNo });
    assert.ok(isRejection(row) && row.field === 'customerNo');
  }
});

test('a capacity that is no whole number is no capacity', () => {
  for (const installedCapacityKva of ['', '8.5', '-8', 'eight']) assert.equal(read({ installedCapacityKva }).account.installedCapacityKva, 0n);
});

test('rows are decided side by side unless they are about the same account, or disagree about a customer', () => {
  const goesBesides = sideBySide();
  assert.ok(goesBesides(numbered(read())));
  assert.ok(goesBesides(numbered(read({ accountNo: '0000000002' }))));
  assert.ok(goesBesides(numbered(read({ accountNo: '0000000003', customerNo: 'C2', name: '李明' }))));
  assert.ok(!goesBesides(numbered(read())));
  assert.ok(!goesBesides(numbered(read({ accountNo: '0000000004', name: '李明' }))));
});
