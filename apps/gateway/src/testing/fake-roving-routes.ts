import { RovingRouteServiceService, type RouteStop, type RovingRoute } from '@youdian/contracts-billing/roving_routes';
import { implement } from '@youdian/service-host';
import { does, tells } from './fake-methods.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');

const aStop: RouteStop = {
  stop: { stopId: '1', version: 1, village: '王家村', place: '村委会', from: '09:00', to: '10:30', lineIds: ['L1'], regionIds: ['R1'] },
  mark: 'ROVING_STOP_MARK_VISITED', markReason: '', markedBy: 'cashier:C01', markedAt: AT,
};
const aRoute: RovingRoute = {
  routeId: 'T1.2026-11-24.1', day: '2026-11-24', teamId: 'T1', collectorIds: ['C01'], deviceId: '', blockId: 'A1-00000001', status: 'ROVING_ROUTE_STATUS_PUBLISHED', stops: [aStop],
  plannedBy: 'manager:M01', plannedAt: AT, publishedBy: 'manager:M01', publishedAt: AT, cancelledBy: '', cancelledAt: undefined, cancelReason: '',
};

const answer = () => ({ route: aRoute });
export const fakeRovingRoutes = implement(RovingRouteServiceService, {
  planRoute: does('planRoute', answer),
  amendRoute: does('amendRoute', answer),
  publishRoute: does('publishRoute', answer),
  cancelRoute: does('cancelRoute', answer),
  markStop: does('markStop', answer),
  getRoute: tells('getRoute', answer),
  listRoutes: tells('listRoutes', () => ({ routes: [aRoute], nextPageToken: '' })),
  findVisits: tells('findVisits', () => ({ visits: [{ routeId: aRoute.routeId, day: aRoute.day, teamId: 'T1', stop: aStop }] })),
});
