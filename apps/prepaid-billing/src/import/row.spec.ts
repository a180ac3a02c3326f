import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTopUpRow } from './row.ts';

const NOW = new Date('2026-03-02T04:00:00Z');
const ROW = { receiptNo: 'R1', accountNo: '0000000001', amountFen: '5000', channel: 'COUNTER', takenAt: '2026-03-01 09:30:00', collectorId: 'C01' };

test('a past top-up is read, Shanghai time where no offset is given', () => {
  assert.deepEqual(readTopUpRow(ROW, NOW), {
    receiptNo: 'R1', accountNo: '0000000001', amountFen: 5000n, channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: new Date('2026-03-01T01:30:00Z'), collectorId: 'C01',
  });
  for (const takenAt of ['2026-03-01T01:30:00Z', '2026-03-01T09:30:00.000+08:00', '2026-03-01T09:30']) {
    assert.deepEqual(readTopUpRow({ ...ROW, takenAt }, NOW), readTopUpRow(ROW, NOW));
  }
});

test('each wrong value is named with its column', () => {
  const rejected = (wrong: Record<string, string>) => {
    const result = readTopUpRow({ ...ROW, ...wrong }, NOW);
    return 'code' in result ? [result.field, result.code] : 'accepted';
  };
  assert.deepEqual(rejected({ receiptNo: '' }), ['receiptNo', 'RECEIPT_NO_INVALID']);
  assert.deepEqual(rejected({ accountNo: '1' }), ['accountNo', 'ACCOUNT_NO_INVALID']);
  assert.deepEqual(rejected({ amountFen: '12.50' }), ['amountFen', 'AMOUNT_NOT_POSITIVE']);
  assert.deepEqual(rejected({ amountFen: '-1' }), ['amountFen', 'AMOUNT_NOT_POSITIVE']);
  assert.deepEqual(rejected({ amountFen: '100000001' }), ['amountFen', 'AMOUNT_TOO_LARGE']);
  assert.deepEqual(rejected({ channel: 'CASH' }), ['channel', 'CHANNEL_MISSING']);
  assert.deepEqual(rejected({ takenAt: 'yesterday' }), ['takenAt', 'TAKEN_AT_INVALID']);
  assert.deepEqual(rejected({ takenAt: '2026-02-30T00:00:00+25:00' }), ['takenAt', 'TAKEN_AT_INVALID']);
  assert.deepEqual(rejected({ takenAt: '2026-03-02T04:00:01Z' }), ['takenAt', 'TAKEN_AT_IN_FUTURE']);
  assert.deepEqual(rejected({ takenAt: '0226-03-02' }), ['takenAt', 'TAKEN_AT_TOO_EARLY']);
  assert.deepEqual(rejected({ collectorId: '' }), ['collectorId', 'COLLECTOR_ID_INVALID']);
});

test('what was paid online or into the bank needs no collector', () => {
  assert.ok('receiptNo' in readTopUpRow({ ...ROW, channel: 'ONLINE', collectorId: '' }, NOW));
});
