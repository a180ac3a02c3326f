/** What prepaid-billing keeps beside the ledger: an aggregate each. */
import type { CommitLog } from '@youdian/commit-log';
import { BANK_TOPIC, openBankLineStore, type BankLineStore } from './bank-lines/store.ts';
import { CHARGES_TOPIC } from './charges/consumer.ts';
import { INVOICE_BLOCK_TOPIC, openSeriesStore, type SeriesStore } from './invoices/store.ts';
import { KEEPER_TOPIC, openKeeperStore, type KeeperStore } from './keepers/store.ts';
import { TOPICS } from './ledger/events.ts';
import { openRouteStore, ROUTE_TOPIC, type RouteStore } from './routes/store.ts';
import { DEVICE_TOPIC, openDeviceStore, type DeviceStore } from './roving/devices/store.ts';
import { DEVICE_RECORD_TOPIC, openRecordStore, type RecordStore } from './roving/records/store.ts';
import { openShiftStore, SHIFT_TOPIC, type ShiftStore } from './shifts/store.ts';

export interface Stores {
  readonly shifts: ShiftStore;
  readonly bank: BankLineStore;
  readonly keepers: KeeperStore;
  readonly series: SeriesStore;
  readonly routes: RouteStore;
  readonly devices: DeviceStore;
  readonly records: RecordStore;
}

/** What this service writes, and the charges that it reads. */
export const ALL_TOPICS = [...TOPICS, SHIFT_TOPIC, BANK_TOPIC, KEEPER_TOPIC, INVOICE_BLOCK_TOPIC, ROUTE_TOPIC, DEVICE_TOPIC, DEVICE_RECORD_TOPIC, CHARGES_TOPIC];

export async function openStores(commits: CommitLog): Promise<Stores> {
  return {
    shifts: await openShiftStore(commits), bank: await openBankLineStore(commits), keepers: await openKeeperStore(commits), series: await openSeriesStore(commits),
    routes: await openRouteStore(commits), devices: await openDeviceStore(commits), records: await openRecordStore(commits),
  };
}
