/** What the close of a shift has to know of what its devices signed. */
import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import type { OfflineReceipt } from '../reconciliation/lines.ts';
import type { Beside } from '../shifts/shift-day.ts';
import type { Shift } from '../shifts/state.ts';
import type { DeviceStore } from './devices/store.ts';
import { progressFrom, sequencesAbove } from './progress.ts';
import { isTakenBack } from './records/decide.ts';
import type { Recorded } from './records/state.ts';
import { findRecords, type RecordStore } from './records/store.ts';

export interface RovingStores {
  readonly devices: DeviceStore;
  readonly records: RecordStore;
}

/** Of the shift that a record is for, whatever became of it. */
export async function signedIn({ devices, records }: RovingStores, { shiftId, declared }: Pick<Shift, 'shiftId' | 'declared'>): Promise<Pick<Beside, 'offlineReceipts' | 'notBroughtIn'>> {
  const found = (await Array.fromAsync(findRecords(records, { 'state.shiftId': shiftId }))).flat();
  const notBroughtIn = (declared?.devices ?? []).map(async ({ deviceId, highestSequence }) => {
    const through = (await devices.read(deviceId))?.state?.through ?? 0;
    const come = await sequencesAbove(records, deviceId, through);
    // As if the one after the last had come: up to there nothing may be missing.
    return { deviceId, missing: progressFrom(through, [...come.filter((sequence) => sequence <= highestSequence), highestSequence + 1]).missing };
  });
  return { offlineReceipts: offlineReceiptsOf(found), notBroughtIn: await Promise.all(notBroughtIn) };
}

/** Receipts that were not taken back on the device, those in the ledger first; of a number that is in the ledger only that. */
export function offlineReceiptsOf(records: readonly Recorded[]): OfflineReceipt[] {
  const voids = new Set(records.filter(({ kind }) => kind === 'DEVICE_RECORD_KIND_VOID').map(({ deviceId, voids: sequence }) => `${deviceId}.${sequence}`));
  const stands = (record: Recorded) => isReceipt(record) && !isTakenBack(record) && !voids.has(`${record.deviceId}.${record.sequence}`);
  const posted = records.filter((record) => stands(record) && record.status === 'DEVICE_RECORD_STATUS_POSTED');
  const known = new Set(posted.map(({ invoiceNo }) => invoiceNo));
  const others = [...records.filter((record) => stands(record) && record.status !== 'DEVICE_RECORD_STATUS_POSTED'), ...records.flatMap(({ forks }) => forks.filter(isReceipt))];
  return [...posted, ...others.filter(({ invoiceNo }) => !known.has(invoiceNo))].map(({ deviceId, invoiceNo, accountNo, amountFen, takenAt }) => ({ deviceId, invoiceNo, accountNo, amountFen, takenAt: takenAt! }));
}

function isReceipt({ kind }: DeviceRecordReceived): boolean {
  return kind === 'DEVICE_RECORD_KIND_RECEIPT';
}
