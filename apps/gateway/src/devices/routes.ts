/** Roving teams' devices, and what these signed without a network. */
import { DeviceStatus, type Device, type DeviceRecord, type SignedRecord } from '@youdian/contracts-billing/roving';
import { DeviceRecordKind, DeviceRecordStatus, RevocationCause } from '@youdian/contracts-billing/roving_events';
import { z } from 'zod';
import { holderId } from '../invoices/routes.ts';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { fen, instant, instantOut, nextPageToken, pageSize, pageToken, placeId, SEQUENCE_MAX, shortText } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const RECORDS_MAX = 500;
/** Of 500 records, generously. */
const SYNC_BYTES_MAX = 1024 * 1024;

const statuses = codes(DeviceStatus, 'DEVICE_STATUS_');
const causes = codes(RevocationCause, 'REVOCATION_CAUSE_');
const kinds = codes(DeviceRecordKind, 'DEVICE_RECORD_KIND_');
const recordStatuses = codes(DeviceRecordStatus, 'DEVICE_RECORD_STATUS_');

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), says(`须为 ${bytes * 2} 位小写十六进制。`, `It has ${bytes * 2} lower-case hex digits.`));
const sequence = z.string().regex(/^[1-9]\d{0,9}$/, says('序号从 1 起。', 'Sequences are counted from 1.')).transform(Number).refine((one) => one <= SEQUENCE_MAX, says('序号过大。', 'There is no such sequence.'));
const params = z.object({ deviceId: holderId });
const missing = z.array(z.object({ from: z.int(), to: z.int() })).meta({ description: '尚未收到的序号段 sequences of which nothing has come' });

const device = z.object({
  deviceId: z.string(), collectorId: z.string(), teamId: z.string().optional(), publicKey: z.string(), status: statuses.output, replaces: z.string().optional(), enrolledBy: z.string(), enrolledAt: instantOut.optional(),
  cause: causes.output.optional(), revokedBy: z.string().optional(), revokedAt: instantOut.optional(), reason: z.string().optional(),
  through: z.int().meta({ description: '至此全部收到 all records up to here have come' }), highest: z.int(), syncedAt: instantOut.optional().meta({ description: '上次收到新记录 when more of its records came last' }),
  open: z.object({
    waiting: z.int(), held: z.int().meta({ description: '待主管决定 for a manager to decide' }), refused: z.int(), forked: z.int(), unchained: z.int(), more: z.boolean().meta({ description: '还有更多,未计 there are more than were counted' }),
  }).optional().meta({ description: '需要有人处理的记录 records that somebody may have to look at' }),
});
const totals = z.object({ receiptCount: z.int(), receiptFen: fen, voidCount: z.int(), voidFen: fen });

/** What is ill written is told record by record, as is what is ill signed: one holds up no other. */
const text = z.string().max(200).catch('');
const count = z.int().min(0).max(SEQUENCE_MAX).catch(0);
const signed = z.object({
  sequence: count, kind: z.string().max(20).catch('').meta({ description: 'RECEIPT 收据 · VOID 作废' }), previous: text, invoiceNo: text, accountNo: text,
  amountFen: z.string().regex(/^\d{1,18}$/).catch('0').meta({ description: '分 fen' }), takenAt: text, collectorId: text, shiftId: text, voids: count, signature: text,
}).meta({ description: '与签名内容一致,见 docs/how-to/roving-device.md as the device signed it' });

const record = z.object({
  sequence: z.int(), kind: kinds.output, status: recordStatuses.output, invoiceNo: z.string(), accountNo: z.string(), amountFen: fen, takenAt: instantOut.optional(), collectorId: z.string(),
  shiftId: z.string().optional(), voids: z.int().optional(), hash: z.string(), previous: z.string(), postingId: z.string().optional(),
  code: z.string().optional().meta({ description: '未入账的原因 why it is not in the ledger' }), zh: z.string().optional(), en: z.string().optional(),
  receivedFrom: z.string(), receivedAt: instantOut.optional(), decidedBy: z.string().optional(), reason: z.string().optional(),
  forked: z.boolean().meta({ description: '同序号已有另一条 another record has its sequence' }), unchained: z.boolean().meta({ description: '所指的前一条不是收到的那条 it names another record before it than the one that came' }),
});

