import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { isRejection, type Rejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import fc from 'fast-check';
import { CLASSIFICATIONS, classificationsOf } from '../classification/dictionary.ts';
import { classifyCase, closeCase, openCase, openClassified, resolveCase, type OpenCase } from './decide.ts';
import { locate, type Place } from './place.ts';
import { evolve, type Case, type CaseEvent } from './state.ts';

const { given } = specification<Case | undefined, CaseEvent>(undefined, evolve);
const at = new Date('2026-07-01T08:00:00Z');
const earlier = new Date('2026-07-01T07:00:00Z');
const later = new Date('2026-07-01T09:00:00Z');
const caseId = 'c1';

const call: OpenCase = {
  caseId, kind: CaseKind.CASE_KIND_FAULT, channel: CaseChannel.CASE_CHANNEL_HOTLINE, accountNo: '', regionId: 'R1', lineId: 'L1', externalId: '',
  told: { callerName: '王芳', callerPhone: '13800000000', description: '停电了' },
};
const place: Place = { regionExists: true, regionOfLine: 'R1' };
const open = (command: Partial<OpenCase> = {}, around: Partial<Place> = {}) => (state: Case | undefined) => {
  const whole = { ...call, ...command };
  return openCase(state, whole, locate(whole, { ...place, ...around }), at);
};
const { told: _, ...facts } = call;
const opened: CaseEvent = { type: 'CaseOpened', data: { ...facts, openedAt: at }, kept: call.told };
const classified: CaseEvent = { type: 'CaseClassified', data: { caseId, classification: 'TREE', classifiedAt: at } };
const resolved: CaseEvent = { type: 'CaseResolved', data: { caseId, resolvedAt: at, customersAffected: 12n } };
const closed: CaseEvent = { type: 'CaseClosed', data: { caseId, closedAt: at, satisfaction: 4 } };
const resolve = (command: { restoredAt?: Date; customersAffected?: bigint; resolution?: string } = {}, now = at) => (state: Case | undefined) =>
  resolveCase(state, { caseId, restoredAt: command.restoredAt, customersAffected: command.customersAffected ?? 0n, told: { resolution: command.resolution } }, now);
const classify = (classification: string, now = at) => (state: Case | undefined) => classifyCase(state, { caseId, classification }, now);
const close = (satisfaction = 0) => (state: Case | undefined) => closeCase(state, { caseId, satisfaction }, at);

test('a fault is opened with its region and line; what the caller said is kept, not published', () => {
  given().when(open()).then(opened);
});

test('where it is known at once what the matter is about, the case is opened and classified', () => {
  const openAs = (classification: string) => (state: Case | undefined) => openClassified(state, call, classification, locate(call, place), at);
  given().when(openAs('TREE')).then(opened, classified);
  given().when(openAs('')).then(opened);
  given().when(openAs('PREPAID')).refused('CLASSIFICATION_UNKNOWN', 'classification');
});

test('a fault that began earlier is opened at that time', () => {
  given().when(open({ occurredAt: earlier })).then({ ...opened, data: { ...opened.data, openedAt: earlier } } as CaseEvent);
});

test('a case with an account takes region and line from it, whatever else is given', () => {
  const data = { ...facts, accountNo: '0000000001', regionId: 'R9', lineId: 'L9', openedAt: at };
  given().when(open({ accountNo: '0000000001' }, { account: { regionId: 'R9', lineId: 'L9' } })).then({ ...opened, data } as CaseEvent);
});

test('an account that does not exist is refused', () => {
  given().when(open({ accountNo: '0000000009' })).refused('ACCOUNT_UNKNOWN', 'accountNo');
});

test('a line alone knows its region', () => {
  given().when(open({ regionId: '' })).then(opened);
});

test('region and line must exist, and the line must be in the region', () => {
  given().when(open({}, { regionExists: false })).refused('REGION_UNKNOWN', 'regionId');
  given().when(open({}, { regionOfLine: undefined })).refused('LINE_UNKNOWN', 'lineId');
  given().when(open({}, { regionOfLine: 'R2' })).refused('LINE_OF_ANOTHER_REGION', 'lineId');
});

test('a fault needs region and line; a consultation needs neither', () => {
  given().when(open({ regionId: '', lineId: '' })).refused('REGION_MISSING', 'regionId');
  given().when(open({ lineId: '' })).refused('LINE_MISSING', 'lineId');
  const data = { ...facts, kind: CaseKind.CASE_KIND_CONSULTATION, regionId: '', lineId: '', openedAt: at };
  given().when(open({ kind: CaseKind.CASE_KIND_CONSULTATION, regionId: '', lineId: '', told: {} })).then({ type: 'CaseOpened', data, kept: {} });
});

test('nothing begins or is restored in the future', () => {
  given().when(open({ occurredAt: later })).refused('TIME_IN_THE_FUTURE', 'occurredAt');
  given(opened).when(resolve({ restoredAt: later })).refused('TIME_IN_THE_FUTURE', 'restoredAt');
});

test('kind, channel and the length of what was said are checked', () => {
  given().when(open({ kind: CaseKind.CASE_KIND_UNSPECIFIED })).refused('KIND_UNKNOWN', 'kind');
  given().when(open({ channel: CaseChannel.CASE_CHANNEL_UNSPECIFIED })).refused('CHANNEL_UNKNOWN', 'channel');
  given().when(open({ told: { callerPhone: 'tel 12' } })).refused('PHONE_MALFORMED', 'callerPhone');
  given().when(open({ told: { description: '长'.repeat(2_001) } })).refused('TEXT_TOO_LONG', 'description');
});

test('a case is classified in its own kind\'s words, any time before or after it is closed', () => {
  given(opened).when(classify('TREE')).then(classified);
  given(opened).when(classify('SERVICE_ATTITUDE')).refused('CLASSIFICATION_UNKNOWN', 'classification');
  given(opened, classified, resolved, closed).when(classify('STORM', later)).then({ type: 'CaseClassified', data: { caseId, classification: 'STORM', classifiedAt: later } });
  given(opened, classified).when(classify('TREE')).nothing();
});

test('a fault is resolved with the time of restoration and the customers affected', () => {
  given(opened).when(resolve({ customersAffected: 12n })).then(resolved);
  given(opened).when(resolve({ restoredAt: at, customersAffected: 12n, resolution: '已修复' }, later)).then({ ...resolved, kept: { resolution: '已修复' } } as CaseEvent);
});

test('power cannot be back before it went off', () => {
  given(opened).when(resolve({ restoredAt: earlier })).refused('TIME_OUT_OF_ORDER', 'restoredAt');
});

test('only a fault affects customers, and never fewer than none', () => {
  const consultation = { ...opened, data: { ...opened.data, kind: CaseKind.CASE_KIND_CONSULTATION } } as CaseEvent;
  given(consultation).when(resolve({ customersAffected: 1n })).refused('CUSTOMERS_AFFECTED_ONLY_FAULTS', 'customersAffected');
  given(opened).when(resolve({ customersAffected: -1n })).refused('CUSTOMERS_AFFECTED_OUT_OF_RANGE', 'customersAffected');
});

test('a case is resolved once', () => {
  given(opened, resolved).when(resolve()).refused('CASE_NOT_OPEN', 'caseId');
});

test('closing says what must come first: resolving, then classifying', () => {
  given(opened, classified).when(close()).refused('CASE_NOT_RESOLVED', 'caseId');
  given(opened, resolved).when(close()).refused('CASE_NOT_CLASSIFIED', 'caseId');
  given(opened, classified, resolved).when(close(4)).then(closed);
  given(opened, classified, resolved, closed).when(close()).refused('CASE_CLOSED', 'caseId');
  given(opened, classified, resolved).when(close(6)).refused('SATISFACTION_OUT_OF_RANGE', 'satisfaction');
});

test('a case that does not exist is unknown to every step', () => {
  for (const step of [classify('TREE'), resolve(), close()]) given().when(step).refused('CASE_UNKNOWN', 'caseId');
});

test('every classification has a name in both languages, and its code is used once in its kind', () => {
  for (const { zh, en } of CLASSIFICATIONS) assert.ok(zh && en);
  for (const kind of Object.values(CaseKind)) {
    const codes = classificationsOf(kind).map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
  }
});

const aStep = fc.oneof(
  fc.constantFrom(...CLASSIFICATIONS.map(({ code }) => code)).map((code) => classify(code)),
  fc.bigInt(-1n, 5n).map((customersAffected) => resolve({ customersAffected })),
  fc.integer({ min: -1, max: 6 }).map((satisfaction) => close(satisfaction)),
);

test('property: whatever is tried in whatever order, a closed case was opened, resolved and classified before', () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 12 }), (steps) => {
      let state: Case | undefined = evolve<unknown>(undefined, opened);
      const types: string[] = ['CaseOpened'];
      for (const step of steps) {
        const decided: readonly CaseEvent[] | Rejection = step(state);
        if (isRejection(decided)) continue;
        for (const event of decided) {
          state = evolve<unknown>(state, event);
          types.push(event.type);
        }
      }
      assert.ok(types.filter((type) => type === 'CaseResolved').length <= 1);
      assert.ok(types.filter((type) => type === 'CaseClosed').length <= 1);
      if (types.includes('CaseClosed')) {
        const closing = types.indexOf('CaseClosed');
        assert.ok(types.slice(0, closing).includes('CaseResolved') && types.slice(0, closing).includes('CaseClassified'));
      }
    }),
  );
});

test('property: no event holds what the caller said', () => {
  fc.assert(
    fc.property(fc.record({ callerName: fc.string({ minLength: 8, maxLength: 50 }), description: fc.string({ minLength: 8, maxLength: 100 }) }), (told) => {
      const decided = open({ told })(undefined);
      assert.ok(!isRejection(decided));
      const published = JSON.stringify(decided.map(({ data }) => data));
      assert.ok(!published.includes(JSON.stringify(told.callerName)) && !published.includes(JSON.stringify(told.description)));
    }),
  );
});
