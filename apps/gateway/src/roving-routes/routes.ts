/** Where roving teams come, and when. */
import { RovingStopMark, type RovingStop } from '@youdian/contracts-billing/roving_route_events';
import { RovingRouteStatus, type RouteStop, type RovingRoute } from '@youdian/contracts-billing/roving_routes';
import { z } from 'zod';
import { blockNo, holderId } from '../invoices/routes.ts';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { accountNo, day, instantOut, nextPageToken, pageSize, pageToken, placeId } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { staffId } from '../shifts/routes.ts';

const STOPS_MAX = 50;
const LINES_MAX = 200;
const COLLECTORS_MAX = 10;

const statuses = codes(RovingRouteStatus, 'ROVING_ROUTE_STATUS_');
const marks = codes(RovingStopMark, 'ROVING_STOP_MARK_');
const teamId = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, says('编号由 1 到 32 个字母、数字或 . _ - 组成。', 'An id has 1 to 32 letters, digits or . _ -.'));
const routeId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, says('请用计划时得到的路线号。', 'Use the route id that planning gave.')).meta({ examples: ['T1.2026-11-24.1'] });
const stopId = z.string().regex(/^[1-9]\d{0,8}$/, says('请用路线中停靠点的编号。', "Use a stop's number on its route."));
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, says('时间写作 HH:MM。', 'Write a time as HH:MM.')).meta({ description: '北京时间 of Shanghai', examples: ['09:30'] });
/** Everybody on the line reads it. */
const publicText = z.string().max(40).regex(/^\S(.*\S)?$/u, says('请写 1 到 40 个字,前后无空格。', 'Write 1 to 40 characters without spaces around them.'));

const wish = z.strictObject({
  stopId: stopId.optional().meta({ description: '原有停靠点的编号,新增的不填 of the stop that it was; left out for a new one' }),
  village: publicText.meta({ description: '村名', examples: ['王家村'] }), place: publicText.optional().meta({ description: '村内地点 where in the village', examples: ['村委会'] }), from: time, to: time,
  lineIds: z.array(placeId).max(LINES_MAX).optional().meta({ description: '服务的线路,客户据此得到通知 whose customers are told' }),
  wholeRegionIds: z.array(placeId).max(LINES_MAX).optional().meta({ description: '整个片区:其现有全部线路 all lines that the region has now' }),
});
const crew = {
  collectorIds: z.array(staffId).min(1).max(COLLECTORS_MAX), deviceId: holderId.optional(),
  blockId: blockNo.optional().meta({ description: '随队的发票号段 the invoice numbers that they take along' }),
  stops: z.array(wish).min(1).max(STOPS_MAX),
};
const aStop = z.object({
  stopId: z.string(), version: z.int(), village: z.string(), place: z.string().optional(), from: z.string(), to: z.string(), lineIds: z.array(z.string()), regionIds: z.array(z.string()),
  mark: marks.output.optional().meta({ description: 'VISITED 已到访 · SKIPPED 已跳过' }), markReason: z.string().optional(), markedBy: z.string().optional(), markedAt: instantOut.optional(),
});
const aRoute = z.object({
  routeId: z.string(), day: z.string(), teamId: z.string(), collectorIds: z.array(z.string()), deviceId: z.string().optional(), blockId: z.string().optional(),
  status: statuses.output, stops: z.array(aStop), plannedBy: z.string(), plannedAt: instantOut.optional(), publishedBy: z.string().optional(), publishedAt: instantOut.optional(),
  cancelledBy: z.string().optional(), cancelledAt: instantOut.optional(), cancelReason: z.string().optional(),
});
const params = z.object({ routeId });
const days = { from: day.optional().meta({ description: '不填即今天 today, if left out' }), to: day.optional().meta({ description: '不填即共 31 天,最多 92 天 31 days, if left out; at most 92' }) };

