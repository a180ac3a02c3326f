import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RovingRouteCancelled, RovingRouteChanged } from '@youdian/contracts-billing/roving_route_events';
import type { StopWish } from '@youdian/contracts-billing/roving_routes';
import { isRejection } from '@youdian/rejection';
import { amendRoute, cancelRoute, markStop, planRoute, publishRoute } from './decide.ts';
import { evolve, type Route, type RouteEvent } from './state.ts';

const NETWORK = new Map([['L1', 'R1'], ['L2', 'R1'], ['L3', 'R2']]);
const around = { network: NETWORK };
const MORNING = new Date('2026-03-02T01:00:00Z');
const MANAGER = { id: 'M01', name: 'manager:M01' };
const COLLECTOR = { id: 'C01', name: 'cashier:C01' };
const crew = { collectorIds: ['C01', 'C02'], deviceId: '', blockId: '' };
const stop = (village: string, from: string, to: string, lineIds = ['L1'], more: Partial<StopWish> = {}): StopWish => ({ stopId: '', village, place: '村委会', from, to, lineIds, wholeRegionIds: [], ...more });
const WANG = stop('王家村', '09:00', '10:30');
const LI = stop('李家村', '11:00', '12:00', ['L2', 'L3']);

const after = (route: Route | undefined, outcome: unknown): Route => (outcome as RouteEvent[]).reduce<Route | undefined>(evolve, route)!;
const codeOf = (outcome: unknown) => (isRejection(outcome) ? `${outcome.code}${outcome.field ? ` ${outcome.field}` : ''}` : undefined);
const plan = (stops: readonly StopWish[], { day = '2026-03-04', at = MORNING, known = around as Parameters<typeof planRoute>[2], ...more } = {}) =>
  planRoute(undefined, { routeId: `T1.${day}.1`, day, teamId: 'T1', ...crew, stops, key: 'K1', actor: MANAGER, ...more }, known, at);
const amend = (route: Route, stops: readonly StopWish[], { at = MORNING, ...more } = {}) => amendRoute(route, { ...crew, stops, actor: MANAGER, ...more }, around, at);
const kept = (route: Route) => route.stops.map(({ stop: { version: _, regionIds: _its, ...one } }): StopWish => ({ ...one, wholeRegionIds: [] }));
const changed = (outcome: unknown) => (outcome as [{ data: RovingRouteChanged }])[0].data;
const ended = (outcome: unknown) => (outcome as [{ data: RovingRouteCancelled }])[0].data;
const planned = after(undefined, plan([LI, WANG]));
const published = after(planned, publishRoute(planned, MANAGER, MORNING));

test('given a plan, its stops are by time, each with its lines and their regions, and nobody is told yet', () => {
  assert.deepEqual(planned.stops.map(({ stop: { stopId, version, village, lineIds, regionIds } }) => [stopId, version, village, lineIds, regionIds]), [
    ['2', 1, '王家村', ['L1'], ['R1']], ['1', 1, '李家村', ['L2', 'L3'], ['R1', 'R2']],
  ]);
  assert.equal(planned.status, 'ROVING_ROUTE_STATUS_PLANNED');
  assert.deepEqual(after(undefined, plan([stop('赵家村', '09:00', '10:00', [], { wholeRegionIds: ['R1'] })])).stops[0]!.stop.lineIds, ['L1', 'L2'], 'a region stands for its lines');
  assert.equal(codeOf(planRoute(planned, { routeId: 'T1.2026-03-04.1', day: '2026-03-04', teamId: 'T1', ...crew, stops: [WANG], key: 'K2', actor: MANAGER }, around, MORNING)), 'ROUTE_EXISTS day');
});

