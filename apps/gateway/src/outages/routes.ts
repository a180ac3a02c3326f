import type { OutageFacts } from '@youdian/contracts-desk/outage_events';
import { OutageStatus, type Outage, type OutageChange } from '@youdian/contracts-desk/outages';
import { z } from 'zod';
import { codes } from '../rest/codes.ts';
import { day, freeText, instant, instantOut, nextPageToken, ownersId, pageSize, pageToken, placeId } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const statuses = codes(OutageStatus, 'OUTAGE_STATUS_');
const CUSTOMERS_MAX = 100_000_000;
const REASON_CHARACTERS_MAX = 500;
const STEPS_MAX = 100;
const CASES_MAX = 100;

const reason = freeText.min(1).max(REASON_CHARACTERS_MAX).meta({ description: '原因 why' });
const customers = z.int().min(1).max(CUSTOMERS_MAX);
const code = z.string().max(64).regex(/^[A-Z_]*$/).meta({ description: 'a code of GET /api/v1/outage-codes', examples: ['STORM'] });
const caseIds = z.array(ownersId).max(CASES_MAX).meta({ description: '关联的故障工单 the fault cases that it explains' });

const facts = {
  outageId: z.string(),
  externalId: z.string().optional(),
  regionId: z.string(),
  lineId: z.string(),
  planned: z.boolean(),
  startedAt: instantOut,
  customersAffected: z.int(),
  cause: z.string().optional(),
  equipment: z.string().optional(),
  restorations: z.array(z.object({ restoredAt: instantOut, customersRestored: z.int() })),
  endedAt: instantOut.optional().meta({ description: '全部恢复时间 when the last of them had power again; absent while some have not' }),
  caseIds: z.array(z.string()),
};
const anOutage = z.object({ ...facts, status: statuses.output, version: z.int() });
const aChange = z.object({ at: instantOut, actor: z.string(), operation: z.string(), reason: z.string().optional(), outage: z.object(facts) });
const params = z.object({ outageId: ownersId });

