/** What the close of a shift has to know of what its devices signed. */
import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import type { OfflineReceipt, Signed } from '../reconciliation/lines.ts';
import type { Beside } from '../shifts/shift-day.ts';
import type { Shift } from '../shifts/state.ts';
import type { DeviceStore } from './devices/store.ts';
import { progressFrom, sequencesAbove } from './progress.ts';
import { isTakenBack } from './records/decide.ts';
import type { Recorded } from './records/state.ts';
import { findRecords, recordIdOf, type RecordStore } from './records/store.ts';

export interface RovingStores {
  readonly devices: DeviceStore;
  readonly records: RecordStore;
}

/** Of the shift that a record is for, whatever became of it. */
export async function signedIn({ devices, records }: RovingStores, { shiftId, declared }: Pick<Shift, 'shiftId' | 'declared'>): Promise<Pick<Beside, 'offlineReceipts' | 'devices'>> {
  const shownBy = declared?.devices ?? [];
  // First, for what is found afterwards may not have come this far: a shift may be closed a moment after its devices came in, and with Kafka away.
  const late = await lateOf(records, shownBy.map(({ deviceId }) => deviceId));
  const found = await findWith(late, records, { 'state.shiftId': shiftId });
  const shown = shownBy.map(async ({ deviceId, highestSequence, signed }) => {
    const through = (await devices.read(deviceId))?.state?.through ?? 0;
    const justCome = [...late.values()].filter((record) => record.deviceId === deviceId && record.sequence > through).map(({ sequence }) => sequence);
    const come = [...new Set([...justCome, ...(await sequencesAbove(records, deviceId, through))])].filter((sequence) => sequence <= highestSequence);
    const own = found.filter((record) => record.deviceId === deviceId);
    const within = own.filter(({ sequence }) => sequence <= highestSequence);
    return {
      // As if the one after the last had come: up to there nothing may be missing.
      deviceId, highestSequence, missing: progressFrom(through, [...come, highestSequence + 1]).missing, missingCount: Math.max(0, highestSequence - through) - come.length,
      declared: signed, came: signedTotals(within), cameUnder: new Set(within.map(({ invoiceNo }) => invoiceNo)),
      beyond: own.reduce((most, record) => (record.sequence > highestSequence && isOfTheOpenShift(record) ? Math.max(most, record.sequence) : most), 0),
      forked: within.filter(({ forks }) => forks.length > 0).map(({ sequence }) => sequence),
    };
  });
  return { offlineReceipts: offlineReceiptsOf(found), devices: await Promise.all(shown) };
}

/** By their ids, records of the devices that may not be found yet as they are. */
async function lateOf(records: RecordStore, deviceIds: readonly string[]): Promise<Map<string, Recorded>> {
  const late = (await Promise.all(deviceIds.map((deviceId) => records.unsettled(recordIdOf(deviceId, ''))))).flat();
  return new Map(late.map(({ id, state }) => [id, state!]));
}

/** What of a device's records has come for a shift, what came a moment ago included. */
export async function cameIn(records: RecordStore, deviceId: string, shiftId: string): Promise<Signed> {
  return signedTotals(await findWith(await lateOf(records, [deviceId]), records, { 'state.shiftId': shiftId, 'state.deviceId': deviceId }));
}

/** Those of a shift that can be found, each as late as it may be, and those of them that cannot be found yet. */
async function findWith(late: ReadonlyMap<string, Recorded>, records: RecordStore, filter: { readonly 'state.shiftId': string; readonly 'state.deviceId'?: string }): Promise<Recorded[]> {
  const listed = (await Array.fromAsync(findRecords(records, filter))).flat();
  return [...listed.filter(({ deviceId, sequence }) => !late.has(recordIdOf(deviceId, sequence))), ...[...late.values()].filter(({ shiftId }) => shiftId === filter['state.shiftId'])];
}

/** Number and sum, whatever became of them. */
export function signedTotals(records: readonly Recorded[]): Signed {
  const [receipts, voids] = [records.filter(isReceipt), records.filter((record) => !isReceipt(record))];
  const sumOf = (some: readonly Recorded[]) => some.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n);
  return { receiptCount: receipts.length, receiptFen: sumOf(receipts), voidCount: voids.length, voidFen: sumOf(voids) };
}

/** What comes after the close is posted by somebody's decision only. */
function isOfTheOpenShift({ status, decidedBy }: Recorded): boolean {
  return status === 'DEVICE_RECORD_STATUS_POSTED' && decidedBy === '';
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
