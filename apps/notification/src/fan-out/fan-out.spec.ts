import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { idFromKey } from '@youdian/commit-log';
import { RovingRouteCancelled, RovingRouteChanged, RovingRoutePublished, RovingStop } from '@youdian/contracts-billing/roving_route_events';
import type { ReceivedEvent } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { compose } from '../message/compose.ts';
import type { MessageRequest } from '../message/decide.ts';
import { fanOutOf, type FanOut } from './fan-out.ts';
import { noticesOf } from './notices.ts';
import { step, WAITING_MAX, type FanOutParts } from './worker.ts';

const BEFORE = new Date('2026-03-02T01:00:00Z');
const ROUTE = { routeId: 'T1.2026-03-04.1', day: '2026-03-04', teamId: 'T1' };
const stop = (stopId: string, lineIds: string[], more: Partial<RovingStop> = {}) => RovingStop.fromPartial({ stopId, version: 1, village: '王家村', place: '村委会', from: '09:00', to: '10:30', lineIds, regionIds: ['R1'], ...more });
const event = (type: string, payload: unknown, sequence = 1n) =>
  ({ type: `youdian.billing.v1.${type}`, id: `e${sequence}`, source: '/s', subject: ROUTE.routeId, sequence, data: Buffer.from(JSON.stringify(payload)) }) as unknown as ReceivedEvent;
const published = (stops: RovingStop[]) => event('RovingRoutePublished', RovingRoutePublished.toJSON(RovingRoutePublished.fromPartial({ ...ROUTE, stops })));
const changed = (changes: RovingRouteChanged['changes'], isPublished = true) => event('RovingRouteChanged', RovingRouteChanged.toJSON(RovingRouteChanged.fromPartial({ ...ROUTE, changes, published: isPublished })), 2n);
const cancelled = (stops: RovingStop[], isPublished = true) => event('RovingRouteCancelled', RovingRouteCancelled.toJSON(RovingRouteCancelled.fromPartial({ ...ROUTE, stops, reason: '道路塌方', published: isPublished })), 2n);
const told = (from: ReceivedEvent) => noticesOf(from).map(({ rule, about, lineIds }) => [rule, about.split('|').slice(1).join('.'), lineIds.join()]);

test('when a route is published, the customers of each stop’s lines are told where and when, in their language', () => {
  const [first, second] = noticesOf(published([stop('1', ['L1', 'L2']), stop('2', ['L3'], { place: '' })]));
  assert.deepEqual([first!.rule, first!.lineIds, first!.until.toISOString()], ['ROVING_VISIT', ['L1', 'L2'], '2026-03-04T02:30:00.000Z']);
  assert.equal(compose(first!.rule, 'zh', '0000000001', first!.facts), '【优电】流动收费队3月4日09:00-10:30到王家村(村委会),可为户号0000000001预存电费。客服热线95598。');
  assert.match(compose(second!.rule, 'en', '0000000001', second!.facts), /is at 王家村 on 2026-03-04, 09:00-10:30: top up account 0000000001/);
});

test('when a stop changes, those told before read what changed, or that nobody comes; those it is new for, that somebody does', () => {
  const moved = { before: stop('1', ['L1', 'L2']), after: stop('1', ['L2', 'L3'], { version: 2, from: '08:00' }), version: 2 };
  assert.deepEqual(told(changed([moved])), [['ROVING_VISIT_CANCELLED', '1.2', 'L1'], ['ROVING_VISIT', '1.2', 'L3'], ['ROVING_VISIT_CHANGED', '1.2', 'L2']]);
  const [lost, , kept] = noticesOf(changed([moved]));
  assert.match(compose(lost!.rule, 'zh', '1', lost!.facts), /原定3月4日09:00-10:30在王家村\(村委会\)的流动收费取消,户号1/);
  assert.match(compose(kept!.rule, 'zh', '1', kept!.facts), /改为3月4日08:00-10:30到王家村/);
  assert.deepEqual(told(changed([{ ...moved, after: stop('1', ['L1', 'L2', 'L3'], { version: 2 }) }])), [['ROVING_VISIT', '1.2', 'L3']], 'who reads nothing new is not told');
  assert.deepEqual(told(changed([{ before: undefined, after: stop('4', ['L1']), version: 1 }, { before: stop('2', ['L2']), after: undefined, version: 2 }])), [['ROVING_VISIT', '4.1', 'L1'], ['ROVING_VISIT_CANCELLED', '2.2', 'L2']]);
});

test('a route that is cancelled is told with its reason; what was never published, to nobody', () => {
  const notices = noticesOf(cancelled([stop('1', ['L1'], { version: 2 })]));
  assert.match(compose(notices[0]!.rule, 'zh', '1', notices[0]!.facts), /流动收费取消\(道路塌方\)/);
  assert.match(compose(notices[0]!.rule, 'en', '1', notices[0]!.facts), /does not come to 王家村 \(村委会\) on 2026-03-04, 09:00-10:30 \(道路塌方\)/);
  assert.deepEqual([told(cancelled([stop('1', ['L1'])], false)), told(changed([{ before: undefined, after: stop('4', ['L1']), version: 1 }], false))], [[], []]);
  assert.equal(fanOutOf(event('RovingStopMarked', {})), undefined);
  for (const broken of [{}, { stops: [{}] }, { ...ROUTE, stops: [{ stopId: '1', version: 1, to: '25:99' }] }].slice(1)) assert.throws(() => noticesOf(event('RovingRoutePublished', broken)), TypeError);
});