export const deviceRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/devices',
    operation: 'enrolDevice',
    tag: 'roving',
    summary: { zh: '登记收费员的流动收费终端', en: "Enrol a collector's device" },
    body: z.strictObject({
      deviceId: holderId, collectorId: holderId, teamId: placeId.optional(), publicKey: hex(32), proof: hex(64).meta({ description: '终端对登记内容的签名 its signature over its enrolment' }),
      replaces: holderId.optional().meta({ description: '所替换的已注销终端 the revoked device in whose place it is' }),
    }),
    status: 201,
    response: device,
    answer: async ({ body: { teamId = '', replaces = '', ...body } }, { roving }, call) => deviceToJson((await roving.enrolDevice({ ...body, teamId, replaces }, call)).device!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/devices/{deviceId}/revoke',
    operation: 'revokeDevice',
    tag: 'roving',
    summary: { zh: '注销终端(遗失、损坏、停用)', en: 'Revoke a device: lost, broken, retired' },
    params,
    body: z.strictObject({ cause: causes.input, reason: shortText }),
    response: device,
    answer: async ({ params: { deviceId }, body }, { roving }, call) => deviceToJson((await roving.revokeDevice({ deviceId, ...body }, call)).device!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/devices/{deviceId}',
    operation: 'getDevice',
    tag: 'roving',
    summary: { zh: '一台终端,及其同步到哪里', en: 'A device, and how far its records have come' },
    params,
    response: z.object({ device, missing, shiftId: z.string().optional(), inShift: totals.optional().meta({ description: '收费员当前班次已收到的 what has come for the shift of its collector' }) }),
    answer: async ({ params: asked }, { roving }, call) => {
      const found = await roving.getDevice(asked, call);
      return {
        device: deviceToJson(found.device!), missing: found.missing, shiftId: found.shiftId || undefined,
        inShift: found.inShift && { ...found.inShift, receiptFen: String(found.inShift.receiptFen), voidFen: String(found.inShift.voidFen) },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/devices',
    operation: 'listDevices',
    tag: 'roving',
    summary: { zh: '终端列表:按收费员、班组,或全部(收费员只看自己的)', en: "Devices: a collector's, a team's, or all; a collector sees his or her own" },
    query: z.strictObject({ collectorId: holderId.optional(), teamId: placeId.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({ devices: z.array(device), nextPageToken }),
    answer: async ({ query: { collectorId = '', teamId = '', pageSize: size = 0, pageToken: token = '' } }, { roving }, call) => {
      const page = await roving.listDevices({ collectorId, teamId, pageSize: size, pageToken: token }, call);
      return { devices: page.devices.map(deviceToJson), nextPageToken: page.nextPageToken || undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/devices/{deviceId}/records',
    operation: 'syncDevice',
    tag: 'roving',
    summary: { zh: '同步终端签名的记录:任意顺序、可重复,每条只生效一次', en: 'Bring in what a device signed: in any order, as often as one likes, each with its effect once' },
    params,
    body: z.strictObject({ records: z.array(signed).max(RECORDS_MAX) }),
    bodyBytesMax: SYNC_BYTES_MAX,
    response: z.object({
      answers: z.array(z.object({
        sequence: z.int(), status: recordStatuses.output, duplicate: z.boolean(), kept: z.boolean(), postingId: z.string().optional(), code: z.string().optional(), zh: z.string().optional(), en: z.string().optional(),
      })).meta({ description: '与记录逐条对应 one a record, in their order' }),
      through: z.int(), highest: z.int(), missing,
    }),
    answer: async ({ params: { deviceId }, body }, { roving }, call) => {
      const { answers, ...progress } = await roving.syncDevice({ deviceId, records: body.records.map(signedFrom) }, call);
      return { ...progress, answers: answers.map(({ status, ...answer }) => ({ ...answer, status: recordStatuses.toCode(status), ...whyToJson(answer) })) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/devices/{deviceId}/records',
    operation: 'listDeviceRecords',
    tag: 'roving',
    summary: { zh: '终端的记录及处理结果', en: "What became of a device's records" },
    params,
    query: z.strictObject({
      open: z.enum(['true', 'false']).optional().meta({ description: 'true:只列未了结的 only what is not over' }),
      fromSequence: sequence.optional(), pageSize: pageSize.optional(),
    }),
    response: z.object({ records: z.array(record), nextFromSequence: z.int().optional() }),
    answer: async ({ params: { deviceId }, query: { open, fromSequence = 0, pageSize: size = 0 } }, { roving }, call) => {
      const page = await roving.listDeviceRecords({ deviceId, openOnly: open === 'true', fromSequence, pageSize: size }, call);
      return { records: page.records.map(recordToJson), nextFromSequence: page.nextFromSequence || undefined };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/devices/{deviceId}/records/{sequence}/decision',
    operation: 'decideDeviceRecord',
    tag: 'roving',
    summary: { zh: '主管核准或驳回待定的记录;被拒的可再试一次', en: 'A second person lets a held record in or keeps it out; one that was refused is tried again' },
    params: z.object({ deviceId: holderId, sequence }),
    body: z.strictObject({ approve: z.boolean(), reason: shortText }),
    response: record,
    answer: async ({ params: asked, body }, { roving }, call) => recordToJson((await roving.decideDeviceRecord({ ...asked, ...body }, call)).record!),
  }),
];

function signedFrom({ kind, amountFen, takenAt, ...rest }: z.output<typeof signed>): SignedRecord {
  return { ...rest, kind: kinds.input.safeParse(kind).data ?? kinds.unspecified, amountFen: BigInt(amountFen), takenAt: instant.safeParse(takenAt).data };
}

function deviceToJson({ syncedAt, teamId, status, replaces, enrolledAt, cause, revokedBy, revokedAt, reason, ...rest }: Device): z.input<typeof device> {
  return {
    ...rest, syncedAt: syncedAt?.toISOString(), status: statuses.toCode(status), teamId: teamId || undefined, replaces: replaces || undefined, enrolledAt: enrolledAt?.toISOString(),
    cause: cause === causes.unspecified ? undefined : causes.toCode(cause), revokedBy: revokedBy || undefined, revokedAt: revokedAt?.toISOString(), reason: reason || undefined,
  };
}

function recordToJson({ deviceId: _, kind, status, amountFen, takenAt, shiftId, voids, receivedAt, decidedBy, reason, ...rest }: DeviceRecord): z.input<typeof record> {
  return {
    ...rest, kind: kinds.toCode(kind), status: recordStatuses.toCode(status), amountFen: String(amountFen), takenAt: takenAt?.toISOString(), receivedAt: receivedAt?.toISOString(),
    shiftId: shiftId || undefined, voids: voids || undefined, decidedBy: decidedBy || undefined, reason: reason || undefined, ...whyToJson(rest),
  };
}

function whyToJson({ postingId, code, zh, en }: Pick<DeviceRecord, 'postingId' | 'code' | 'zh' | 'en'>) {
  return { postingId: postingId || undefined, code: code || undefined, zh: zh || undefined, en: en || undefined };
}
