import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection, type Rejection } from '@youdian/rejection';
import { specification } from '@youdian/testing/given';
import fc from 'fast-check';
import { OUTAGE_CAUSES, OUTAGE_EQUIPMENT } from './codes.ts';
import { cancelOutage, correctOutage, recordOutage, restoreStep, type Around, type CorrectOutage, type RecordOutage } from './decide.ts';
import { factsOf, restoredIn, type Draft } from './facts.ts';
import { evolve, type Outage, type OutageEvent } from './state.ts';

const { given } = specification<Outage | undefined, OutageEvent>(undefined, evolve);
const minutes = (after: number) => new Date(Date.parse('2026-07-01T08:00:00Z') + after * 60_000);
const now = minutes(600);
const outageId = 'o1';
const reason = '现场核实';

const storm: RecordOutage = { outageId, lineId: 'L1', planned: false, startedAt: minutes(0), customersAffected: 200n, cause: 'STORM', equipment: 'INSULATOR', caseIds: [] };
const around: Around = { located: { regionId: 'R1', lineId: 'L1' } };
const record = (change: Partial<RecordOutage> = {}, other: Partial<Around> = {}) => (state: Outage | undefined) => recordOutage(state, { ...storm, ...change }, { ...around, ...other }, now);
const restore = (customersRestored: bigint, restoredAt?: Date) => (state: Outage | undefined) => restoreStep(state, { outageId, restoredAt, customersRestored }, now);
const correct = (change: Partial<CorrectOutage>, other: Partial<Around> = {}) => (state: Outage | undefined) => correctOutage(state, { outageId, reason, ...change }, { ...around, ...other }, now);
const cancel = (why = reason) => (state: Outage | undefined) => cancelOutage(state, { outageId, reason: why });

const facts: Draft = { ...storm, startedAt: minutes(0), externalId: '', regionId: 'R1', restorations: [], caseIds: [] };
const step = (after: number, customersRestored: bigint) => ({ restoredAt: minutes(after), customersRestored });
const outage = (change: Partial<Draft> = {}) => ({ outage: factsOf({ ...facts, ...change }) });
const recorded: OutageEvent = { type: 'OutageRecorded', data: outage() };
const restored = (...restorations: ReturnType<typeof step>[]): OutageEvent => ({ type: 'OutageRestored', data: outage({ restorations }) });
const corrected = (change: Partial<Draft>): OutageEvent => ({ type: 'OutageCorrected', data: outage(change), kept: { reason } });

test('an outage is recorded with its line, whose region is known, and nobody has power yet', () => {
  given().when(record()).then(recorded);
  assert.equal(given(recorded).state!.status, 'OUTAGE_STATUS_OPEN');
  given().when(record({ startedAt: undefined })).then({ type: 'OutageRecorded', data: outage({ startedAt: now }) });
});

test('power comes back by steps; the last step ends it', () => {
  given(recorded).when(restore(120n, minutes(60))).then(restored(step(60, 120n)));
  given(recorded, restored(step(60, 120n))).when(restore(80n, minutes(90))).then(restored(step(60, 120n), step(90, 80n)));
  const done = given(recorded, restored(step(60, 120n), step(90, 80n))).state!;
  assert.deepEqual([done.status, done.endedAt], ['OUTAGE_STATUS_ENDED', minutes(90)]);
});

test('"all who are left" need not be counted', () => {
  given(recorded, restored(step(60, 120n))).when(restore(0n)).then(restored(step(60, 120n), { restoredAt: now, customersRestored: 80n }));
});

test('a step that is told late takes its place in time', () => {
  given(recorded, restored(step(60, 120n))).when(restore(80n, minutes(30))).then(restored(step(30, 80n), step(60, 120n)));
  assert.deepEqual(given(recorded, restored(step(30, 80n), step(60, 120n))).state!.endedAt, minutes(60));
});

