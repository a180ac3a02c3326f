import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { DeviceRecordForked, DeviceRecordPreferred, DeviceRecordReceived, DeviceRecordSettled, DeviceRecordUnchained } from '@youdian/contracts-billing/roving_events';
import { pagesOf } from '../../aggregates.ts';
import { evolve, type Recorded, type RecordEvent } from './state.ts';

export const DEVICE_RECORD_TOPIC = 'prepaid-billing.device-record.v1';
const PAGE = 500;

export type RecordStore = AggregateStore<Recorded | undefined, RecordEvent>;

export function openRecordStore(log: CommitLog): Promise<RecordStore> {
  return openAggregates<Recorded | undefined, RecordEvent>(log, {
    name: 'device-record', collection: 'device_records', topic: DEVICE_RECORD_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { DeviceRecordReceived, DeviceRecordForked, DeviceRecordPreferred, DeviceRecordUnchained, DeviceRecordSettled },
    initial: undefined,
    evolve,
    indexes: [
      { key: { 'state.deviceId': 1, 'state.sequence': 1 } }, { key: { 'state.deviceId': 1, 'state.open': 1, 'state.sequence': 1 } }, { key: { 'state.status': 1, _id: 1 } }, { key: { 'state.shiftId': 1, _id: 1 } },
    ],
  });
}

/** Without a sequence: what the ids of all the device's records begin with. */
export function recordIdOf(deviceId: string, sequence: number | ''): string {
  return `${deviceId}.${sequence}`;
}

type Filter = Parameters<RecordStore['find']>[0];

/** Page by page, in the order of their ids, or of their sequences within a device. */
export function findRecords(store: RecordStore, filter: Filter, field: '_id' | 'state.sequence' = '_id'): AsyncGenerator<readonly Recorded[]> {
  return pagesOf<Recorded>(store, filter, { limit: PAGE, sort: { field, direction: 1 } });
}