test('a plan that cannot be gone is refused, with the field that is wrong', () => {
  const wrong: [string, unknown][] = [
    ['STOPS_OVERLAP stops', plan([WANG, stop('李家村', '10:29', '11:00')])],
    ['ROUTE_DAY_OVER day', plan([WANG], { day: '2026-03-01' })],
    ['STOP_OVER stops.0.to', plan([WANG], { day: '2026-03-02', at: new Date('2026-03-02T02:30:00Z') })],
    ['DAY_INVALID day', plan([WANG], { day: '2026-02-30' })],
    ['DAY_INVALID day', plan([WANG], { day: '2062-03-04' })],
    ['LINE_UNKNOWN stops.1.lineIds', plan([WANG, { ...LI, lineIds: ['L9'] }])],
    ['REGION_UNKNOWN stops.0.wholeRegionIds', plan([{ ...WANG, wholeRegionIds: ['R9'] }])],
    ['LINES_MISSING stops.0.lineIds', plan([{ ...WANG, lineIds: [] }])],
    ['TIME_INVALID stops.0.from', plan([{ ...WANG, from: '9:00' }])],
    ['TIME_INVALID stops.0.to', plan([{ ...WANG, to: '09:00' }])],
    ['TEXT_INVALID stops.0.village', plan([{ ...WANG, village: ' ' }])],
    ['TEXT_INVALID stops.0.place', plan([{ ...WANG, place: '王芳家 138 0000 0000' }])],
    ['STOP_UNKNOWN stops.0.stopId', plan([{ ...WANG, stopId: '1' }])],
    ['STOPS_MISSING stops', plan([])],
    ['COLLECTORS_INVALID collectorIds', plan([WANG], { collectorIds: ['C01', 'C01'] } as object)],
    ['INVOICE_BLOCK_NOT_HELD blockId', plan([WANG], { blockId: 'A1-00000001', known: { network: NETWORK, block: { collectorId: 'C77', deviceId: '' } } } as object)],
  ];
  for (const [code, outcome] of wrong) assert.equal(codeOf(outcome), code);
  assert.equal(codeOf(plan([WANG, stop('李家村', '10:30', '11:00')])), undefined, 'one after the other is fine');
  assert.equal(codeOf(plan([WANG], { blockId: 'A1-00000001', known: { network: NETWORK, block: { collectorId: 'C02', deviceId: 'D1' } } } as object)), undefined);
});

test('what is published changes before its day; the event says what each stop was and is', () => {
  const [wang, li] = kept(published);
  const { changes, published: isTold } = changed(amend(published, [{ ...wang!, from: '08:30' }, stop('孙家村', '14:00', '15:00')]));
  assert.equal(isTold, true);
  assert.deepEqual(changes.map(({ before, after: now, version }) => [before?.village, before?.from, now?.village, now?.from, version]), [
    ['王家村', '09:00', '王家村', '08:30', 2], [undefined, undefined, '孙家村', '14:00', 1], ['李家村', '11:00', undefined, undefined, 2],
  ]);
  const next = after(published, amend(published, [wang!, stop('孙家村', '14:00', '15:00')]));
  assert.deepEqual(next.stops.map(({ stop: { stopId, version } }) => [stopId, version]), [['2', 1], ['3', 1]], 'the number of a stop that is gone is not used again');
  assert.deepEqual(changed(amend(published, [wang!, li!], { collectorIds: ['C03'] } as object)).changes, [], 'who comes is no news to customers');
  assert.deepEqual(amend(published, [wang!, li!]), [], 'nothing changed');
});

test('before it is published a plan changes without versions, also on its day; after, not on its day any more', () => {
  assert.deepEqual(changed(amend(planned, [{ ...WANG, stopId: '2', from: '08:30' }])).stops.map(({ version }) => version), [1]);
  const today = new Date('2026-03-04T00:00:00Z');
  assert.equal(codeOf(amend(planned, [WANG], { at: today })), undefined);
  assert.equal(codeOf(amend(published, [WANG], { at: today })), 'TOO_LATE_TO_AMEND routeId');
  assert.equal(codeOf(amend(planned, [WANG], { at: new Date('2026-03-05T00:00:00Z') })), 'ROUTE_DAY_OVER day');
});