test('no more are restored than were affected, nobody before it began or in the future, and nobody twice', () => {
  given(recorded, restored(step(60, 120n))).when(restore(81n)).refused('MORE_THAN_AFFECTED', 'customersRestored');
  given(recorded).when(restore(-1n)).refused('CUSTOMERS_OUT_OF_RANGE', 'customersRestored');
  given(recorded).when(restore(1n, minutes(-1))).refused('TIME_OUT_OF_ORDER', 'restoredAt');
  given(recorded).when(restore(1n, minutes(601))).refused('TIME_IN_THE_FUTURE', 'restoredAt');
  given(recorded, restored(step(60, 200n))).when(restore(0n)).refused('OUTAGE_ENDED', 'outageId');
});

test('what is recorded is checked', () => {
  given().when(record({ lineId: '' })).refused('LINE_MISSING', 'lineId');
  const unknown = { kind: 'refused', code: 'LINE_UNKNOWN', field: 'lineId', zh: '没有', en: 'none' } as const;
  given().when(record({}, { located: unknown })).refused('LINE_UNKNOWN', 'lineId');
  given().when(record({ startedAt: minutes(601) })).refused('TIME_IN_THE_FUTURE', 'startedAt');
  given().when(record({ customersAffected: 0n })).refused('CUSTOMERS_OUT_OF_RANGE', 'customersAffected');
  given().when(record({ cause: 'GREMLINS' })).refused('CAUSE_UNKNOWN', 'cause');
  given().when(record({ equipment: 'SPOON' })).refused('EQUIPMENT_UNKNOWN', 'equipment');
  given().when(record({ caseIds: ['c1'] }, { wrongCase: { ...unknown, code: 'CASE_UNKNOWN', field: 'caseIds' } })).refused('CASE_UNKNOWN', 'caseIds');
  given().when(record({ caseIds: Array.from({ length: 101 }, (_, at) => `c${at}`) })).refused('TOO_MANY', 'caseIds');
  given(recorded).when(record()).refused('OUTAGE_TAKEN', 'outageId');
});

test('a planned outage has other causes than one that nobody planned', () => {
  given().when(record({ planned: true, cause: 'MAINTENANCE' })).then({ type: 'OutageRecorded', data: outage({ planned: true, cause: 'MAINTENANCE' }) });
  given().when(record({ planned: true })).refused('CAUSE_UNKNOWN', 'cause');
  given(recorded).when(correct({ planned: true })).refused('CAUSE_UNKNOWN', 'cause');
  given(recorded).when(correct({ planned: true, cause: '' })).then(corrected({ planned: true, cause: '' }));
});

test('anything is corrected later, with the reason, and only what was given changes', () => {
  given(recorded).when(correct({ cause: 'TREE' })).then(corrected({ cause: 'TREE' }));
  given(recorded).when(correct({ startedAt: minutes(-30), equipment: '' })).then(corrected({ startedAt: minutes(-30), equipment: '' }));
  given(recorded).when(correct({ lineId: 'L9' }, { located: { regionId: 'R9', lineId: 'L9' } })).then(corrected({ regionId: 'R9', lineId: 'L9' }));
  given(recorded).when(correct({ caseIds: ['c1', 'c1', 'c2'] })).then(corrected({ caseIds: ['c1', 'c2'] }));
  given(recorded).when(correct({ cause: 'STORM' })).nothing();
  given(recorded).when(correct({ cause: 'TREE', reason: ' ' })).refused('REASON_MISSING', 'reason');
  given(recorded).when(correct({ cause: 'TREE', reason: '因'.repeat(501) })).refused('TEXT_TOO_LONG', 'reason');
});

test('whether it has ended is decided anew by a correction', () => {
  const whole = [recorded, restored(step(60, 200n))] as const;
  given(...whole).when(correct({ restorations: [step(60, 150n)] })).then(corrected({ restorations: [step(60, 150n)] }));
  assert.equal(given(...whole, corrected({ restorations: [step(60, 150n)] })).state!.status, 'OUTAGE_STATUS_OPEN');
  given(...whole).when(correct({ startedAt: minutes(61) })).refused('TIME_OUT_OF_ORDER', 'restoredAt');
});

