import { DeviceRecord, type Device, type ListDeviceRecordsRequest, type ListDeviceRecordsResponse, type ListDevicesRequest, type ListDevicesResponse } from '@youdian/contracts-billing/roving';
import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { sizeOf } from '../statement/page.ts';
import type { DeviceStore } from './devices/store.ts';
import { isHeld, isTakenBack } from './records/decide.ts';
import type { Recorded } from './records/state.ts';
import type { RecordStore } from './records/store.ts';
import { notYourDevices, recordForked } from './rejections.ts';

/** Of one device: more are told as more. */
const OPEN_COUNTED_MAX = 200;
const DEVICES_A_PAGE_MAX = 50;

/** By id, each with what of its records is open. */
export function listDevices(devices: DeviceStore, records: RecordStore) {
  return async ({ collectorId, teamId, pageSize, pageToken }: ListDevicesRequest, { actor }: Pick<Call, 'actor'>): Promise<ListDevicesResponse> => {
    if (actor.role === 'cashier' && collectorId !== actor.id) throw new Rejected(notYourDevices);
    const filter = { ...(collectorId !== '' && { 'state.collectorId': collectorId }), ...(teamId !== '' && { 'state.teamId': teamId }) };
    const { items, next = '' } = await devices.find(filter, { limit: Math.min(sizeOf(pageSize), DEVICES_A_PAGE_MAX), after: pageToken || undefined });
    return { devices: await Promise.all(items.map(({ state }) => withOpen(records, state!))), nextPageToken: next };
  };
}

/** A device and what of its records somebody may have to look at. */
export async function withOpen(store: RecordStore, device: Device): Promise<Device> {
  const { items } = await store.find({ 'state.deviceId': device.deviceId, 'state.open': true }, { limit: OPEN_COUNTED_MAX + 1 });
  const found = items.slice(0, OPEN_COUNTED_MAX).map(({ state }) => state!);
  const count = (is: (record: Recorded) => boolean) => found.filter(is).length;
  const open = {
    waiting: count(({ status }) => status === 'DEVICE_RECORD_STATUS_RECEIVED'), held: count(isHeld), refused: count((record) => record.status === 'DEVICE_RECORD_STATUS_REFUSED' && !isTakenBack(record)),
    forked: count(({ forks }) => forks.length > 0), unchained: count(({ unchained }) => unchained), more: items.length > OPEN_COUNTED_MAX,
  };
  return { ...device, open };
}

/** A device's records by sequence, each with what else came under it. */
export function listRecords(store: RecordStore) {
  return async ({ deviceId, openOnly, fromSequence, pageSize }: ListDeviceRecordsRequest): Promise<ListDeviceRecordsResponse> => {
    const filter = { 'state.deviceId': deviceId, 'state.sequence': { $gte: fromSequence }, ...(openOnly && { 'state.open': true }) };
    const size = sizeOf(pageSize);
    const { items } = await store.find(filter, { limit: size + 1, sort: { field: 'state.sequence', direction: 1 } });
    const records = items.map(({ state }) => state!);
    return {
      records: records.slice(0, size).flatMap((record) => [messageOf(record), ...record.forks.map(messageOfFork)]),
      nextFromSequence: records[size]?.sequence ?? 0,
    };
  };
}

export function messageOf(record: Recorded): DeviceRecord {
  const shown: Partial<DeviceRecord> = record;
  return DeviceRecord.fromPartial(shown);
}

function messageOfFork(record: DeviceRecordReceived): DeviceRecord {
  const { code, zh, en } = recordForked;
  const shown: Partial<DeviceRecord> = { ...record, status: 'DEVICE_RECORD_STATUS_REFUSED', code, zh, en, forked: true };
  return DeviceRecord.fromPartial(shown);
}
