import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RovingRouteCancelled, RovingRouteChanged, RovingRoutePublished, type RovingStop } from '@youdian/contracts-billing/roving_route_events';
import { noticesOf } from '../fan-out/notices.ts';
import { noticeId } from '../fan-out/fan-out.ts';
import { compose } from '../message/compose.ts';
import { lowBalanceNow, stillTrue, type Balance } from './still-true.ts';

const LOW = { balanceFen: '1234', thresholdFen: '3000', receivableFen: '0', episode: '2', level: 'BALANCE_LEVEL_LOW', daysLeft: '3' };
const now = (more: Partial<Balance>): Balance => ({ balanceFen: 1_234n, thresholdFen: 3_000n, receivableFen: 0n, episode: 2n, level: 'BALANCE_LEVEL_LOW', daysLeft: 3, closed: false, ...more });

test('given a low balance that waited, when the account was topped up, then it is not told; when it is as it was, it is', () => {
  assert.deepEqual(lowBalanceNow(LOW, now({ balanceFen: 20_000n, level: 'BALANCE_LEVEL_UNSPECIFIED' })), { withdrawn: 'SETTLED' });
  assert.deepEqual(lowBalanceNow(LOW, now({ balanceFen: 3_500n, level: 'BALANCE_LEVEL_EARLY' })), { withdrawn: 'SETTLED' }, 'above the reminder by now');
  assert.deepEqual(lowBalanceNow(LOW, now({ level: 'BALANCE_LEVEL_EMPTY', closed: true })), { withdrawn: 'SETTLED' });
  assert.deepEqual(lowBalanceNow(LOW, now({})), { facts: LOW });
});

test('when it fell again after it had risen, or deeper, the later low balance tells it', () => {
  assert.deepEqual(lowBalanceNow(LOW, now({ episode: 3n, level: 'BALANCE_LEVEL_EMPTY', balanceFen: 0n })), { withdrawn: 'SUPERSEDED' });
  assert.deepEqual(lowBalanceNow(LOW, now({ episode: 3n })), { withdrawn: 'SUPERSEDED' });
});

test('when a part was paid, it says what is left', () => {
  const empty = { ...LOW, level: 'BALANCE_LEVEL_EMPTY', balanceFen: '0', receivableFen: '9000' };
  const paid = lowBalanceNow(empty, now({ level: 'BALANCE_LEVEL_EMPTY', balanceFen: 0n, receivableFen: 4_000n, daysLeft: undefined }));
  assert.ok('facts' in paid);
  assert.match(compose('BALANCE_LOW', 'zh', '0000000001', paid.facts), /欠费40\.00元/);
  const early = { ...LOW, level: 'BALANCE_LEVEL_EARLY' };
  assert.ok('facts' in lowBalanceNow(early, now({ level: 'BALANCE_LEVEL_LOW' })), 'the customer raised his reminder: it is lower than it was, and nothing else tells it');
});

const ROUTE = { routeId: 'T1.2026-03-04.1', day: '2026-03-04', teamId: 'T1' };
const stop = (version: number, lineIds: string[], from = '09:00'): RovingStop => ({ stopId: '1', version, village: '王家村', place: '', from, to: '10:30', lineIds, regionIds: ['R1'] });
const told = (type: string, payload: unknown) => noticesOf({ type: `youdian.billing.v1.${type}`, data: Buffer.from(JSON.stringify(payload)) });
const published = told('RovingRoutePublished', RovingRoutePublished.toJSON({ ...ROUTE, stops: [stop(1, ['L1', 'L2'])] } as never));
const moved = told('RovingRouteChanged', RovingRouteChanged.toJSON({ ...ROUTE, changes: [{ before: stop(1, ['L1', 'L2']), after: stop(2, ['L1'], '07:30'), version: 2 }], published: true } as never));
const cancelled = told('RovingRouteCancelled', RovingRouteCancelled.toJSON({ ...ROUTE, stops: [stop(3, ['L1'])], reason: '', published: true } as never));

const check = (notices: typeof published, at: number, lineId: string, handedOver: readonly string[] = []) =>
  stillTrue({
    balanceOf: () => assert.fail('nobody asks'),
    noticesOf: async () => [...published, ...moved, ...cancelled],
    wasTold: async (ids) => ids.some((id) => handedOver.includes(id)),
  })({ rule: notices[at]!.rule, accountNo: '0000000001', facts: { ...notices[at]!.facts, lineId } });
const firstOfAll = noticeId(published[0]!.about, '0000000001');

test('given a route that was published, changed and cancelled in one night, when morning comes, then nobody is told of what never was', async () => {
  assert.deepEqual(await check(published, 0, 'L1'), { withdrawn: 'SUPERSEDED' });
  assert.deepEqual(await check(moved, 1, 'L1'), { withdrawn: 'SUPERSEDED' });
  assert.deepEqual(await check(cancelled, 0, 'L1'), { withdrawn: 'SETTLED' });
  assert.deepEqual(await check(moved, 0, 'L2'), { withdrawn: 'SETTLED' }, 'a line that the stop left');
});

test('who was told the day before is told that it is cancelled', async () => {
  assert.ok('facts' in (await check(cancelled, 0, 'L1', [firstOfAll])));
  assert.ok('facts' in (await check(moved, 0, 'L2', [firstOfAll])));
});

test('a visit must be told an hour before it begins, and where it is earlier than it was, or was earlier than it is, before that', () => {
  const tellBy = (notices: typeof published) => notices.map(({ rule, facts }) => [rule, facts['tellBy']]);
  assert.deepEqual(tellBy(published), [['ROVING_VISIT', '2026-03-04T00:00:00.000Z']]);
  assert.deepEqual(tellBy(moved), [['ROVING_VISIT_CANCELLED', '2026-03-04T00:00:00.000Z'], ['ROVING_VISIT_CHANGED', '2026-03-03T22:30:00.000Z']]);
});
