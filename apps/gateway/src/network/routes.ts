import { z } from 'zod';
import { name, placeId } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const region = z.object({ regionId: placeId, name: z.string() });
const line = z.object({ lineId: placeId, regionId: placeId, name: z.string() });

export const networkRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/regions',
    operation: 'defineRegion',
    tag: 'network',
    summary: { zh: '登记片区,或改名', en: 'Define a region, or rename it' },
    body: z.strictObject({ regionId: placeId, name }),
    status: 201,
    response: region,
    answer: async ({ body }, { customers }, call) => (await customers.defineRegion(body, call)).region!,
  }),
  route({
    method: 'POST',
    path: '/api/v1/lines',
    operation: 'defineLine',
    tag: 'network',
    summary: { zh: '登记线路,或改名', en: 'Define a line, or rename it' },
    body: z.strictObject({ lineId: placeId, regionId: placeId, name }),
    status: 201,
    response: line,
    answer: async ({ body }, { customers }, call) => (await customers.defineLine(body, call)).line!,
  }),
  route({
    method: 'GET',
    path: '/api/v1/network',
    operation: 'listNetwork',
    tag: 'network',
    summary: { zh: '全部片区和线路', en: 'All regions and lines' },
    response: z.object({ regions: z.array(region), lines: z.array(line) }),
    answer: (_input, { customers }, call) => customers.listNetwork({}, call),
  }),
];
