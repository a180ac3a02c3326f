import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { CaseStatus, type Case } from '@youdian/contracts-desk/service_desk';
import { z } from 'zod';
import { codes } from '../rest/codes.ts';
import { accountNo, freeText, instant, instantOut, name, ownersId, phone, placeId } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const kinds = codes(CaseKind, 'CASE_KIND_');
const channels = codes(CaseChannel, 'CASE_CHANNEL_');
const statuses = codes(CaseStatus, 'CASE_STATUS_');
const classification = z.string().min(1).max(64);
const CUSTOMERS_AFFECTED_MAX = 100_000_000;

const aCase = z.object({
  caseId: z.string(),
  kind: kinds.output,
  channel: channels.output,
  status: statuses.output,
  accountNo: z.string().optional(),
  regionId: z.string().optional(),
  lineId: z.string().optional(),
  classification: z.string().optional(),
  openedAt: instantOut.optional(),
  resolvedAt: instantOut.optional(),
  closedAt: instantOut.optional(),
  customersAffected: z.int(),
  satisfaction: z.int().optional(),
  callerName: z.string().optional(),
  callerPhone: z.string().optional(),
  description: z.string().optional(),
  resolution: z.string().optional(),
  version: z.int(),
});
const params = z.object({ caseId: ownersId });

export const caseRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/cases',
    operation: 'openCase',
    tag: 'cases',
    summary: { zh: '受理咨询、故障报修或投诉', en: 'Open a consultation, fault or complaint' },
    body: z.strictObject({
      kind: kinds.input,
      channel: channels.input,
      accountNo: accountNo.optional(),
      regionId: placeId.optional(),
      lineId: placeId.optional(),
      callerName: name.optional(),
      callerPhone: phone.optional(),
      description: freeText.optional(),
      classification: classification.optional().meta({ description: '类别,已知时填写 where it is known at once; a code of GET /api/v1/classifications' }),
      occurredAt: instant.optional().meta({ description: '发生时间,不晚于现在 when it began, if earlier than now' }),
    }),
    status: 201,
    response: aCase,
    answer: async ({ body }, { desk }, call) => {
      const { accountNo = '', regionId = '', lineId = '', callerName = '', callerPhone = '', description = '', classification = '', occurredAt, ...rest } = body;
      return toJson((await desk.openCase({ ...rest, accountNo, regionId, lineId, callerName, callerPhone, description, classification, occurredAt }, call)).case!);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/cases/{caseId}',
    operation: 'getCase',
    tag: 'cases',
    summary: { zh: '工单', en: 'A case' },
    params,
    response: aCase,
    answer: async ({ params }, { desk }, call) => toJson((await desk.getCase(params, call)).case!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/cases/{caseId}/classify',
    operation: 'classifyCase',
    tag: 'cases',
    summary: { zh: '分类:故障原因、咨询类别或投诉类别;可更正', en: 'Classify by cause, category or class; the newest holds' },
    params,
    body: z.strictObject({ classification: classification.meta({ description: 'a code of GET /api/v1/classifications' }) }),
    response: aCase,
    answer: async ({ params, body }, { desk }, call) => toJson((await desk.classifyCase({ ...params, ...body }, call)).case!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/cases/{caseId}/resolve',
    operation: 'resolveCase',
    tag: 'cases',
    summary: { zh: '办结;故障即恢复供电', en: 'Resolve; for a fault, power is back' },
    params,
    body: z.strictObject({
      resolution: freeText.optional(),
      restoredAt: instant.optional().meta({ description: '恢复时间,不晚于现在 when power was back, if earlier than now' }),
      customersAffected: z.int().min(0).max(CUSTOMERS_AFFECTED_MAX).optional().meta({ description: '影响户数 customers without power; faults only' }),
    }),
    response: aCase,
    answer: async ({ params, body }, { desk }, call) => {
      const { resolution = '', restoredAt, customersAffected = 0 } = body;
      return toJson((await desk.resolveCase({ ...params, resolution, restoredAt, customersAffected: BigInt(customersAffected) }, call)).case!);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/cases/{caseId}/close',
    operation: 'closeCase',
    tag: 'cases',
    summary: { zh: '关闭;须先办结并分类', en: 'Close; it must be resolved and classified' },
    params,
    body: z.strictObject({ satisfaction: z.int().min(1).max(5).optional().meta({ description: '满意度 1 (very dissatisfied) to 5; left out when nobody was asked' }) }),
    response: aCase,
    answer: async ({ params, body }, { desk }, call) => toJson((await desk.closeCase({ ...params, satisfaction: body.satisfaction ?? 0 }, call)).case!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/classifications',
    operation: 'listClassifications',
    tag: 'cases',
    summary: { zh: '故障原因、咨询类别和投诉类别', en: 'Causes, categories and classes' },
    query: z.strictObject({ kind: kinds.input.optional() }),
    response: z.object({ classifications: z.array(z.object({ kind: kinds.output, code: z.string(), zh: z.string(), en: z.string() })) }),
    answer: async ({ query }, { desk }, call) => {
      const { classifications } = await desk.listClassifications({ kind: query.kind ?? kinds.unspecified }, call);
      return { classifications: classifications.map((known) => ({ ...known, kind: kinds.toCode(known.kind) })) };
    },
  }),
];

function toJson(found: Case): z.input<typeof aCase> {
  return {
    caseId: found.caseId,
    kind: kinds.toCode(found.kind),
    channel: channels.toCode(found.channel),
    status: statuses.toCode(found.status),
    accountNo: found.accountNo || undefined,
    regionId: found.regionId || undefined,
    lineId: found.lineId || undefined,
    classification: found.classification || undefined,
    openedAt: found.openedAt?.toISOString(),
    resolvedAt: found.resolvedAt?.toISOString(),
    closedAt: found.closedAt?.toISOString(),
    customersAffected: Number(found.customersAffected),
    satisfaction: found.satisfaction || undefined,
    callerName: found.callerName || undefined,
    callerPhone: found.callerPhone || undefined,
    description: found.description || undefined,
    resolution: found.resolution || undefined,
    version: Number(found.version),
  };
}
