import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import { Story } from './testing/story.ts';

let story: Story;
let statistics: StatisticsUnderTest;

beforeEach(async () => {
  story = new Story();
  statistics = await new StatisticsUnderTest(story).start();
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R1', lineId: 'R1-L1', from: '2026-01-01T00:00:00Z' });
  story.account('0000000002', { usageNature: 'GENERAL_COMMERCIAL', kva: 200, regionId: 'R2', lineId: 'R2-L1', from: '2026-01-01T00:00:00Z' });
});
afterEach(() => statistics.stop());

test('what is collected is what was due and is not owed: in time, and by now', async () => {
  story.charged('0000000001', 6_000n, '2026-05', '2026-06-05T00:00:00Z', '2026-06-20');
  story.charged('0000000001', 4_000n, '2026-06', '2026-07-05T00:00:00Z', '2026-07-20');
  story.charged('0000000002', 10_000n, '2026-05', '2026-06-05T00:00:00Z', '2026-06-20');
  story.inArrears('0000000002', 'ch', 2_500n, '2026-05', '2026-06-20', '2026-06-21');
  story.toppedUp('0000000001', 1n, '2026-07-06T00:00:00Z');
  await statistics.arrives();
  const asked = { groupBy: ['region', 'usageNature'] };
  assert.deepEqual(await statistics.table('collection', asked), ['R1,RESIDENTIAL: 1.0,1.0', 'R2,GENERAL_COMMERCIAL: 0.75,0.75']);
  assert.deepEqual(await statistics.table('due-charges'), [': 2,16000'], 'the one of July is not yet due');
  assert.deepEqual(await statistics.table('arrears', { groupBy: ['month'] }), ['2026-06: 1,2500,1,2500']);
  story.cleared('0000000002', 'ch', '2026-07-01');
  story.adjusted('0000000002', -5_000n, '2026-05', '2026-07-02T00:00:00Z', '2026-06-20');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('collection', asked), ['R1,RESIDENTIAL: 1.0,1.0', 'R2,GENERAL_COMMERCIAL: 1.0,0.5'], 'half of what is due after the adjustment came late');
  assert.deepEqual(await statistics.table('arrears', { groupBy: ['month'] }), ['2026-06: 1,2500,0,0']);
});

test('the debt that a reversed top-up leaves is in arrears, and no charge', async () => {
  story.charged('0000000001', 1_000n, '2026-05', '2026-06-05T00:00:00Z', '2026-06-20');
  story.inArrears('0000000001', 'posting', 700n, '', '2026-06-10', '2026-06-11');
  story.toppedUp('0000000002', 1n, '2026-07-06T00:00:00Z');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('arrears'), [': 1,700,1,700']);
  assert.deepEqual(await statistics.table('collection'), [': 1.0,1.0']);
});

test('prepaid adoption is of the accounts of the period; a top-up that was taken back is none', async () => {
  story.toppedUp('0000000001', 500n, '2026-06-05T00:00:00Z');
  story.toppedUp('0000000001', 500n, '2026-06-06T00:00:00Z');
  story.toppedUp('0000000002', 500n, '2026-06-06T00:00:00Z', 'ONLINE');
  await statistics.arrives();
  const june = { from: '2026-06-01', to: '2026-06-30' };
  assert.deepEqual(await statistics.table('prepaid-adoption', june), [': 1.0']);
  assert.deepEqual(await statistics.table('prepaid-adoption', { ...june, groupBy: ['channel'] }), ['COUNTER: 0.5', 'ONLINE: 0.5']);
  story.reversed('0000000002', story.events.at(-1)!);
  await statistics.arrives();
  assert.deepEqual(await statistics.table('prepaid-adoption', { ...june, groupBy: ['region'] }), ['R1: 1.0', 'R2: 0.0']);
});

test('complaints per 10,000 customers, by class', async () => {
  for (const [id, code] of [['c1', 'BILLING'], ['c2', 'BILLING'], ['c3', 'POWER_QUALITY']] as const) {
    story.opened(id, { kind: 'COMPLAINT', openedAt: '2026-06-05T00:00:00Z', regionId: 'R1', lineId: 'R1-L1' });
    story.classified(id, code);
  }
  await statistics.arrives();
  const june = { from: '2026-06-01', to: '2026-06-30' };
  assert.deepEqual(await statistics.table('complaint-rate', { ...june, groupBy: ['class'] }), ['BILLING: 10000.0', 'POWER_QUALITY: 5000.0']);
  assert.deepEqual(await statistics.table('complaint-rate', { ...june, groupBy: ['region'] }), ['R1: 30000.0', 'R2: 0.0']);
});

test('shifts are balanced when the ledger, the invoices and the bank say one sum', async () => {
  story.shift('s1', { outletId: 'H01', day: '2026-06-05', sums: [500n, 500n, 500n] });
  story.shift('s2', { outletId: 'H01', day: '2026-06-05', sums: [500n, 500n, 400n] });
  story.shift('s3', { outletId: 'H02', day: '2026-06-05' });
  story.say('billing.v1.ShiftSignedOff', 's1', { shiftId: 's1', signedOffBy: 'manager:M01' });
  // What came after the close: a slip, and an invoice that was found.
  story.shift('s4', { outletId: 'H03', day: '2026-06-05', sums: [500n, 400n, 300n] });
  story.say('billing.v1.SlipsFiled', 's4', { shiftId: 's4', slips: [{ slipNo: 'S2', bank: 'B', amountFen: '200' }], slipsFen: '500' });
  story.say('billing.v1.InvoicesRecounted', 's4', { shiftId: 's4', invoiceCount: '1', invoiceFen: '500', records: { topUpCount: '1', topUpFen: '500' } });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('shifts', { groupBy: ['outlet'] }), ['H01: 2,1000,1000,900,1', 'H02: 1,0,0,0,0', 'H03: 1,500,500,500,0']);
  assert.deepEqual(await statistics.table('shifts', { groupBy: ['status'], measures: ['count'] }), ['CLOSED: 2', 'OPEN: 1', 'SIGNED_OFF: 1']);
});