test('a cancelled route says why and to whom; nothing is done with it any more', () => {
  const events = cancelRoute(published, '道路塌方', MANAGER, MORNING);
  const { stops, published: isTold } = ended(events);
  assert.deepEqual([isTold, stops.map(({ stopId, version }) => [stopId, version])], [true, [['2', 2], ['1', 2]]]);
  const cancelled = after(published, events);
  for (const outcome of [amend(cancelled, [WANG]), publishRoute(cancelled, MANAGER, MORNING), cancelRoute(cancelled, '再次', MANAGER, MORNING)]) assert.equal(codeOf(outcome), 'ROUTE_CANCELLED routeId');
  assert.equal(codeOf(cancelRoute(published, '', MANAGER, MORNING)), 'REASON_INVALID reason');
  assert.equal(codeOf(publishRoute(published, MANAGER, MORNING)), 'ALREADY_PUBLISHED routeId');
});

test('on the day its collectors mark the stops; what was visited is not cancelled', () => {
  const noon = new Date('2026-03-04T04:00:00Z');
  const mark = (route: Route, more = {}, at = noon) => markStop(route, { stopId: '2', mark: 'ROVING_STOP_MARK_VISITED', reason: '', actor: COLLECTOR, ...more }, at);
  const visited = after(published, mark(published));
  assert.deepEqual(visited.stops.map(({ mark: how, markedBy }) => [how, markedBy]), [['ROVING_STOP_MARK_VISITED', 'cashier:C01'], ['ROVING_STOP_MARK_UNSPECIFIED', '']]);
  assert.deepEqual(mark(visited), []);
  assert.deepEqual(ended(cancelRoute(visited, '道路塌方', MANAGER, noon)).stops.map(({ stopId }) => stopId), ['1']);
  const wrong: [string, unknown][] = [
    ['NOT_ITS_DAY routeId', mark(published, {}, MORNING)], ['NOT_YOUR_ROUTE routeId', mark(published, { actor: { id: 'C09', name: 'cashier:C09' } })], ['ROUTE_NOT_PUBLISHED routeId', mark(planned)],
    ['STOP_UNKNOWN stopId', mark(published, { stopId: '7' })], ['REASON_INVALID reason', mark(published, { mark: 'ROVING_STOP_MARK_SKIPPED' })], ['MARK_MISSING mark', mark(published, { mark: 'ROVING_STOP_MARK_UNSPECIFIED' })],
  ];
  for (const [code, outcome] of wrong) assert.equal(codeOf(outcome), code);
  const both = after(visited, mark(visited, { stopId: '1', mark: 'ROVING_STOP_MARK_SKIPPED', reason: '道路不通' }));
  assert.equal(codeOf(cancelRoute(both, '道路塌方', MANAGER, noon)), 'NO_STOP_LEFT routeId');
});

test('however often a published route is amended: a version of a stop is told once, and the events add up to the stops', () => {
  const wish = fc.record({ slot: fc.nat({ max: 5 }), village: fc.constantFrom('甲村', '乙村', '丙村'), lineIds: fc.subarray(['L1', 'L2', 'L3'], { minLength: 1 }), keep: fc.boolean() });
  const amendment = fc.uniqueArray(wish, { selector: ({ slot }) => slot, minLength: 1 });
  fc.assert(fc.property(fc.array(amendment, { maxLength: 8 }), (amendments) => {
    let route = published;
    const told = new Set(route.stops.map(({ stop: { stopId, version } }) => `${stopId}.${version}`));
    for (const wishes of amendments) {
      const free = [...route.stops];
      const stops = wishes.map(({ slot, village, lineIds, keep }) => stop(village, `${10 + slot}:00`, `${10 + slot}:30`, lineIds, { stopId: keep ? (free.pop()?.stop.stopId ?? '') : '' }));
      const events = amend(route, stops) as RouteEvent[];
      const next = after(route, events);
      const before = new Map(route.stops.map((one) => [one.stop.stopId, one.stop]));
      for (const { before: was, after: now, version } of events.length === 0 ? [] : changed(events).changes) {
        const id = (now ?? was)!.stopId;
        assert.ok(!told.has(`${id}.${version}`));
        told.add(`${id}.${version}`);
        assert.deepEqual(was, before.get(id));
        if (now) before.set(id, now);
        else before.delete(id);
      }
      assert.deepEqual([...before.values()].sort((a, b) => (a.from < b.from ? -1 : 1)), next.stops.map((one) => one.stop));
      route = next;
    }
  }));
});
