import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { DeviceEnrolled, DeviceRevoked, DeviceSynced } from '@youdian/contracts-billing/roving_events';
import { Rejected } from '@youdian/rejection';
import { deviceUnknown } from '../rejections.ts';
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
