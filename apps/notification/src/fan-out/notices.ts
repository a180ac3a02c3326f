/** What an event about a roving team's route tells, and the customers of which lines. Pure. */
import { shanghaiInstant } from '@youdian/calendar';
import { RovingRouteCancelled, RovingRouteChanged, RovingRoutePublished, type RovingStop, type RovingStopChange } from '@youdian/contracts-billing/roving_route_events';
import type { ReceivedEvent } from '@youdian/messaging';
import type { MessageFacts, MessageRule } from '../message/message.ts';

/** Who goes there wants to know so long before it begins. */
const NOTICE_LEAD_MS = 3_600_000;

/** One text for all accounts of some lines. */
export interface Notice {
  readonly rule: MessageRule;
  /** What it is about, and its version: of each version an account is told once. */
  readonly about: string;
  readonly lineIds: readonly string[];
  readonly facts: MessageFacts;
  /** Later it is of no use to anybody. */
  readonly until: Date;
}

/** Empty where nobody has to be told. Throws where the payload is not what its type says. */
export function noticesOf(event: Pick<ReceivedEvent, 'type' | 'data'>): Notice[] {
  const parsed = () => JSON.parse(Buffer.from(event.data).toString('utf8')) as unknown;
  switch (event.type) {
    case 'youdian.billing.v1.RovingRoutePublished': {
      const { stops, ...route } = RovingRoutePublished.fromJSON(parsed());
      return stops.map((stop) => notice('ROVING_VISIT', route, stop, stop.version, stop.lineIds));
    }
    case 'youdian.billing.v1.RovingRouteChanged': {
      const { changes, published, ...route } = RovingRouteChanged.fromJSON(parsed());
      return published ? changes.flatMap((change) => ofChange(route, change)) : [];
    }
    case 'youdian.billing.v1.RovingRouteCancelled': {
      const { stops, published, reason, ...route } = RovingRouteCancelled.fromJSON(parsed());
      return published ? stops.map((stop) => notice('ROVING_VISIT_CANCELLED', route, stop, stop.version, stop.lineIds, { reason })) : [];
    }
    default:
      return [];
  }
}

/** A line that the stop is not for any more reads that nobody comes, one that is new that somebody does; the others read what changed. */
function ofChange(route: OfRoute, { before, after, version }: RovingStopChange): Notice[] {
  const [was, is] = [new Set(before?.lineIds), new Set(after?.lineIds)];
  const looksOther = before && after && (['village', 'place', 'from', 'to'] as const).some((name) => before[name] !== after[name]);
  return [
    ...(before ? [notice('ROVING_VISIT_CANCELLED', route, before, version, [...was.difference(is)])] : []),
    ...(after ? [notice('ROVING_VISIT', route, after, version, [...is.difference(was)])] : []),
    ...(looksOther ? [notice('ROVING_VISIT_CHANGED', route, after, version, [...is.intersection(was)], { from: before.from < after.from ? before.from : after.from })] : []),
  ].filter(({ lineIds }) => lineIds.length > 0);
}

/** Of what an account is told once. */
export const aboutOf = ({ routeId, stopId, version }: { routeId: string; stopId: string; version: number }) => `${routeId}|${stopId}|${version}`;

interface OfRoute {
  readonly routeId: string;
  readonly day: string;
}

/** `from`: when it begins, or would have. */
function notice(rule: MessageRule, { routeId, day }: OfRoute, stop: RovingStop, version: number, lineIds: readonly string[], more: { readonly reason?: string; readonly from?: string } = {}): Notice {
  const { stopId, village, place, from, to } = stop;
  const [begins, until] = [shanghaiInstant(`${day}T${more.from ?? from}`), shanghaiInstant(`${day}T${to}`)];
  if (!begins || !until || routeId === '' || stopId === '' || version < 1) throw new TypeError('a route, a stop or its time is missing');
  const tellBy = new Date(begins.getTime() - NOTICE_LEAD_MS).toISOString();
  const facts = { routeId, stopId, version: String(version), day, village, place, from, to, reason: more.reason ?? '', until: until.toISOString(), tellBy };
  return { rule, about: aboutOf({ routeId, stopId, version }), lineIds, facts, until };
}
