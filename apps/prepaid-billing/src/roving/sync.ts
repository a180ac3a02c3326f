import type { KeyObject } from 'node:crypto';
import type { RecordAnswer, SignedRecord, SyncDeviceRequest, SyncDeviceResponse } from '@youdian/contracts-billing/roving';
import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import { CLOCKWORK } from '../shards/rolling.ts';
import { shiftOf, type ShiftStore } from '../shifts/store.ts';
import type { Device } from './devices/state.ts';
import { readOwnDevice } from './devices/store.ts';
import { noteProgress, readProgress } from './progress.ts';
import { canonicalRecord, hashOf, isWritable } from './record.ts';
import { isDoubted, isKept, isUnchained, isVouchedFor, receiveRecord, unchain, vouchForRecord } from './records/decide.ts';
import { recordIdOf, type RecordStore } from './records/store.ts';
import * as rejections from './rejections.ts';
import { settle, type RovingParts, type Settled } from './settle.ts';
import { isSignedBy, publicKeyOf } from './signature.ts';

const RECORDS_MAX = 500;

/** Each record by itself: what is wrong with one holds up no other. */
export function syncDevice(parts: RovingParts, clock: Clock) {
  return async ({ deviceId, records: sent }: SyncDeviceRequest, { actor }: Call): Promise<SyncDeviceResponse> => {
    const device = await readOwnDevice(parts.devices, deviceId, actor);
    if (sent.length > RECORDS_MAX) throw new Rejected(rejections.tooManyRecords(RECORDS_MAX));
    const key = publicKeyOf(device.publicKey)!;
    const shiftIdOf = shiftIds(parts.shifts, device, clock());
    const read = await Promise.all(sent.map(async (record) => readSigned(record, device, key, { receivedFrom: actor.name, receivedAt: clock(), shiftIdOf })));
    const come = await receiveAll(parts.records, device, read.filter((one) => !isRejection(one)), actor.name);
    await unchainAround(parts.records, deviceId, Array.from(come.keys(), ({ sequence }) => sequence));
    const settled = await settleAll(parts, come.keys(), actor.name);
    const progress = await readProgress(parts.records, device, settled.map(({ record }) => record.sequence));
    await noteProgress(parts.devices, device, progress);
    const bySequence = new Map(settled.map((one) => [one.record.sequence, one]));
    const answers = read.map((one, at) => (isRejection(one) ? refused(sent[at]!.sequence, one, false) : answerTo(one, come.get(one)!, bySequence.get(one.sequence)!)));
    return { ...progress, answers };
  };
}

interface Arrival extends Pick<DeviceRecordReceived, 'receivedFrom' | 'receivedAt'> {
  shiftIdOf(signed: string): Promise<string>;
}

/** What a device has signed, or why nothing that it signed can be seen in it. */
async function readSigned({ signature, takenAt = new Date(NaN), ...rest }: SignedRecord, { deviceId }: Device, key: KeyObject, { shiftIdOf, ...arrival }: Arrival): Promise<DeviceRecordReceived | Rejection> {
  const facts = { ...rest, takenAt, deviceId };
  if (!isWritable(facts)) return rejections.recordInvalid;
  const bytes = canonicalRecord(facts);
  if (!(await isSignedBy(key, bytes, signature))) return rejections.signatureInvalid;
  return { ...facts, ...arrival, hash: hashOf(bytes), signature, signedShiftId: facts.shiftId, shiftId: await shiftIdOf(facts.shiftId) };
}

/** The shift that a record is for: that which it names, if it is the collector's; where it names none, the one in which its collector takes money now. */
function shiftIds(shifts: ShiftStore, { collectorId }: Device, now: Date): (signed: string) => Promise<string> {
  const found = new Map<string, Promise<string>>();
  const find = async (signed: string) => (signed === '' ? shiftOf(shifts, collectorId, now) : (await isCollectors(shifts, signed, collectorId)) ? signed : '');
  return (signed) => found.get(signed) ?? found.set(signed, find(signed)).get(signed)!;
}

async function isCollectors(shifts: ShiftStore, shiftId: string, collectorId: string): Promise<boolean> {
  return shiftId.startsWith(`${collectorId}.`) && !shiftId.includes(':') && (await shifts.read(shiftId))?.state?.collectorId === collectorId;
}

/** How a record came: for the first time, again, or as more than is kept under its sequence. */
type Coming = 'new' | 'again' | Rejection;

