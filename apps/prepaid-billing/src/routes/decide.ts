import { nextDay } from '@youdian/calendar';
import type { RovingStopMark } from '@youdian/contracts-billing/roving_route_events';
import type { StopWish } from '@youdian/contracts-billing/roving_routes';
import { isRejection, type Rejection } from '@youdian/rejection';
import type { Person } from '../person.ts';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import { placeInvalid } from '../shifts/rejections.ts';
import * as rejections from './rejections.ts';
import { isOpen, type Route, type RouteEvent } from './state.ts';
import { changesOf, isPublicText, stopsOf, type Network } from './stops.ts';

const TEAM_ID = /^[A-Za-z0-9._-]{1,32}$/;
const STAFF_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const COLLECTORS_MAX = 10;
/** A later day is a slip of the pen. */
const LAST_YEAR_AHEAD = 1;

/** Who goes, and with what. */
export interface Crew {
  readonly collectorIds: readonly string[];
  /** May be empty. */
  readonly deviceId: string;
  readonly blockId: string;
}

/** What others know, as it is now. */
export interface Around {
  readonly network: Network;
  /** Who holds the block of invoice numbers, where one is named that is open. */
  readonly block?: { readonly collectorId: string; readonly deviceId: string } | undefined;
}

export interface PlanRoute extends Crew {
  readonly routeId: string;
  readonly day: string;
  readonly teamId: string;
  readonly stops: readonly StopWish[];
  /** Of the call. */
  readonly key: string;
  readonly actor: Person;
}

/** What a route's id is made of, before there is one. */
export function checkTeamDay(teamId: string, day: string, at: Date): Rejection | undefined {
  if (!TEAM_ID.test(teamId)) return placeInvalid('teamId');
  if (!isDay(day) || Number(day.slice(0, 4)) > Number(dayOf(at).slice(0, 4)) + LAST_YEAR_AHEAD) return rejections.dayInvalid;
  return day < dayOf(at) ? rejections.dayOver : undefined;
}

export function planRoute(route: Route | undefined, { routeId, day, teamId, stops: wishes, key, actor, ...crew }: PlanRoute, around: Around, at: Date): RouteEvent[] | Rejection {
  if (route) return rejections.routeExists(route.routeId);
  const wrong = checkTeamDay(teamId, day, at) ?? checkCrew(crew, around);
  if (wrong) return wrong;
  const stops = stopsOf(wishes, undefined, day, around.network, at);
  if (isRejection(stops)) return stops;
  const { collectorIds, deviceId, blockId } = crew;
  return [{ type: 'RovingRoutePlanned', data: { routeId, day, teamId, collectorIds: [...collectorIds], deviceId, blockId, stops, plannedBy: actor.name, plannedAt: at }, kept: { key } }];
}

/** All of it anew; what is published changes before its day only. */
export function amendRoute(route: Route | undefined, { stops: wishes, actor, ...crew }: Crew & { readonly stops: readonly StopWish[]; readonly actor: Person }, around: Around, at: Date): RouteEvent[] | Rejection {
  const refused = checkAhead(route, at);
  if (refused) return refused;
  const { routeId, day, teamId, status, stops: before } = route!;
  const published = status === 'ROVING_ROUTE_STATUS_PUBLISHED';
  if (published && day < nextDay(dayOf(at))) return rejections.tooLateToAmend;
  const wrong = checkCrew(crew, around);
  if (wrong) return wrong;
  const stops = stopsOf(wishes, route, day, around.network, at);
  if (isRejection(stops)) return stops;
  const changes = changesOf(before.map(({ stop }) => stop), stops);
  const { collectorIds, deviceId, blockId } = crew;
  const sameCrew = collectorIds.join() === route!.collectorIds.join() && deviceId === route!.deviceId && blockId === route!.blockId;
  if (changes.length === 0 && sameCrew) return [];
  return [{ type: 'RovingRouteChanged', data: { routeId, day, teamId, collectorIds: [...collectorIds], deviceId, blockId, stops, changes, published, changedBy: actor.name, changedAt: at } }];
}

