import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import type { Place } from '../../case/place.ts';
import { factsOf, type Draft } from '../../outage/facts.ts';
import { evolve, type Outage, type OutageEvent } from '../../outage/state.ts';
import { importOutage, type PastOutage } from './decide.ts';
import { readPastOutage } from './row.ts';

const { given } = specification<Outage | undefined, OutageEvent>(undefined, evolve);
const now = new Date('2026-07-01T00:00:00Z');
const startedAt = new Date('2025-08-03T06:00:00Z');
const at = (time: string) => new Date(`2025-08-03T${time}:00Z`);
const place: Place = { regionExists: true, regionOfLine: 'R1' };

const row: PastOutage = {
  outageId: 'o1', externalId: 'T-1', accountNo: '', regionId: '', lineId: 'L1', planned: false, startedAt, customersAffected: 200n,
  restorations: [{ restoredAt: at('07:00'), customersRestored: 120n }], endedAt: at('08:30'), cause: 'STORM', equipment: 'INSULATOR',
};
const load = (change: Partial<PastOutage> = {}, around: Partial<Place> = {}) => (state: Outage | undefined) => importOutage(state, { ...row, ...change }, { ...place, ...around }, now);

const facts: Draft = {
  outageId: 'o1', externalId: 'T-1', regionId: 'R1', lineId: 'L1', planned: false, startedAt, customersAffected: 200n, cause: 'STORM', equipment: 'INSULATOR', caseIds: [],
  restorations: [{ restoredAt: at('07:00'), customersRestored: 120n }, { restoredAt: at('08:30'), customersRestored: 80n }],
};
const recorded = (change: Partial<Draft> = {}): OutageEvent => ({ type: 'OutageRecorded', data: { outage: factsOf({ ...facts, ...change }) } });
const corrected = (change: Partial<Draft>): OutageEvent => ({ type: 'OutageCorrected', data: { outage: factsOf({ ...facts, ...change }) } });

test('a past outage comes in whole, with its steps, the rest being back at its end', () => {
  given().when(load()).then(recorded());
  assert.equal(given(recorded()).state!.status, 'OUTAGE_STATUS_ENDED');
});

test('the same row again changes nothing, nor does one that says less', () => {
  given(recorded()).when(load()).nothing();
  given(recorded()).when(load({ customersAffected: undefined, restorations: [], endedAt: undefined, cause: '', equipment: '' })).nothing();
});

test('an outage that was open then stays open, and a later file takes it further', () => {
  given().when(load({ restorations: [], endedAt: undefined })).then(recorded({ restorations: [] }));
  given(recorded({ restorations: [] })).when(load()).then(corrected({}));
});

test('what a later file says otherwise is a correction', () => {
  given(recorded()).when(load({ cause: 'TREE' })).then(corrected({ cause: 'TREE' }));
  given(recorded()).when(load({ customersAffected: 250n })).then(corrected({ customersAffected: 250n, restorations: [facts.restorations[0]!, { restoredAt: at('08:30'), customersRestored: 130n }] }));
});

test('another line or another start may be another outage: somebody must look', () => {
  given(recorded()).when(load({ lineId: 'L2' })).refused('OUTAGE_DIFFERS', 'lineId');
  given(recorded()).when(load({ startedAt: at('05:00') })).refused('OUTAGE_DIFFERS', 'startedAt');
});

test('what cannot be is refused with its column', () => {
  given().when(load({}, { regionOfLine: undefined })).refused('LINE_UNKNOWN', 'lineId');
  given().when(load({ customersAffected: undefined })).refused('VALUE_MISSING', 'customersAffected');
  given().when(load({ endedAt: at('05:00') })).refused('TIME_OUT_OF_ORDER', 'restoredAt');
  given().when(load({ customersAffected: 100n })).refused('MORE_THAN_AFFECTED', 'customersRestored');
});

test('an outage that was cancelled does not come back with the next file', () => {
  given(recorded(), { type: 'OutageCancelled', data: recorded().data }).when(load()).refused('OUTAGE_CANCELLED', 'outageId');
});

test('a line of the file is read in codes or in Chinese, in Shanghai time or with a zone', () => {
  const english = readPastOutage({ externalId: 'T-1', lineId: 'L1', planned: 'unplanned', startedAt: '2025-08-03T14:00:00+08:00', customersAffected: '200', cause: 'storm', equipment: 'INSULATOR', restorations: '2025-08-03T07:00:00Z=120', endedAt: '2025-08-03 16:30' }, 'old');
  const chinese = readPastOutage({ externalId: 'T-1', lineId: 'L1', planned: '故障', startedAt: '2025-08-03 14:00', customersAffected: '200', cause: '大风暴雨', equipment: '绝缘子', restorations: '2025-08-03 15:00 ＝ 120；', endedAt: '2025-08-03 16:30' }, 'old');
  assert.deepEqual(chinese, english);
  assert.ok(!isRejection(english));
  const { outageId: _, ...read } = english;
  const { outageId: __, ...expected } = row;
  assert.deepEqual(read, expected);
});

test('what cannot be read is refused with its column', () => {
  const refusedField = (change: Record<string, string>) => {
    const read = readPastOutage({ lineId: 'L1', planned: '计划', startedAt: '2025-08-03 14:00', ...change }, 'old');
    return isRejection(read) ? read.field : undefined;
  };
  assert.equal(refusedField({}), undefined);
  assert.equal(refusedField({ lineId: '' }), 'lineId');
  assert.equal(refusedField({ planned: 'maybe' }), 'planned');
  assert.equal(refusedField({ startedAt: '3 August' }), 'startedAt');
  assert.equal(refusedField({ customersAffected: '1.5' }), 'customersAffected');
  for (const restorations of ['120', '2025-08-03 15:00=', '2025-08-03 15:00=x', '2025-02-30 15:00=1', '=5']) assert.equal(refusedField({ restorations }), 'restorations');
});
