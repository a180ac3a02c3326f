import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { DeviceEnrolled, DeviceRevoked, DeviceSynced } from '@youdian/contracts-billing/roving_events';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { deviceUnknown, notYourDevice } from '../rejections.ts';
import { isDeviceId } from './decide.ts';
import { evolve, type Device, type DeviceEvent } from './state.ts';

export const DEVICE_TOPIC = 'prepaid-billing.device.v1';

export type DeviceStore = AggregateStore<Device | undefined, DeviceEvent>;

export function openDeviceStore(log: CommitLog): Promise<DeviceStore> {
  return openAggregates<Device | undefined, DeviceEvent>(log, {
    name: 'roving-device', collection: 'roving_devices', topic: DEVICE_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { DeviceEnrolled, DeviceRevoked, DeviceSynced },
    initial: undefined,
    evolve,
    shape: 2,
    indexes: [{ key: { 'state.collectorId': 1, _id: 1 } }, { key: { 'state.teamId': 1, _id: 1 } }],
  });
}

/** Throws Rejected `DEVICE_UNKNOWN`. */
export async function readDevice(store: DeviceStore, deviceId: string): Promise<Device> {
  const device = isDeviceId(deviceId) ? (await store.read(deviceId))?.state : undefined;
  if (!device) throw new Rejected(deviceUnknown);
  return device;
}

/** A collector has to do with no more than his or her own. Throws Rejected `DEVICE_UNKNOWN`, `NOT_YOUR_DEVICE`. */
export async function readOwnDevice(store: DeviceStore, deviceId: string, actor: Pick<Call['actor'], 'role' | 'id'>): Promise<Device> {
  const device = await readDevice(store, deviceId);
  if (actor.role === 'cashier' && actor.id !== device.collectorId) throw new Rejected(notYourDevice);
  return device;
}