export function publishRoute(route: Route | undefined, actor: Person, at: Date): RouteEvent[] | Rejection {
  const refused = checkAhead(route, at);
  if (refused) return refused;
  const { routeId, day, teamId, status, stops } = route!;
  if (status === 'ROVING_ROUTE_STATUS_PUBLISHED') return rejections.alreadyPublished;
  return [{ type: 'RovingRoutePublished', data: { routeId, day, teamId, stops: stops.map(({ stop }) => stop), publishedBy: actor.name, publishedAt: at } }];
}

/** Until its day is over; what was visited or skipped by then stays so. */
export function cancelRoute(route: Route | undefined, reason: string, actor: Person, at: Date): RouteEvent[] | Rejection {
  const refused = checkAhead(route, at);
  if (refused) return refused;
  if (!isPublicText(reason)) return rejections.reasonInvalid;
  const { routeId, day, teamId, status } = route!;
  const open = route!.stops.filter(isOpen).map(({ stop }) => stop);
  if (open.length === 0) return rejections.nothingLeft;
  const published = status === 'ROVING_ROUTE_STATUS_PUBLISHED';
  const stops = open.map((stop) => ({ ...stop, version: stop.version + 1 }));
  return [{ type: 'RovingRouteCancelled', data: { routeId, day, teamId, stops, reason, published, cancelledBy: actor.name, cancelledAt: at } }];
}

export interface MarkStop {
  readonly stopId: string;
  readonly mark: RovingStopMark;
  /** Why it was skipped. */
  readonly reason: string;
  readonly actor: Person;
}

export function markStop(route: Route | undefined, { stopId, mark, reason, actor }: MarkStop, at: Date): RouteEvent[] | Rejection {
  if (!route) return rejections.routeUnknown;
  if (!route.collectorIds.includes(actor.id)) return rejections.notYourRoute;
  if (route.status !== 'ROVING_ROUTE_STATUS_PUBLISHED') return rejections.notPublished;
  if (route.day !== dayOf(at)) return rejections.notItsDay(route.day);
  const found = route.stops.find(({ stop }) => stop.stopId === stopId);
  if (!found) return rejections.stopUnknown('stopId');
  if (mark === 'ROVING_STOP_MARK_UNSPECIFIED') return rejections.markMissing;
  if (mark === 'ROVING_STOP_MARK_SKIPPED' ? !isPublicText(reason) : reason !== '') return rejections.skipReason;
  if (found.mark === mark && found.markReason === reason) return [];
  const { routeId, day, teamId } = route;
  return [{ type: 'RovingStopMarked', data: { routeId, day, teamId, stopId, mark, reason, markedBy: actor.name, markedAt: at } }];
}

/** Neither cancelled nor over. */
function checkAhead(route: Route | undefined, at: Date): Rejection | undefined {
  if (!route) return rejections.routeUnknown;
  if (route.status === 'ROVING_ROUTE_STATUS_CANCELLED') return rejections.routeCancelled;
  return route.day < dayOf(at) ? rejections.dayOver : undefined;
}

function checkCrew({ collectorIds, deviceId, blockId }: Crew, { block }: Around): Rejection | undefined {
  const named = collectorIds.length > 0 && collectorIds.length <= COLLECTORS_MAX && new Set(collectorIds).size === collectorIds.length;
  if (!named || !collectorIds.every((id) => STAFF_ID.test(id))) return rejections.collectorsInvalid(COLLECTORS_MAX);
  if (deviceId !== '' && !STAFF_ID.test(deviceId)) return rejections.deviceInvalid;
  if (blockId === '') return undefined;
  const holds = block && collectorIds.includes(block.collectorId) && (deviceId === '' || block.deviceId === '' || block.deviceId === deviceId);
  return holds ? undefined : rejections.blockNotHeld;
}
