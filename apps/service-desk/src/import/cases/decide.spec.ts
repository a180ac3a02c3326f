import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { isRejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import fc from 'fast-check';
import type { Place } from '../../case/place.ts';
import { evolve, type Case, type CaseEvent } from '../../case/state.ts';
import { importCase, type PastCase } from './decide.ts';
import { readPastCase } from './row.ts';

const { given } = specification<Case | undefined, CaseEvent>(undefined, evolve);
const now = new Date('2026-07-01T00:00:00Z');
const openedAt = new Date('2025-08-03T06:00:00Z');
const resolvedAt = new Date('2025-08-03T08:30:00Z');
const closedAt = new Date('2025-08-04T01:00:00Z');
const caseId = 'c1';
const place: Place = { regionExists: true, regionOfLine: 'R1' };

const row: PastCase = {
  caseId, externalId: 'F-1', kind: CaseKind.CASE_KIND_FAULT, channel: CaseChannel.CASE_CHANNEL_HOTLINE, accountNo: '', regionId: 'R1', lineId: 'L1',
  openedAt, resolvedAt, closedAt, classification: 'STORM', customersAffected: 120n, satisfaction: 5, told: { description: '线路跳闸' },
};
const load = (change: Partial<PastCase> = {}, around: Partial<Place> = {}, at = now) => (state: Case | undefined) =>
  importCase(state, { ...row, ...change }, { ...place, ...around }, at);

const { kind, channel, accountNo, regionId, lineId, externalId } = row;
const opened: CaseEvent = { type: 'CaseOpened', data: { caseId, kind, channel, accountNo, regionId, lineId, externalId, openedAt }, kept: row.told };
const classified: CaseEvent = { type: 'CaseClassified', data: { caseId, classification: 'STORM', classifiedAt: resolvedAt } };
const resolved: CaseEvent = { type: 'CaseResolved', data: { caseId, resolvedAt, customersAffected: 120n } };
const closed: CaseEvent = { type: 'CaseClosed', data: { caseId, closedAt, satisfaction: 5 } };
const whole = [opened, classified, resolved, closed] as const;

test('a past case comes in whole, at its past times', () => {
  given().when(load()).then(...whole);
});

test('the same row again changes nothing', () => {
  given(...whole).when(load()).nothing();
});

test('a case that was still open then stays open, and a later file takes it further', () => {
  const early = { resolvedAt: undefined, closedAt: undefined, classification: '', customersAffected: undefined, satisfaction: undefined };
  given().when(load(early)).then(opened);
  given(opened).when(load()).then({ ...classified, data: { ...classified.data, classifiedAt: now } } as CaseEvent, resolved, closed);
  given(...whole).when(load(early)).nothing();
});

test('another classification or number of customers affected is a correction, made now', () => {
  given(...whole).when(load({ classification: 'TREE' })).then({ type: 'CaseClassified', data: { caseId, classification: 'TREE', classifiedAt: now } });
  given(...whole).when(load({ customersAffected: 130n })).then({ type: 'CaseResolved', data: { caseId, resolvedAt, customersAffected: 130n } });
  assert.equal(given(...whole, { type: 'CaseResolved', data: { caseId, resolvedAt, customersAffected: 130n } }).state?.status, 'CASE_STATUS_CLOSED');
});

test('any other difference is refused, naming the field', () => {
  const others: Partial<PastCase>[] = [
    { kind: CaseKind.CASE_KIND_COMPLAINT, classification: 'OTHER', customersAffected: 0n }, { channel: CaseChannel.CASE_CHANNEL_HALL }, { openedAt: new Date('2025-08-03T05:00:00Z') },
    { lineId: 'L2' }, { resolvedAt: new Date('2025-08-03T08:31:00Z') }, { closedAt: new Date('2025-08-05T00:00:00Z') }, { satisfaction: 1 },
  ];
  for (const other of others) given(...whole).when(load(other)).refused('CASE_DIFFERS', Object.keys(other)[0]);
});

test('a row with an account and no line lies where the account is; a line in the row says where it lay then', () => {
  const account = { regionId: 'R9', lineId: 'L9' };
  const accountNo = '0000000001';
  const at = (regionId: string, lineId: string) => ({ ...opened, data: { ...opened.data, accountNo, regionId, lineId } }) as CaseEvent;
  given().when(load({ accountNo, regionId: '', lineId: '' }, { account })).then(at('R9', 'L9'), classified, resolved, closed);
  given().when(load({ accountNo }, { account })).then(at('R1', 'L1'), classified, resolved, closed);
  given().when(load({ accountNo })).refused('ACCOUNT_UNKNOWN', 'accountNo');
});

test('times must be in order and not in the future', () => {
  given().when(load({ openedAt: new Date('2026-07-02T00:00:00Z') })).refused('TIME_IN_THE_FUTURE', 'openedAt');
  given().when(load({ closedAt: new Date('2026-07-02T00:00:00Z') })).refused('TIME_IN_THE_FUTURE', 'closedAt');
  given().when(load({ resolvedAt: new Date('2025-08-03T05:00:00Z') })).refused('TIME_OUT_OF_ORDER', 'resolvedAt');
  given().when(load({ closedAt: new Date('2025-08-03T07:00:00Z') })).refused('TIME_OUT_OF_ORDER', 'closedAt');
});

test('a closed case needs the time it was resolved and a classification', () => {
  given().when(load({ resolvedAt: undefined, customersAffected: undefined })).refused('CASE_NOT_RESOLVED', 'resolvedAt');
  given().when(load({ classification: '' })).refused('CASE_NOT_CLASSIFIED', 'classification');
});

test('nothing that a row says is lost in silence', () => {
  given().when(load({ resolvedAt: undefined, closedAt: undefined })).refused('TIME_MISSING', 'resolvedAt');
  given().when(load({ closedAt: undefined })).refused('TIME_MISSING', 'closedAt');
});

test('a line of the file is read in codes or in Chinese, in Shanghai time or with a zone', () => {
  const english = readPastCase({ externalId: 'F-1', kind: 'FAULT', channel: 'HOTLINE', openedAt: '2025-08-03T14:00:00+08:00', classification: 'storm' }, 'old');
  const chinese = readPastCase({ externalId: 'F-1', kind: '故障报修', channel: '热线', openedAt: '2025-08-03 14:00', classification: '大风暴雨' }, 'old');
  assert.deepEqual(chinese, english);
  assert.ok(!isRejection(english) && english.openedAt.getTime() === openedAt.getTime() && english.classification === 'STORM');
});

test('what cannot be read is refused with its column', () => {
  const read = (change: Record<string, string>) => readPastCase({ kind: 'FAULT', openedAt: '2025-08-03 14:00', ...change }, 'old');
  const refusedField = (change: Record<string, string>) => {
    const decided = read(change);
    return isRejection(decided) ? decided.field : undefined;
  };
  assert.equal(refusedField({ openedAt: '' }), 'openedAt');
  assert.equal(refusedField({ openedAt: '3 August' }), 'openedAt');
  assert.equal(refusedField({ resolvedAt: '2025-02-30 10:00' }), 'resolvedAt');
  assert.equal(refusedField({ resolvedAt: '2025-02-30T10:00:00Z' }), 'resolvedAt');
  assert.equal(refusedField({ customersAffected: '1.5' }), 'customersAffected');
  assert.equal(refusedField({ satisfaction: '-1' }), 'satisfaction');
  assert.equal(refusedField({ externalId: 'x'.repeat(65) }), 'externalId');
});

test('the same number in another source, and another content without a number, are other cases', () => {
  const id = (values: Record<string, string>, source = 'old') => (readPastCase({ kind: 'FAULT', openedAt: '2025-08-03 14:00', ...values }, source) as PastCase).caseId;
  assert.equal(id({ externalId: '1' }), id({ externalId: '1', lineId: 'L2' }));
  assert.notEqual(id({ externalId: '1' }), id({ externalId: '1' }, 'older'));
  assert.equal(id({ lineId: 'L1' }), id({ lineId: 'L1' }));
  assert.notEqual(id({ lineId: 'L1' }), id({ lineId: 'L2' }));
});

const instant = fc.date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2026-12-31T00:00:00Z'), noInvalidDate: true });
const aRow = fc.record({
  openedAt: instant,
  resolvedAt: fc.option(instant, { nil: undefined }),
  closedAt: fc.option(instant, { nil: undefined }),
  classification: fc.constantFrom('', 'STORM', 'TREE', 'NONSENSE'),
  customersAffected: fc.option(fc.bigInt(0n, 500n), { nil: undefined }),
  satisfaction: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
});

test('property: what was imported is there already the next time, whatever the row', () => {
  fc.assert(
    fc.property(aRow, (change) => {
      const first = load(change)(undefined);
      if (isRejection(first)) return;
      const state = first.reduce<Case | undefined>((current, event) => evolve<unknown>(current, event), undefined);
      assert.deepEqual(load(change, {}, new Date(now.getTime() + 1_000))(state), []);
      assert.ok(!state!.closedAt || (state!.resolvedAt! <= state!.closedAt && state!.openedAt <= state!.resolvedAt!));
    }),
  );
});
