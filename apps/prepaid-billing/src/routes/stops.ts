/** The stops that somebody wishes for: checked, and held against those that there were. Pure. */
import { shanghaiInstant } from '@youdian/calendar';
import type { RovingStop, RovingStopChange } from '@youdian/contracts-billing/roving_route_events';
import type { StopWish } from '@youdian/contracts-billing/roving_routes';
import { isRejection, type Rejection } from '@youdian/rejection';
import * as rejections from './rejections.ts';
import type { Route } from './state.ts';

/** The region of each line, by line. */
export type Network = ReadonlyMap<string, string>;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const PLACE_ID = /^[A-Z0-9-]{1,16}$/;
const TEXT_CHARACTERS_MAX = 40;
const TEXT = new RegExp(String.raw`^[^\p{Cc}\p{Cf}]{1,${TEXT_CHARACTERS_MAX}}$`, 'u');
/** Everybody on the line reads it. */
const PHONE = /\d(?:[ -]?\d){6}/;
export const STOPS_MAX = 50;
/** Of a route: so many lines' customers are told at once. */
export const LINES_MAX = 200;

export function isPublicText(text: string): boolean {
  return TEXT.test(text) && text.trim() === text && text !== '' && !PHONE.test(text);
}

/** The stops by time, each with all its lines; those that were on the route keep their ids. */
export function stopsOf(wishes: readonly StopWish[], route: Pick<Route, 'stops' | 'lastStop' | 'status'> | undefined, day: string, network: Network, at: Date): RovingStop[] | Rejection {
  if (wishes.length === 0 || wishes.length > STOPS_MAX) return rejections.stopsMissing(STOPS_MAX);
  const before = new Map(route?.stops.map(({ stop }) => [stop.stopId, stop]));
  let lastStop = route?.lastStop ?? 0;
  const stops: RovingStop[] = [];
  for (const [i, wish] of wishes.entries()) {
    const places = checkStop(wish, `stops.${i}`, day, network, at);
    if (isRejection(places)) return places;
    const was = before.get(wish.stopId);
    if (wish.stopId !== '' && !was) return rejections.stopUnknown(`stops.${i}.stopId`);
    before.delete(wish.stopId);
    const { village, place, from, to } = wish;
    const stop = { stopId: was?.stopId ?? String(++lastStop), version: was?.version ?? 1, village, place, from, to, ...places };
    const isTold = was && route?.status === 'ROVING_ROUTE_STATUS_PUBLISHED' && !isSame(was, stop);
    stops.push(isTold ? { ...stop, version: was.version + 1 } : stop);
  }
  if (stops.reduce((sum, { lineIds }) => sum + lineIds.length, 0) > LINES_MAX) return rejections.tooManyLines(LINES_MAX);
  stops.sort((a, b) => (a.from < b.from ? -1 : 1));
  const overlap = stops.findIndex(({ from }, i) => i > 0 && from < stops[i - 1]!.to);
  return overlap > 0 ? rejections.stopsOverlap(stops[overlap - 1]!, stops[overlap]!) : stops;
}

function checkStop({ village, place, from, to, lineIds, wholeRegionIds }: StopWish, field: string, day: string, network: Network, at: Date): Pick<RovingStop, 'lineIds' | 'regionIds'> | Rejection {
  if (!isPublicText(village)) return rejections.textInvalid(`${field}.village`, TEXT_CHARACTERS_MAX);
  if (place !== '' && !isPublicText(place)) return rejections.textInvalid(`${field}.place`, TEXT_CHARACTERS_MAX);
  if (!TIME.test(from)) return rejections.timeInvalid(`${field}.from`);
  if (!TIME.test(to) || to <= from) return rejections.timeInvalid(`${field}.to`);
  if (endOf(day, to) <= at) return rejections.stopOver(`${field}.to`);
  return resolve(lineIds, wholeRegionIds, field, network);
}

/** A region stands for the lines that it has now. */
function resolve(lineIds: readonly string[], regionIds: readonly string[], field: string, network: Network): Pick<RovingStop, 'lineIds' | 'regionIds'> | Rejection {
  if (lineIds.length + regionIds.length === 0) return rejections.linesMissing(`${field}.lineIds`);
  const lines = new Set<string>();
  for (const lineId of lineIds) {
    if (!network.has(lineId)) return rejections.lineUnknown(`${field}.lineIds`, shown(lineId));
    lines.add(lineId);
  }
  for (const regionId of regionIds) {
    const its = network.entries().filter(([, region]) => region === regionId).map(([lineId]) => lineId).toArray();
    if (its.length === 0) return rejections.regionUnknown(`${field}.wholeRegionIds`, shown(regionId));
    for (const lineId of its) lines.add(lineId);
  }
  const sorted = [...lines].sort();
  return { lineIds: sorted, regionIds: [...new Set(sorted.map((lineId) => network.get(lineId)!))].sort() };
}

/** What changed for customers: stops that are new, told otherwise, or gone. */
export function changesOf(before: readonly RovingStop[], after: readonly RovingStop[]): RovingStopChange[] {
  const left = new Map(before.map((stop) => [stop.stopId, stop]));
  const changes = after.flatMap((stop): RovingStopChange[] => {
    const was = left.get(stop.stopId);
    left.delete(stop.stopId);
    return was && isSame(was, stop) ? [] : [{ before: was, after: stop, version: stop.version }];
  });
  return [...changes, ...left.values().map((was) => ({ before: was, after: undefined, version: was.version + 1 }))];
}

/** When the team leaves it. */
export function endOf(day: string, to: string): Date {
  return shanghaiInstant(`${day}T${to}`)!;
}

function isSame(a: RovingStop, b: RovingStop): boolean {
  return a.village === b.village && a.place === b.place && a.from === b.from && a.to === b.to && a.lineIds.join() === b.lineIds.join();
}

/** What is no id may be anything: it is not repeated. */
function shown(id: string): string {
  return PLACE_ID.test(id) ? id : '';
}
