import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRejection } from '@youdian/rejection';
import { appointKeeper, confirmKeeper } from './decide.ts';
import { evolve, keeperOn, NOBODY, type KeeperEvent, type Keepers } from './state.ts';

const MORNING = new Date('2026-03-02T01:00:00Z');
const person = (name: string) => ({ name, id: name.slice(name.indexOf(':') + 1) });
const after = (keepers: Keepers, events: unknown): Keepers => (events as KeeperEvent[]).reduce(evolve, keepers);
const codeOf = (outcome: unknown) => (isRejection(outcome) ? outcome.code : undefined);
const appoint = (keepers: Keepers, keeperId: string, fromDay = '2026-03-02', actor = 'manager:M01', at = MORNING) => appointKeeper(keepers, { fund: 'FUND_REFUNDS', keeperId, fromDay, actor: person(actor) }, at);
const confirm = (keepers: Keepers, appointmentId: string, actor = 'manager:M02', at = MORNING) => confirmKeeper(keepers, { fund: 'FUND_REFUNDS', appointmentId, actor: person(actor) }, at);
const appointed = after(NOBODY, appoint(NOBODY, 'F01'));
const kept = after(appointed, confirm(appointed, '1'));

test('given an appointment, when another person confirms it, then the fund has its keeper from that day on', () => {
  assert.equal(keeperOn(appointed, '2026-03-02'), undefined, 'not before it is confirmed');
  assert.deepEqual(['2026-03-01', '2026-03-02', '2027-01-01'].map((day) => keeperOn(kept, day)?.keeperId), [undefined, 'F01', 'F01']);
});

test('given an appointment, when who made it or the keeper confirms, in whatever role, then a second person is asked for', () => {
  for (const actor of ['manager:M01', 'admin:M01', 'manager:F01']) assert.equal(codeOf(confirm(appointed, '1', actor)), 'SECOND_PERSON_NEEDED');
  assert.equal(codeOf(confirm(kept, '1')), 'APPOINTMENT_UNKNOWN');
});

test('given a keeper, when another is appointed for later, then each keeps the fund in his time', () => {
  const next = after(kept, appoint(kept, 'F02', '2026-04-01'));
  const both = after(next, confirm(next, '2'));
  assert.deepEqual(['2026-03-31', '2026-04-01'].map((day) => keeperOn(both, day)?.keeperId), ['F01', 'F02']);
});

test('what is over never changes: neither appointed for a past day, nor confirmed after its first day', () => {
  assert.equal(codeOf(appoint(NOBODY, 'F01', '2026-03-01')), 'FROM_DAY_INVALID');
  assert.equal(codeOf(confirm(appointed, '1', 'manager:M02', new Date('2026-03-03T01:00:00Z'))), 'APPOINTMENT_TOO_OLD');
  for (const [keeperId, fromDay] of [['a b', '2026-03-02'], ['F01', '2026-3-2']] as const) assert.ok(codeOf(appoint(NOBODY, keeperId, fromDay))?.endsWith('_INVALID'));
});

test('whoever is appointed and confirmed when, the keeper of a day that is over stays the same', () => {
  const step = fc.record({ on: fc.integer({ min: 1, max: 20 }), later: fc.integer({ min: 0, max: 5 }), keeper: fc.constantFrom('F01', 'F02', 'F03'), confirmed: fc.boolean() });
  const day = (n: number) => `2026-03-${n.toString().padStart(2, '0')}`;
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    let keepers = NOBODY;
    for (const { on, later, keeper, confirmed } of steps.toSorted((a, b) => a.on - b.on)) {
      const at = new Date(`${day(on)}T04:00:00Z`);
      const before = Array.from({ length: on - 1 }, (_, n) => keeperOn(keepers, day(n + 1))?.keeperId);
      keepers = after(keepers, appoint(keepers, keeper, day(on + later), 'manager:M01', at));
      if (confirmed) keepers = after(keepers, confirm(keepers, `${keepers.appointments.length}`, 'manager:M02', at));
      assert.deepEqual(Array.from({ length: on - 1 }, (_, n) => keeperOn(keepers, day(n + 1))?.keeperId), before);
    }
  }));
});
