import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection, type Rejection } from '@youdian/rejection';
import fc from 'fast-check';
import { runsLeft } from './beside.ts';
import { accountFor, missingRuns, restOf, type NumberLine } from './numbers.ts';
import { blockOf, evolve, heldBlock, issueBlock, markUsedUp, numberOf, returnBlock, type Series, type SeriesEvent } from './series.ts';

const AT = new Date('2026-03-02T01:00:00Z');
const ASK = { series: 'A', count: 50, collectorId: 'C01', deviceId: '', fromSerial: 0, actor: 'manager:M01' };
const PAPER = { collectorId: 'C01', deviceId: '' };

function after(state: Series | undefined, events: SeriesEvent[] | Rejection): Series {
  if (isRejection(events)) throw new Error(events.code);
  return events.reduce<Series | undefined>(evolve, state)!;
}
const codeOf = (decision: unknown) => (isRejection(decision) ? decision.code : undefined);
const issued = (...more: Partial<typeof ASK>[]) => more.reduce<Series | undefined>((state, one) => after(state, issueBlock(state, { ...ASK, ...one }, AT)), undefined)!;
const line = (serial: number, state: NumberLine['state'] = 'INVOICE_NO_STATE_USED', takenAt = AT): NumberLine =>
  ({ invoiceNo: numberOf('A', serial), serial, state, accountNo: '0000000001', postingId: '01-1', amountFen: 100n, takenAt, reason: '' });

test('blocks of a series lie one after the other; the first begins where the paper does', () => {
  const series = issued({ fromSerial: 4_001 }, { count: 100, collectorId: 'C02' });
  assert.deepEqual(series.blocks.map(({ blockId, from, to, collectorId }) => [blockId, from, to, collectorId]), [['A-00004001', 4_001, 4_050, 'C01'], ['A-00004051', 4_051, 4_150, 'C02']]);
  assert.equal(codeOf(issueBlock(series, { ...ASK, fromSerial: 4_100 }, AT)), 'NOT_NEXT_NUMBER', 'it would overlap');
  assert.equal(codeOf(issueBlock(series, { ...ASK, fromSerial: 4_152 }, AT)), 'NOT_NEXT_NUMBER', 'it would leave a gap');
  assert.equal(codeOf(issueBlock(series, { ...ASK, fromSerial: 4_151 }, AT)), undefined);
});

test('a block has a series, a holder and 1 to 1,000 numbers', () => {
  const refused = (more: Partial<typeof ASK>) => codeOf(issueBlock(undefined, { ...ASK, ...more }, AT));
  for (const series of ['', 'a', '01', 'ABCDEFGHI', 'A-1']) assert.equal(refused({ series }), 'SERIES_INVALID');
  for (const count of [0, -1, 1_001]) assert.equal(refused({ count }), 'COUNT_INVALID');
  assert.equal(refused({ collectorId: '' }), 'HOLDER_INVALID');
  assert.equal(refused({ deviceId: 'a b' }), 'HOLDER_INVALID');
  assert.equal(refused({ fromSerial: 99_999_990 }), 'SERIES_FULL');
});

test('only its holder uses a block, paper and devices apart, and nobody its returned rest', () => {
  const series = issued({}, { deviceId: 'D1' });
  assert.equal(codeOf(heldBlock(series, 'A-00000050', PAPER)), undefined);
  for (const [number, holder] of [['A-00000051', PAPER], ['A-00000050', { ...PAPER, collectorId: 'C02' }], ['A-00000050', { ...PAPER, deviceId: 'D1' }], ['A-00000101', PAPER], ['B-00000001', PAPER], ['junk', PAPER]] as const) {
    assert.equal(codeOf(heldBlock(series, number, holder)), 'INVOICE_NO_NOT_HELD', number);
  }
  const back = after(series, returnBlock(series, 'A-00000001', 21, 'manager:M01', AT));
  assert.equal(codeOf(heldBlock(back, 'A-00000020', PAPER)), undefined, 'what comes late');
  assert.equal(codeOf(heldBlock(back, 'A-00000021', PAPER)), 'INVOICE_NO_RETURNED');
  const device = { ...PAPER, deviceId: 'D1' };
  const lost = after(series, returnBlock(series, 'A-00000051', 61, 'manager:M01', AT));
  assert.equal(codeOf(heldBlock(lost, 'A-00000061', device)), undefined, 'signed before, and heard of later');
  assert.equal(codeOf(returnBlock(back, 'A-00000001', 21, 'manager:M01', AT)), 'BLOCK_ENDED');
  assert.equal(codeOf(markUsedUp(back, 'A-00000002', 'manager:M01', AT)), 'BLOCK_UNKNOWN', 'a block is named by its first number');
  assert.equal(codeOf(returnBlock(series, 'A-00000001', 51, 'manager:M01', AT)), 'NOTHING_TO_RETURN');
});

