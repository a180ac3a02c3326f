/** Which routes there are, and when a team comes where. */
import { startOfDay } from '@youdian/calendar';
import type { FindVisitsRequest, ListRoutesRequest, RovingVisit } from '@youdian/contracts-billing/roving_routes';
import { Rejected } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import { accountNoInvalid, accountUnknown } from '../ledger/rejections.ts';
import { sizeOf } from '../statement/page.ts';
import { oneOfThem, rangeInvalid, tooManyVisits } from './rejections.ts';
import type { Route } from './state.ts';
import type { RouteStore } from './store.ts';

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 31;
const DAYS_MAX = 92;
const ROUTES_MAX = 1_000;

export async function listRoutes(store: RouteStore, { teamId, collectorId, pageSize, pageToken, ...days }: ListRoutesRequest, now: Date): Promise<{ routes: Route[]; nextPageToken: string }> {
  const filter = { ...within(days, now), ...(teamId && { 'state.teamId': teamId }), ...(collectorId && { 'state.collectorIds': collectorId }) };
  const page = await store.find(filter, { limit: sizeOf(pageSize), after: pageToken || undefined, sort: { field: 'state.day', direction: 1 } });
  return { routes: page.items.map(({ state }) => state!), nextPageToken: page.next ?? '' };
}

/** Of published routes, by time. */
export async function findVisits(store: RouteStore, directory: AccountDirectory, { accountNo, lineId, regionId, village, ...days }: FindVisitsRequest, now: Date): Promise<RovingVisit[]> {
  if ([accountNo, lineId, regionId].filter((given) => given !== '').length > 1) throw new Rejected(oneOfThem);
  const range = within(days, now);
  const line = accountNo === '' ? lineId : await lineOf(directory, accountNo);
  const served = { ...(line && { 'state.stops.stop.lineIds': line }), ...(regionId && { 'state.stops.stop.regionIds': regionId }) };
  const { items, next } = await store.find({ ...served, ...range, 'state.status': 'ROVING_ROUTE_STATUS_PUBLISHED' }, { limit: ROUTES_MAX });
  if (next) throw new Rejected(tooManyVisits);
  const visits = items.flatMap(({ state }) => state!.stops
    .filter(({ stop }) => (line === '' || stop.lineIds.includes(line)) && (regionId === '' || stop.regionIds.includes(regionId)) && stop.village.includes(village))
    .map((stop) => ({ routeId: state!.routeId, day: state!.day, teamId: state!.teamId, stop })));
  return visits.sort((a, b) => (`${a.day}${a.stop.stop.from}` < `${b.day}${b.stop.stop.from}` ? -1 : 1));
}

async function lineOf(directory: AccountDirectory, accountNo: string): Promise<string> {
  if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
  const place = (await directory.places(new Set([accountNo]))).get(accountNo);
  if (!place) throw new Rejected(accountUnknown);
  return place.lineId;
}

function within({ from, to }: { readonly from: string; readonly to: string }, now: Date): Record<string, object> {
  const first = from || dayOf(now);
  if (!isDay(first)) throw new Rejected(rangeInvalid);
  const last = to || plus(first, DAYS_DEFAULT - 1);
  if (!isDay(last) || last < first || last >= plus(first, DAYS_MAX)) throw new Rejected(rangeInvalid);
  return { 'state.day': { $gte: first, $lte: last } };
}

function plus(day: string, days: number): string {
  return dayOf(new Date(startOfDay(day)!.getTime() + days * DAY_MS));
}