export const outageRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/outages',
    operation: 'recordOutage',
    tag: 'outages',
    summary: { zh: '登记停电', en: 'Record an outage' },
    body: z.strictObject({
      lineId: placeId,
      regionId: placeId.optional(),
      planned: z.boolean().meta({ description: '是否计划停电 announced before' }),
      startedAt: instant.optional().meta({ description: '停电时间,不晚于现在 when the power went off, if earlier than now' }),
      customersAffected: customers.meta({ description: '影响户数,可先估计 an estimate will do, and be corrected later' }),
      cause: code.optional(),
      equipment: code.optional(),
      caseIds: caseIds.optional(),
    }),
    status: 201,
    response: anOutage,
    answer: async ({ body }, { outages }, call) => {
      const { regionId = '', startedAt, customersAffected, cause = '', equipment = '', caseIds = [], ...rest } = body;
      const request = { ...rest, regionId, startedAt, customersAffected: BigInt(customersAffected), cause, equipment, caseIds };
      return toJson((await outages.recordOutage(request, call)).outage!);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/outages',
    operation: 'listOutages',
    tag: 'outages',
    summary: { zh: '停电列表,新的在前', en: 'Outages, newest first' },
    query: z.strictObject({
      lineId: placeId.optional(),
      day: day.optional().meta({ description: '停电日期 the Shanghai day on which the power went off' }),
      status: statuses.input.optional().meta({ description: 'left out: open and ended ones' }),
      pageSize: pageSize.optional(),
      pageToken: pageToken.optional(),
    }),
    response: z.object({ outages: z.array(anOutage), nextPageToken }),
    answer: async ({ query }, { outages }, call) => {
      const { lineId = '', day = '', status = statuses.unspecified, pageSize = 0, pageToken = '' } = query;
      const page = await outages.listOutages({ lineId, day, status, pageSize, pageToken }, call);
      return { outages: page.outages.map(toJson), nextPageToken: page.nextPageToken || undefined };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/outages/{outageId}',
    operation: 'getOutage',
    tag: 'outages',
    summary: { zh: '停电事件及其全部变更', en: 'An outage, and all that was done to it' },
    params,
    response: z.object({ ...anOutage.shape, changes: z.array(aChange) }),
    answer: async ({ params }, { outages }, call) => {
      const { outage, changes } = await outages.getOutage(params, call);
      return { ...toJson(outage!), changes: changes.map(changeToJson) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/outages/{outageId}/restorations',
    operation: 'restoreStep',
    tag: 'outages',
    summary: { zh: '登记恢复供电的一步', en: 'Some customers have power again' },
    params,
    body: z.strictObject({
      restoredAt: instant.optional().meta({ description: '恢复时间,不晚于现在 if earlier than now' }),
      customersRestored: customers.optional().meta({ description: '恢复户数;不填即其余全部 left out: all who still have none, which ends the outage' }),
    }),
    response: anOutage,
    answer: async ({ params, body: { restoredAt, customersRestored = 0 } }, { outages }, call) =>
      toJson((await outages.restoreStep({ ...params, restoredAt, customersRestored: BigInt(customersRestored) }, call)).outage!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/outages/{outageId}/corrections',
    operation: 'correctOutage',
    tag: 'outages',
    summary: { zh: '更正,须写明原因;未填的不变', en: 'Correct it, with the reason; what is left out stays' },
    params,
    body: z.strictObject({
      reason,
      lineId: placeId.optional(),
      planned: z.boolean().optional(),
      startedAt: instant.optional(),
      customersAffected: customers.optional(),
      cause: code.optional(),
      equipment: code.optional(),
      restorations: z.array(z.strictObject({ restoredAt: instant, customersRestored: customers })).max(STEPS_MAX).optional().meta({ description: '全部恢复步骤 all steps anew' }),
      caseIds: caseIds.optional(),
    }),
    response: anOutage,
    answer: async ({ params, body }, { outages }, call) => {
      const { customersAffected, restorations, caseIds, startedAt, ...rest } = body;
      const request = {
        ...params,
        ...rest,
        startedAt,
        customersAffected: customersAffected === undefined ? undefined : BigInt(customersAffected),
        restorations: restorations && { steps: restorations.map((step) => ({ ...step, customersRestored: BigInt(step.customersRestored) })) },
        caseIds: caseIds && { caseIds },
      };
      return toJson((await outages.correctOutage(request, call)).outage!);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/outages/{outageId}/cancel',
    operation: 'cancelOutage',
    tag: 'outages',
    summary: { zh: '误记作废,须写明原因', en: 'It was recorded by mistake; with the reason' },
    params,
    body: z.strictObject({ reason }),
    response: anOutage,
    answer: async ({ params, body }, { outages }, call) => toJson((await outages.cancelOutage({ ...params, ...body }, call)).outage!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/outage-codes',
    operation: 'listOutageCodes',
    tag: 'outages',
    summary: { zh: '停电原因和设备', en: 'Causes of outages, and equipment' },
    response: z.object({
      causes: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string(), planned: z.boolean() })),
      equipment: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string() })),
    }),
    answer: (_input, { outages }, call) => outages.listOutageCodes({}, call),
  }),
];

function toJson({ facts, status, version }: Outage): z.input<typeof anOutage> {
  return { ...factsToJson(facts!), status: statuses.toCode(status), version: Number(version) };
}

function changeToJson({ at, actor, operation, reason, facts }: OutageChange): z.input<typeof aChange> {
  return { at: at!.toISOString(), actor, operation, reason: reason || undefined, outage: factsToJson(facts!) };
}

function factsToJson({ externalId, startedAt, customersAffected, cause, equipment, restorations, endedAt, ...rest }: OutageFacts) {
  return {
    ...rest,
    externalId: externalId || undefined,
    startedAt: startedAt!.toISOString(),
    customersAffected: Number(customersAffected),
    cause: cause || undefined,
    equipment: equipment || undefined,
    restorations: restorations.map(({ restoredAt, customersRestored }) => ({ restoredAt: restoredAt!.toISOString(), customersRestored: Number(customersRestored) })),
    endedAt: endedAt?.toISOString(),
  };
}
