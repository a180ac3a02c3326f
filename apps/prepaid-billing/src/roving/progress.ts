/** How far a device's records have come, and what is missing. */
import { CLOCKWORK } from '../shards/rolling.ts';
import type { Device } from './devices/state.ts';
import type { DeviceStore } from './devices/store.ts';
import { findRecords, type RecordStore } from './records/store.ts';

const RUNS_MAX = 100;

/** Sequences, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export interface Progress {
  /** All up to here have come. */
  readonly through: number;
  readonly highest: number;
  /** What has not, up to the highest: the first runs of it. */
  readonly missing: Run[];
}

/** `beyond`: sequences above `through` that have come, in any order. */
export function progressFrom(through: number, beyond: Iterable<number>): Progress {
  const missing: Run[] = [];
  let highest = through;
  for (const sequence of [...new Set(beyond)].filter((one) => one > through).sort((a, b) => a - b)) {
    if (sequence > highest + 1) missing.push({ from: highest + 1, to: sequence - 1 });
    highest = sequence;
  }
  return { through: missing[0] ? missing[0].from - 1 : highest, highest, missing: missing.slice(0, RUNS_MAX) };
}

/** `justCome`: what may not be found yet. */
export async function readProgress(records: RecordStore, { deviceId, through }: Device, justCome: readonly number[] = []): Promise<Progress> {
  return progressFrom(through, [...justCome, ...(await sequencesAbove(records, deviceId, through))]);
}

/** Of which something has come. */
export async function sequencesAbove(records: RecordStore, deviceId: string, through: number): Promise<number[]> {
  const found = await Array.fromAsync(findRecords(records, { 'state.deviceId': deviceId, 'state.sequence': { $gt: through } }, 'state.sequence'));
  return found.flat().map(({ sequence }) => sequence);
}

/** So that the next time only what is above it has to be read. */
export async function noteProgress(devices: DeviceStore, device: Device, { through, highest }: Progress): Promise<void> {
  if (through === device.through && highest === device.highest) return;
  const { deviceId } = device;
  await devices.execute(deviceId, { operation: 'NoteProgress', key: `${through}|${highest}`, actor: CLOCKWORK, input: {} }, (_, at) =>
    ({ events: [{ type: 'DeviceSynced', data: { deviceId, through, highest, syncedAt: at } }] }));
}