export const rovingRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/roving-routes',
    operation: 'planRoute',
    tag: 'roving',
    summary: { zh: '计划流动收费队一天的路线', en: "Plan a roving team's day; nobody is told yet" },
    body: z.strictObject({ day, teamId, ...crew }),
    status: 201,
    response: aRoute,
    answer: async ({ body }, { routes }, call) => toJson((await routes.planRoute({ ...body, ...crewFrom(body) }, call)).route!),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/roving-routes/{routeId}',
    operation: 'amendRoute',
    tag: 'roving',
    summary: { zh: '修改路线(发布后限当天之前),已通知的客户会得知变更', en: 'Amend it, once published before its day only; whoever was told is told of what changed' },
    params,
    body: z.strictObject(crew),
    response: aRoute,
    answer: async ({ params, body }, { routes }, call) => toJson((await routes.amendRoute({ ...params, ...crewFrom(body) }, call)).route!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/roving-routes/{routeId}/publish',
    operation: 'publishRoute',
    tag: 'roving',
    summary: { zh: '发布路线,所服务线路的客户收到短信', en: 'Publish it: the customers of its lines are told by SMS' },
    params,
    body: z.strictObject({ published: z.literal(true) }),
    response: aRoute,
    answer: async ({ params }, { routes }, call) => toJson((await routes.publishRoute(params, call)).route!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/roving-routes/{routeId}/cancel',
    operation: 'cancelRoute',
    tag: 'roving',
    summary: { zh: '取消路线,原因会告知客户', en: 'Cancel it; customers who were told read the reason' },
    params,
    body: z.strictObject({ reason: publicText }),
    response: aRoute,
    answer: async ({ params, body }, { routes }, call) => toJson((await routes.cancelRoute({ ...params, ...body }, call)).route!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/roving-routes/{routeId}/stops/{stopId}/mark',
    operation: 'markStop',
    tag: 'roving',
    summary: { zh: '当天标记停靠点已到访或跳过', en: 'On the day its collectors mark a stop as visited or skipped' },
    params: z.object({ routeId, stopId }),
    body: z.strictObject({ mark: marks.input, reason: publicText.optional().meta({ description: '跳过的原因 why it was skipped' }) }),
    response: aRoute,
    answer: async ({ params, body: { mark, reason = '' } }, { routes }, call) => toJson((await routes.markStop({ ...params, mark, reason }, call)).route!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/roving-routes/{routeId}',
    operation: 'getRoute',
    tag: 'roving',
    summary: { zh: '一条路线', en: 'A route' },
    params,
    response: aRoute,
    answer: async ({ params }, { routes }, call) => toJson((await routes.getRoute(params, call)).route!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/roving-routes',
    operation: 'listRoutes',
    tag: 'roving',
    summary: { zh: '一段时间的全部路线,按日期', en: 'All routes of some days, by day' },
    query: z.strictObject({ ...days, teamId: teamId.optional(), collectorId: staffId.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({ routes: z.array(aRoute), nextPageToken }),
    answer: async ({ query }, { routes }, call) => {
      const { from = '', to = '', teamId: team = '', collectorId = '', pageSize: size = 0, pageToken: token = '' } = query;
      const page = await routes.listRoutes({ from, to, teamId: team, collectorId, pageSize: size, pageToken: token }, call);
      return { routes: page.routes.map(toJson), nextPageToken: page.nextPageToken || undefined };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/roving-visits',
    operation: 'findVisits',
    tag: 'roving',
    summary: { zh: '流动收费队何时到来:按户号、线路或片区,及村名', en: 'When a team comes: by account, line or region, and by village' },
    query: z.strictObject({ ...days, accountNo: accountNo.optional(), lineId: placeId.optional(), regionId: placeId.optional(), village: publicText.optional().meta({ description: '村名的一部分 a part of its name' }) }),
    response: z.object({ visits: z.array(z.object({ routeId: z.string(), day: z.string(), teamId: z.string(), stop: aStop })) }),
    answer: async ({ query }, { routes }, call) => {
      const { from = '', to = '', accountNo: account = '', lineId = '', regionId = '', village = '' } = query;
      const { visits } = await routes.findVisits({ from, to, accountNo: account, lineId, regionId, village }, call);
      return { visits: visits.map(({ stop, ...visit }) => ({ ...visit, stop: stopToJson(stop!) })) };
    },
  }),
];

type Crew = z.output<z.ZodObject<typeof crew>>;

function crewFrom({ collectorIds, deviceId = '', blockId = '', stops }: Crew) {
  return { collectorIds, deviceId, blockId, stops: stops.map(({ stopId: id = '', place = '', lineIds = [], wholeRegionIds = [], ...stop }) => ({ ...stop, stopId: id, place, lineIds, wholeRegionIds })) };
}

function toJson({ deviceId, blockId, status, stops, plannedAt, publishedBy, publishedAt, cancelledBy, cancelledAt, cancelReason, ...rest }: RovingRoute): z.input<typeof aRoute> {
  return {
    ...rest, deviceId: deviceId || undefined, blockId: blockId || undefined, status: statuses.toCode(status), stops: stops.map(stopToJson), plannedAt: plannedAt?.toISOString(),
    publishedBy: publishedBy || undefined, publishedAt: publishedAt?.toISOString(), cancelledBy: cancelledBy || undefined, cancelledAt: cancelledAt?.toISOString(), cancelReason: cancelReason || undefined,
  };
}

function stopToJson({ stop, mark, markReason, markedBy, markedAt }: RouteStop): z.input<typeof aStop> {
  const { place, ...rest }: RovingStop = stop!;
  return {
    ...rest, place: place || undefined, mark: mark === marks.unspecified ? undefined : marks.toCode(mark), markReason: markReason || undefined,
    markedBy: markedBy || undefined, markedAt: markedAt?.toISOString(),
  };
}
