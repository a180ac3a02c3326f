/** A roving team's day (流动收费路线): where it comes when, and who has been told. */
import type { RovingRouteCancelled, RovingRouteChanged, RovingRoutePlanned, RovingRoutePublished, RovingStop, RovingStopMarked } from '@youdian/contracts-billing/roving_route_events';
import type { RouteStop, RovingRoute } from '@youdian/contracts-billing/roving_routes';

export interface Stop extends RouteStop {
  readonly stop: RovingStop;
}

export interface Route extends Omit<RovingRoute, 'stops'> {
  /** By time. */
  readonly stops: readonly Stop[];
  /** The highest number of a stop that it ever had. */
  readonly lastStop: number;
  /** The key of the call. */
  readonly plannedUnder: string;
}

export type RouteEvent =
  | { readonly type: 'RovingRoutePlanned'; readonly data: RovingRoutePlanned; readonly kept: { readonly key: string } }
  | { readonly type: 'RovingRoutePublished'; readonly data: RovingRoutePublished }
  | { readonly type: 'RovingRouteChanged'; readonly data: RovingRouteChanged }
  | { readonly type: 'RovingRouteCancelled'; readonly data: RovingRouteCancelled }
  | { readonly type: 'RovingStopMarked'; readonly data: RovingStopMarked };

const NOT_YET = { publishedBy: '', publishedAt: undefined, cancelledBy: '', cancelledAt: undefined, cancelReason: '' };

export function evolve(route: Route | undefined, event: RouteEvent): Route {
  switch (event.type) {
    case 'RovingRoutePlanned': {
      const { stops, ...facts } = event.data;
      return { ...facts, ...NOT_YET, status: 'ROVING_ROUTE_STATUS_PLANNED', stops: stops.map(unmarked), lastStop: highest(stops, 0), plannedUnder: event.kept.key };
    }
    case 'RovingRoutePublished':
      return { ...route!, status: 'ROVING_ROUTE_STATUS_PUBLISHED', publishedBy: event.data.publishedBy, publishedAt: event.data.publishedAt };
    case 'RovingRouteChanged': {
      const { collectorIds, deviceId, blockId, stops } = event.data;
      return { ...route!, collectorIds, deviceId, blockId, stops: stops.map(unmarked), lastStop: highest(stops, route!.lastStop) };
    }
    case 'RovingRouteCancelled': {
      const { stops, reason, cancelledBy, cancelledAt } = event.data;
      const told = new Map(stops.map((stop) => [stop.stopId, stop]));
      return { ...route!, status: 'ROVING_ROUTE_STATUS_CANCELLED', cancelledBy, cancelledAt, cancelReason: reason, stops: route!.stops.map((one) => ({ ...one, stop: told.get(one.stop.stopId) ?? one.stop })) };
    }
    case 'RovingStopMarked': {
      const { stopId, mark, reason, markedBy, markedAt } = event.data;
      return { ...route!, stops: route!.stops.map((one) => (one.stop.stopId === stopId ? { ...one, mark, markReason: reason, markedBy, markedAt } : one)) };
    }
  }
}

/** Neither visited nor skipped. */
export function isOpen({ mark }: Stop): boolean {
  return mark === 'ROVING_STOP_MARK_UNSPECIFIED';
}

/** Marks belong to the day, and on it nothing that is published is changed. */
function unmarked(stop: RovingStop): Stop {
  return { stop, mark: 'ROVING_STOP_MARK_UNSPECIFIED', markReason: '', markedBy: '', markedAt: undefined };
}

function highest(stops: readonly RovingStop[], least: number): number {
  return Math.max(least, ...stops.map(({ stopId }) => Number(stopId)));
}