test('a gap is a number below the highest that is known; of a block that is used up, every number that is not known', () => {
  const series = issued({ count: 10 });
  const block = series.blocks[0]!;
  const lines = [line(2), line(3, 'INVOICE_NO_STATE_SPOILED'), line(6, 'INVOICE_NO_STATE_VOID')];
  assert.deepEqual(missingRuns(block, lines), [{ from: 1, to: 1 }, { from: 4, to: 5 }]);
  assert.deepEqual(missingRuns(block, []), []);
  assert.equal(restOf(block, lines), 7);
  const full = after(series, markUsedUp(series, block.blockId, 'manager:M01', AT)).blocks[0]!;
  assert.deepEqual(missingRuns(full, lines).at(-1), { from: 7, to: 10 });
});

test('a shift has the numbers after those of earlier shifts, without what is spoiled or has come back', () => {
  const series = issued({ count: 10 });
  const earlier = new Date(AT.getTime() - 1);
  const lines = [line(1, 'INVOICE_NO_STATE_USED', earlier), line(3, 'INVOICE_NO_STATE_USED', earlier), { ...line(4, 'INVOICE_NO_STATE_SPOILED'), takenAt: undefined }, line(5), { ...line(7, 'INVOICE_NO_STATE_SPOILED'), takenAt: undefined }];
  assert.deepEqual(runsLeft(series.blocks[0]!, lines, AT), [{ from: 5, to: 6 }, { from: 8, to: 10 }]);
  const back = after(series, returnBlock(series, 'A-00000001', 9, 'manager:M01', AT));
  assert.deepEqual(runsLeft(back.blocks[0]!, lines, AT).at(-1), { from: 8, to: 8 });
});

test('whatever is handed out, no number is in two blocks or in none, and whatever becomes of them, the counts are the block', () => {
  const states = fc.constantFrom<NumberLine['state']>('INVOICE_NO_STATE_USED', 'INVOICE_NO_STATE_VOID', 'INVOICE_NO_STATE_SPOILED', 'INVOICE_NO_STATE_PENDING');
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), fc.infiniteStream(fc.option(states)), fc.constantFrom('open', 'used up', 'returned'), (counts, become, end) => {
    let series = issued(...counts.map((count) => ({ count })));
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (let serial = 1; serial <= total; serial++) assert.equal(series.blocks.filter(({ from, to }) => from <= serial && serial <= to).length, 1);
    const { blockId, from, to } = series.blocks[0]!;
    const lines = Array.from({ length: to - from + 1 }, (_, index) => [from + index, become.next().value] as const).flatMap(([serial, state]) => (state ? [line(serial, state)] : []));
    if (end === 'used up') series = after(series, markUsedUp(series, blockId, 'manager:M01', AT));
    if (end === 'returned' && restOf(series.blocks[0]!, lines) <= to) series = after(series, returnBlock(series, blockId, restOf(series.blocks[0]!, lines), 'manager:M01', AT));
    const { usedFen, ...counted } = accountFor(blockOf(series, blockId)!, lines);
    assert.equal(Object.values(counted).reduce((sum, count) => sum + count, 0), to - from + 1);
    assert.ok(Object.values(counted).every((count) => count >= 0));
    assert.equal(usedFen, BigInt(counted.used) * 100n);
  }));
});
