import {
  RovingRouteServiceService, type AmendRouteRequest, type CancelRouteRequest, type FindVisitsRequest, type GetRouteRequest, type ListRoutesRequest, type MarkStopRequest,
  type PlanRouteRequest, type PublishRouteRequest, type RovingRoute,
} from '@youdian/contracts-billing/roving_routes';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import type { AccountDirectory, AskNetwork } from '../accounts/directory.ts';
import { blockOf } from '../invoices/series.ts';
import { readSeries, type SeriesStore } from '../invoices/store.ts';
import { amendRoute, cancelRoute, checkTeamDay, markStop, planRoute, publishRoute, type Around } from './decide.ts';
import { findVisits, listRoutes } from './find.ts';
import { routeExists } from './rejections.ts';
import { evolve, type Route, type RouteEvent } from './state.ts';
import { readRoute, routeIdOf, routesOfTeam, type RouteStore } from './store.ts';

const PLANNERS = ['manager', 'admin'];
const MARKERS = ['cashier'];
const ROUTE_READERS = ['cashier', 'agent', 'manager', 'analyst', 'admin', 'service'];
/** Anybody may know when a team comes. */
const VISIT_READERS = [...ROUTE_READERS, 'customer', 'kiosk'];

export interface RouteParts {
  readonly routes: RouteStore;
  readonly series: SeriesStore;
  readonly directory: AccountDirectory;
  readonly network: AskNetwork;
}

export function rovingRouteService({ routes: store, series, directory, network }: RouteParts, clock: Clock) {
  const execute = async (routeId: string, operation: string, input: object, { actor, idempotencyKey }: Call, decide: (route: Route | undefined, at: Date) => RouteEvent[] | Rejection) => {
    const { result } = await store.execute(routeId, { operation, key: idempotencyKey, actor: actor.name, input }, (route, at) => {
      const events = decide(route, at);
      return isRejection(events) ? events : { events, result: events.reduce(evolve, route)! };
    });
    return { route: messageOf(result) };
  };
  const around = async (blockId: string): Promise<Around> => {
    const [lines, held] = await Promise.all([network(), readSeries(series, blockId)]);
    const block = blockOf(held, blockId);
    return { network: lines, block: block?.blockId === blockId && block.status === 'INVOICE_BLOCK_STATUS_OPEN' ? block : undefined };
  };

  return implement(RovingRouteServiceService, {
    planRoute: command(PLANNERS, async (request: PlanRouteRequest, call: Call) => {
      const { teamId, day, blockId } = request;
      const routes = await ofTeam(teamId, day);
      // The same key again gets the route that it planned, also when that has been cancelled and another planned since.
      const same = routes.find(({ plannedUnder, plannedBy }) => plannedUnder === call.idempotencyKey && plannedBy === call.actor.name);
      const newest = routes.at(-1);
      if (!same && newest && newest.status !== 'ROVING_ROUTE_STATUS_CANCELLED') throw new Rejected(routeExists(newest.routeId));
      const routeId = same?.routeId ?? routeIdOf(teamId, day, routes.length + 1);
      const known = await around(blockId);
      return execute(routeId, 'PlanRoute', request, call, (route, at) => planRoute(route, { ...request, routeId, key: call.idempotencyKey, actor: call.actor }, known, at));
    }),

    amendRoute: command(PLANNERS, async (request: AmendRouteRequest, call: Call) => {
      const [{ routeId }, known] = await Promise.all([readRoute(store, request.routeId), around(request.blockId)]);
      return execute(routeId, 'AmendRoute', request, call, (route, at) => amendRoute(route, { ...request, actor: call.actor }, known, at));
    }),

    publishRoute: command(PLANNERS, async (request: PublishRouteRequest, call: Call) => {
      const { routeId } = await readRoute(store, request.routeId);
      return execute(routeId, 'PublishRoute', request, call, (route, at) => publishRoute(route, call.actor, at));
    }),

    cancelRoute: command(PLANNERS, async (request: CancelRouteRequest, call: Call) => {
      const { routeId } = await readRoute(store, request.routeId);
      return execute(routeId, 'CancelRoute', request, call, (route, at) => cancelRoute(route, request.reason, call.actor, at));
    }),

    markStop: command(MARKERS, async (request: MarkStopRequest, call: Call) => {
      const { routeId } = await readRoute(store, request.routeId);
      return execute(routeId, 'MarkStop', request, call, (route, at) => markStop(route, { ...request, actor: call.actor }, at));
    }),

    getRoute: query(ROUTE_READERS, async ({ routeId }: GetRouteRequest) => ({ route: messageOf(await readRoute(store, routeId)) })),

    listRoutes: query(ROUTE_READERS, async (request: ListRoutesRequest) => {
      const { routes, nextPageToken } = await listRoutes(store, request, clock());
      return { routes: routes.map(messageOf), nextPageToken };
    }),

    findVisits: query(VISIT_READERS, async (request: FindVisitsRequest) => ({ visits: await findVisits(store, directory, request, clock()) })),
  });

  async function ofTeam(teamId: string, day: string): Promise<Route[]> {
    // A retry of what was planned for a day that is over by now still gets its answer.
    const wrong = checkTeamDay(teamId, day, clock());
    if (wrong?.kind === 'invalid') throw new Rejected(wrong);
    return routesOfTeam(store, teamId, day);
  }
}

function messageOf({ lastStop: _, plannedUnder: _key, stops, ...rest }: Route): RovingRoute {
  return { ...rest, stops: [...stops] };
}
