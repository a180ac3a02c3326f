import {
  RovingServiceService, type DecideDeviceRecordRequest, type EnrolDeviceRequest, type GetDeviceRequest, type ListDeviceRecordsRequest, type RevokeDeviceRequest,
} from '@youdian/contracts-billing/roving';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import { checkReason } from '../accounts/account-command.ts';
import { shiftOf } from '../shifts/store.ts';
import { cameIn } from './beside.ts';
import { enrolDevice, isDeviceId, revokeDevice } from './devices/decide.ts';
import { evolve, type Device, type DeviceEvent } from './devices/state.ts';
import { readDevice, readOwnDevice } from './devices/store.ts';
import { listDevices, listRecords, withOpen } from './list.ts';
import { readProgress } from './progress.ts';
import { canonicalEnrolment } from './record.ts';
import * as rejections from './rejections.ts';
import { decideOnRecord } from './release.ts';
import type { RovingParts } from './settle.ts';
import { isSignedBy, publicKeyOf } from './signature.ts';
import { syncDevice } from './sync.ts';

const MANAGERS = ['manager', 'admin'];
const SYNCERS = ['cashier', 'manager', 'admin'];
const READERS = ['cashier', 'manager', 'analyst', 'admin', 'service'];

export function rovingService(parts: RovingParts, clock: Clock) {
  const { devices, records, shifts } = parts;
  const execute = async (deviceId: string, operation: string, input: object, call: Call, decide: (device: Device | undefined, at: Date) => DeviceEvent[] | Rejection) => {
    const { result } = await devices.execute(deviceId, { operation, key: call.idempotencyKey, actor: call.actor.name, input }, (device, at) => {
      const events = decide(device, at);
      return isRejection(events) ? events : { events, result: events.reduce<Device | undefined>(evolve, device)! };
    });
    return { device: { ...result, revokedAt: result.revokedAt } };
  };

  return implement(RovingServiceService, {
    enrolDevice: command(MANAGERS, async (request: EnrolDeviceRequest, call: Call) => {
      const { proof: _, ...facts } = request;
      const { deviceId, replaces } = facts;
      if (!isDeviceId(deviceId)) throw new Rejected(rejections.holderInvalid('deviceId'));
      await checkKey(request);
      const replaced = isDeviceId(replaces) ? (await devices.read(replaces))?.state : undefined;
      return execute(deviceId, 'EnrolDevice', facts, call, (device, at) => enrolDevice(device, { ...facts, actor: call.actor.name }, replaced, at));
    }),

    revokeDevice: command(MANAGERS, async (request: RevokeDeviceRequest, call: Call) => {
      const { deviceId, reason } = request;
      checkReason(reason);
      await readDevice(devices, deviceId);
      return execute(deviceId, 'RevokeDevice', request, call, (device, at) => revokeDevice(device, { ...request, actor: call.actor.name }, at));
    }),

    getDevice: query(READERS, async ({ deviceId }: GetDeviceRequest, { actor }) => {
      const device = await readOwnDevice(devices, deviceId, actor);
      const { missing, through, highest } = await readProgress(records, device);
      const shiftId = await shiftOf(shifts, device.collectorId, clock());
      const inShift = shiftId === '' ? undefined : await cameIn(records, deviceId, shiftId);
      return { device: { ...(await withOpen(records, device)), through, highest }, missing, shiftId, inShift };
    }),

    listDevices: query(READERS, listDevices(devices, records)),

    syncDevice: command(SYNCERS, syncDevice(parts, clock)),

    listDeviceRecords: query(READERS, async (request: ListDeviceRecordsRequest, { actor }) => {
      await readOwnDevice(devices, request.deviceId, actor);
      return listRecords(records)(request);
    }),

    decideDeviceRecord: command(MANAGERS, async (request: DecideDeviceRecordRequest, call: Call) => ({ record: await decideOnRecord(parts, request, call) })),
  });
}

/** A key that was copied wrong would make a day's records worthless. Throws Rejected. */
async function checkKey(request: EnrolDeviceRequest): Promise<void> {
  const { publicKey, proof, collectorId } = request;
  const key = publicKeyOf(publicKey);
  if (!key) throw new Rejected(rejections.publicKeyInvalid);
  if (!isDeviceId(collectorId)) throw new Rejected(rejections.holderInvalid('collectorId'));
  if (!(await isSignedBy(key, canonicalEnrolment(request), proof))) throw new Rejected(rejections.proofInvalid);
}