/** Durably, before anything is posted. Those of a revoked device one after the other, for one vouches for another. */
async function receiveAll(store: RecordStore, device: Device, records: readonly DeviceRecordReceived[], actor: string): Promise<Map<DeviceRecordReceived, Coming>> {
  const come = new Map<DeviceRecordReceived, Coming>();
  const take = async (record: DeviceRecordReceived) => void come.set(record, await receive(store, device, record, actor));
  if (device.status === 'DEVICE_STATUS_ACTIVE') await Promise.all(records.map(take));
  else for (const record of records) {
    await take(record);
    await vouchBelow(store, record.deviceId, record.sequence);
  }
  return come;
}

async function receive(store: RecordStore, { status }: Device, record: DeviceRecordReceived, actor: string): Promise<Coming> {
  const { deviceId, sequence, hash } = record;
  const id = recordIdOf(deviceId, sequence);
  const here = (await store.read(id))?.state;
  if (here && isKept(here, hash)) return 'again';
  const isTrusted = status === 'DEVICE_STATUS_ACTIVE' || isVouchedFor(hash, (await store.read(recordIdOf(deviceId, sequence + 1)))?.state);
  try {
    const { replayed } = await store.execute(id, { operation: 'ReceiveRecord', key: hash, actor, input: {} }, (state, at) => {
      const events = receiveRecord(state, record, isTrusted ? undefined : rejections.deviceRevoked, at);
      return isRejection(events) ? events : { events };
    });
    return replayed ? 'again' : 'new';
  } catch (error) {
    if (error instanceof Rejected && error.rejection.code === rejections.tooManyForks.code) return error.rejection;
    throw error;
  }
}

/** Notes where a record does not name the one before it, which may have come after it. */
async function unchainAround(store: RecordStore, deviceId: string, sequences: readonly number[]): Promise<void> {
  const around = new Set(sequences.flatMap((sequence) => [sequence - 1, sequence, sequence + 1]));
  const states = new Map(await Promise.all(Array.from(around, async (sequence) => [sequence, (await store.read(recordIdOf(deviceId, sequence)))?.state] as const)));
  for (const [sequence, newer] of states) {
    const older = states.get(sequence - 1);
    if (!older || !newer || !isUnchained(newer, older)) continue;
    await store.execute(recordIdOf(deviceId, sequence), { operation: 'UnchainRecord', key: 'unchained', actor: CLOCKWORK, input: {} }, (state, at) => ({ events: unchain(state!, older, at) }));
  }
}

/** A record that is not doubted vouches for the one that it names as the one before, and so on. */
export async function vouchBelow(store: RecordStore, deviceId: string, sequence: number): Promise<void> {
  let next = (await store.read(recordIdOf(deviceId, sequence)))?.state;
  for (let below = sequence - 1; next && !isDoubted(next); below--) {
    const id = recordIdOf(deviceId, below);
    const found = (await store.read(id))?.state;
    const { previous } = next;
    if (!found || vouchForRecord(found, previous, found.receivedAt!).length === 0) return;
    await store.execute(id, { operation: 'VouchForRecord', key: next.hash, actor: CLOCKWORK, input: {} }, (state, at) => ({ events: vouchForRecord(state!, previous, at) }));
    next = (await store.read(id))?.state;
  }
}

/** Those of one number in the order of their sequences, a receipt before its void; all else at once. */
async function settleAll(parts: RovingParts, records: Iterable<DeviceRecordReceived>, actor: string): Promise<Settled[]> {
  const byNumber = Map.groupBy([...records].sort((a, b) => a.sequence - b.sequence), ({ invoiceNo }) => invoiceNo);
  const settled = await Promise.all(Array.from(byNumber.values(), async (ofNumber) => {
    const inTurn: Settled[] = [];
    for (const { deviceId, sequence } of ofNumber) inTurn.push(await settle(parts, deviceId, sequence, actor));
    return inTurn;
  }));
  return settled.flat();
}

function answerTo({ sequence, hash }: DeviceRecordReceived, coming: Coming, { record, waits }: Settled): RecordAnswer {
  if (isRejection(coming)) return refused(sequence, coming, false);
  const duplicate = coming === 'again';
  if (record.hash !== hash) return { ...refused(sequence, rejections.recordForked, true), duplicate };
  const { status, postingId } = record;
  const { code, zh, en } = waits ?? record;
  return { sequence, status, duplicate, postingId, code, zh, en, kept: true };
}

function refused(sequence: number, { code, zh, en }: Rejection, kept: boolean): RecordAnswer {
  return { sequence, status: 'DEVICE_RECORD_STATUS_REFUSED', duplicate: false, postingId: '', code, zh, en, kept };
}