test('where all came back at once, another number of customers came back at once; where by steps, the steps must be told', () => {
  given(recorded, restored(step(60, 200n))).when(correct({ customersAffected: 250n })).then(corrected({ customersAffected: 250n, restorations: [step(60, 250n)] }));
  given(recorded, restored(step(60, 120n), step(90, 80n))).when(correct({ customersAffected: 250n })).refused('RESTORATIONS_MISSING', 'restorations');
  const restorations = [step(60, 120n), step(90, 130n)];
  given(recorded, restored(step(60, 120n), step(90, 80n))).when(correct({ customersAffected: 250n, restorations })).then(corrected({ customersAffected: 250n, restorations }));
  given(recorded, restored(step(60, 120n))).when(correct({ customersAffected: 100n })).refused('MORE_THAN_AFFECTED', 'customersRestored');
});

test('what was recorded by mistake is cancelled with the reason, and then changes no more', () => {
  const cancelled: OutageEvent = { type: 'OutageCancelled', data: outage(), kept: { reason } };
  given(recorded).when(cancel()).then(cancelled);
  given(recorded).when(cancel('')).refused('REASON_MISSING', 'reason');
  for (const next of [cancel(), restore(1n), correct({ cause: 'TREE' })]) given(recorded, cancelled).when(next).refused('OUTAGE_CANCELLED', 'outageId');
});

test('an outage that does not exist is unknown to every step', () => {
  for (const next of [cancel(), restore(1n), correct({ cause: 'TREE' })]) given().when(next).refused('OUTAGE_UNKNOWN', 'outageId');
});

test('every cause and every piece of equipment has a name in both languages, and its code once', () => {
  for (const { zh, en } of [...OUTAGE_CAUSES, ...OUTAGE_EQUIPMENT]) assert.ok(zh && en);
  const codes = OUTAGE_CAUSES.map(({ code, planned }) => `${planned} ${code}`);
  assert.equal(new Set(codes).size, codes.length);
});

const anInstant = fc.integer({ min: -10, max: 620 }).map(minutes);
const someCustomers = fc.bigInt(-1n, 300n);
const aStep = fc.oneof(
  fc.tuple(someCustomers, anInstant).map(([customers, at]) => restore(customers, at)),
  fc.record({ customersAffected: someCustomers, startedAt: anInstant, planned: fc.boolean(), cause: fc.constantFrom('', 'TREE', 'MAINTENANCE') }, { requiredKeys: [] }).map((change) => correct(change)),
  fc.array(fc.tuple(fc.integer({ min: -10, max: 620 }), someCustomers), { maxLength: 4 }).map((steps) => correct({ restorations: steps.map(([after, customers]) => step(after, customers)) })),
  fc.constant(cancel()),
);

test('property: whatever is tried in whatever order, no more are restored than affected, all between start and now, and it has ended exactly when all are back', () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 12 }), (steps) => {
      let state: Outage | undefined = evolve(undefined, recorded);
      for (const next of steps) {
        const decided: readonly OutageEvent[] | Rejection = next(state);
        if (isRejection(decided)) continue;
        for (const event of decided) state = evolve(state, event);
        const { startedAt, customersAffected, restorations, endedAt, status }: Outage = state!;
        const restoredOnes = restoredIn(restorations);
        assert.ok(restoredOnes <= customersAffected && restorations.every(({ restoredAt }) => restoredAt! >= startedAt && restoredAt! <= now));
        assert.deepEqual(endedAt, restoredOnes === customersAffected ? restorations.at(-1)!.restoredAt : undefined);
        assert.ok(status === 'OUTAGE_STATUS_CANCELLED' || (status === 'OUTAGE_STATUS_ENDED') === (endedAt !== undefined));
      }
    }),
  );
});