class Crash extends Error {}

/** Accounts by line, a store of fan-outs and of messages that both outlive the process; it may crash at each call. */
function world(lines: ReadonlyMap<string, readonly string[]>, fanOuts: readonly FanOut[], pageSize: number, crashes: readonly number[]) {
  const stored = new Map(fanOuts.map((fanOut) => [fanOut._id, fanOut]));
  const queued = new Map<string, MessageRequest>();
  let calls = 0;
  const call = <T>(work: () => T): Promise<T> => {
    const crashesBefore = crashes.includes(calls++);
    if (crashesBefore) return Promise.reject(new Crash());
    const done = work();
    return crashes.includes(calls++) ? Promise.reject(new Crash()) : Promise.resolve(done);
  };
  const parts: FanOutParts = {
    store: {
      heads: () => call(() => [...Map.groupBy([...stored.values()].filter(({ done }) => !done), ({ subject }) => subject).values()].map((of) => of.toSorted((a, b) => Number(a.sequence - b.sequence))[0]!)),
      move: (from, to) => call(() => {
        const now = stored.get(from._id)!;
        if (now.target === from.target && now.after === from.after) stored.set(from._id, { ...now, ...to });
      }),
    },
    accountsOfLine: (lineId, token) => call(() => {
      const rest = lines.get(lineId)?.filter((accountNo) => accountNo > token);
      if (!rest) throw new Rejected({ kind: 'unknown', code: 'LINE_UNKNOWN', zh: '没有', en: 'none' });
      return { accountNos: rest.slice(0, pageSize), nextPageToken: rest.length > pageSize ? rest[pageSize - 1]! : '' };
    }),
    queue: (requests) => call(() => requests.forEach((request) => queued.has(request.messageId) || queued.set(request.messageId, request))),
    waiting: () => call(() => 0),
    clock: () => BEFORE,
    log: { warn: () => {} } as never,
  };
  return { parts, queued };
}

/** A process from its start until nothing is left to do. */
async function run({ store, ...rest }: FanOutParts): Promise<void> {
  for (let heads = await store.heads(); heads.length > 0; heads = await store.heads()) for (const head of heads) await step(head, { store, ...rest });
}

const accountNos = fc.uniqueArray(fc.nat({ max: 99 }).map((n) => String(n).padStart(10, '0')), { maxLength: 12 }).map((nos) => nos.sort());
const network = fc.tuple(accountNos, accountNos, accountNos).map((all) => new Map(all.map((nos, i) => [`L${i + 1}`, nos.filter((no) => Number(no) % 3 === i)])));
const anyLines = fc.subarray(['L1', 'L2', 'L3', 'L9']);

test('wherever it crashes, in however many processes, each account of a line is told of each version of a stop exactly once', async () => {
  const asked = fc.record({ lines: network, first: anyLines, then: anyLines, pageSize: fc.integer({ min: 1, max: 4 }), crashes: fc.uniqueArray(fc.nat({ max: 80 }), { maxLength: 12 }), processes: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(fc.asyncProperty(asked, async ({ lines, first, then, pageSize, crashes, processes }) => {
    const events = [published([stop('1', first), stop('2', then)]), changed([{ before: stop('1', first), after: stop('1', then, { version: 2, from: '08:00' }), version: 2 }])];
    const { parts, queued } = world(lines, events.flatMap((one) => fanOutOf(one) ?? []), pageSize, crashes);
    await Promise.all(Array.from({ length: processes }, async () => {
      for (;;) {
        try {
          return await run(parts);
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
        }
      }
    }));
    const expected = events.flatMap((one) => noticesOf(one)).flatMap(({ rule, about, lineIds }) => lineIds.flatMap((lineId) => (lines.get(lineId) ?? []).map((no) => [idFromKey('notification', 'message', about, no), `${rule} ${no}`] as const)));
    assert.equal(new Set(expected.map(([id]) => id)).size, expected.length);
    assert.deepEqual([...queued].map(([id, { rule, accountNo }]) => [id, `${rule} ${accountNo}`]).sort(), expected.sort());
  }), { numRuns: process.env['SOAK'] ? 20_000 : 500 });
});

test('while many messages wait, or what was told of the route before is not out yet, no page is added', async () => {
  const fanOut = fanOutOf(published([stop('1', ['L1'])]))!;
  const lines = new Map([['L1', ['0000000001', '0000000002']]]);
  const waits: [Partial<FanOut>, (routeId?: string) => number, boolean][] = [
    [{}, (routeId) => (routeId ? 0 : WAITING_MAX), false], [{}, (routeId) => (routeId ? 1 : 1), false], [{ after: '0000000001' }, () => 1, true], [{}, () => 0, true],
  ];
  for (const [more, waiting, goesOn] of waits) {
    const { parts, queued } = world(lines, [{ ...fanOut, ...more }], 5, []);
    assert.equal(await step({ ...fanOut, ...more }, { ...parts, waiting: async (_limit, routeId) => waiting(routeId) }), goesOn);
    assert.equal(queued.size > 0, goesOn);
  }
});

test('what is over by now is told to nobody', async () => {
  const fanOut = fanOutOf(published([stop('1', ['L1'])]))!;
  const { parts, queued } = world(new Map([['L1', ['0000000001']]]), [fanOut], 5, []);
  await run({ ...parts, clock: () => new Date('2026-03-04T02:30:00Z') });
  assert.equal(queued.size, 0);
});
