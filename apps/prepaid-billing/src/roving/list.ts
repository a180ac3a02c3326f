import { DeviceRecord, type ListDeviceRecordsRequest, type ListDeviceRecordsResponse } from '@youdian/contracts-billing/roving';
import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import { sizeOf } from '../statement/page.ts';
import type { Recorded } from './records/state.ts';
import type { RecordStore } from './records/store.ts';
import { recordForked } from './rejections.ts';

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
