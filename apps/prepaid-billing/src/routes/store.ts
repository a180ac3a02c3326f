import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { RovingRouteCancelled, RovingRouteChanged, RovingRoutePlanned, RovingRoutePublished, RovingStopMarked } from '@youdian/contracts-billing/roving_route_events';
import { Rejected } from '@youdian/rejection';
import { readNumbered } from '../aggregates.ts';
import { routeUnknown } from './rejections.ts';
import { evolve, type Route, type RouteEvent } from './state.ts';

export const ROUTE_TOPIC = 'prepaid-billing.roving-route.v1';
/** More often nobody plans a team's day again. */
const ROUTES_A_DAY_MAX = 100;

export type RouteStore = AggregateStore<Route | undefined, RouteEvent>;

export function openRouteStore(log: CommitLog): Promise<RouteStore> {
  return openAggregates<Route | undefined, RouteEvent>(log, {
    name: 'roving-route', collection: 'roving_routes', topic: ROUTE_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { RovingRoutePlanned, RovingRoutePublished, RovingRouteChanged, RovingRouteCancelled, RovingStopMarked },
    initial: undefined,
    evolve,
    indexes: [{ key: { 'state.day': 1, _id: 1 } }, { key: { 'state.stops.stop.lineIds': 1, 'state.day': 1 } }, { key: { 'state.stops.stop.regionIds': 1, 'state.day': 1 } }],
  });
}

/** A team's routes of a day are counted, so that of two that plan it at the same moment the fence lets one in. */
export function routeIdOf(teamId: string, day: string, number: number): string {
  return `${teamId}.${day}.${number}`;
}

/** Oldest first; all but the newest were cancelled. */
export function routesOfTeam(store: Pick<RouteStore, 'read'>, teamId: string, day: string): Promise<Route[]> {
  return readNumbered<Route>(store, (number) => routeIdOf(teamId, day, number), ROUTES_A_DAY_MAX);
}

export async function readRoute(store: Pick<RouteStore, 'read'>, routeId: string): Promise<Route> {
  const found = /^[A-Za-z0-9._-]{1,64}$/.test(routeId) ? await store.read(routeId) : undefined;
  if (!found?.state) throw new Rejected(routeUnknown);
  return found.state;
}
