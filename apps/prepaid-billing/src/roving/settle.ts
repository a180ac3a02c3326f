/** Brings what devices signed into the ledger, each record once, whatever crashes in between. */
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { currentTraceparent } from '@youdian/telemetry';
import { isAccountNo } from '../accounts/account-no.ts';
import { claimNumber, postNumbered, refuseTopUp, spoiled, type Caller, type NumberedParts } from '../invoices/claim.ts';
import { heldBlock } from '../invoices/series.ts';
import { readSeries } from '../invoices/store.ts';
import { TAKEN_EARLIEST } from '../ledger/limits.ts';
import { accountNoInvalid, shiftClosed, takenAtInFuture } from '../ledger/rejections.ts';
import { postBy } from '../shards/post.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { REVERSE } from '../top-up/reverse.ts';
import { readDevice, type DeviceStore } from './devices/store.ts';
import { isTakenBack, settleRecord, takeBack, type Outcome } from './records/decide.ts';
import type { Recorded } from './records/state.ts';
import { recordIdOf, type RecordStore } from './records/store.ts';
import * as rejections from './rejections.ts';

export interface RovingParts extends NumberedParts {
  readonly devices: DeviceStore;
  readonly records: RecordStore;
  readonly shifts: ShiftStore;
}

export interface Settled {
  readonly record: Recorded;
  /** Why it is not over yet, though nobody has to decide on it. */
  readonly waits?: Rejection | undefined;
}

/** A record that was received, as what became of it says. `actor`: `role:id`, who the ledger says posted it. */
export async function settle(parts: RovingParts, deviceId: string, sequence: number, actor: string): Promise<Settled> {
  const { records } = parts;
  const id = recordIdOf(deviceId, sequence);
  const { state, version } = (await records.read(id))!;
  const record = state!;
  if (record.status !== 'DEVICE_RECORD_STATUS_RECEIVED') return { record };
  const outcome = await post(parts, record, { actor, traceparent: currentTraceparent() });
  if (isRejection(outcome)) return { record, waits: outcome };
  await records.execute(id, { operation: 'SettleRecord', key: `${version}|${outcome.status}`, actor: CLOCKWORK, input: {} }, (now, at) => ({ events: settleRecord(now!, outcome, at) }));
  return { record: (await records.read(id))!.state! };
}

/** A rejection: it has to be tried again later. */
async function post(parts: RovingParts, record: Recorded, caller: Caller): Promise<Outcome | Rejection> {
  const isReceipt = record.kind === 'DEVICE_RECORD_KIND_RECEIPT';
  try {
    const postingId = isReceipt ? await postReceipt(parts, record, caller) : await postVoid(parts, record, caller);
    return { status: 'DEVICE_RECORD_STATUS_POSTED', postingId };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const { rejection: why } = error;
    if (why.kind === 'unavailable' || why.code === takenAtInFuture.code) return why;
    // A correction of the closed shift may have its money already: people know.
    return { status: isReceipt && why.code === shiftClosed.code ? 'DEVICE_RECORD_STATUS_HELD' : 'DEVICE_RECORD_STATUS_REFUSED', why };
  }
}

async function postReceipt(parts: RovingParts, record: Recorded, caller: Caller): Promise<string> {
  const { deviceId, accountNo, amountFen, invoiceNo, collectorId, shiftId, signedShiftId, receivedAt } = record;
  if (collectorId !== (await readDevice(parts.devices, deviceId)).collectorId) throw new Rejected(rejections.otherCollector);
  if (signedShiftId !== '' && shiftId === '') throw new Rejected(rejections.otherShift);
  if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
  const topUp = {
    ...keyOf(record), accountNo, amountFen, invoiceNo, collectorId, channel: 'TOP_UP_CHANNEL_ROVING' as const, takenAt: credibleTime(record),
    shiftId: await shiftToPostIn(parts.shifts, record),
  };
  return (await postNumbered(parts, { topUp, holder: { collectorId, deviceId }, now: receivedAt! }, caller)).postingId;
}

/** What a device's clock says, where that can be. */
function credibleTime({ takenAt, receivedAt }: Recorded): Date {
  return takenAt! < TAKEN_EARLIEST || takenAt! > receivedAt! ? receivedAt! : takenAt!;
}

/** What somebody has approved after its shift was signed off belongs to no shift any more. */
async function shiftToPostIn(shifts: ShiftStore, { shiftId, decidedBy }: Recorded): Promise<string> {
  if (shiftId === '' || decidedBy === '') return shiftId;
  return (await shifts.read(shiftId))?.state?.status === 'SHIFT_STATUS_SIGNED_OFF' ? '' : shiftId;
}

async function postVoid(parts: RovingParts, record: Recorded, caller: Caller): Promise<string> {
  const { shards, directory, records } = parts;
  const { deviceId, voids, sequence, accountNo } = record;
  const receipt = (await records.read(recordIdOf(deviceId, voids)))?.state;
  if (voids >= sequence || (receipt && !isReceiptOf(record, receipt))) throw new Rejected(rejections.voidMismatch);
  if (receipt && isTakenBack(receipt)) return spoilNumber(parts, receipt, caller);
  const isRefused = receipt?.status === 'DEVICE_RECORD_STATUS_REFUSED';
  const postingId = isRefused ? await takeBackUnposted(parts, receipt, caller) : receipt?.postingId;
  if (isRefused && postingId === undefined) return spoilNumber(parts, receipt, caller);
  if (!postingId) throw new Rejected(rejections.receiptNotSynced);
  const command = { ...keyOf(record), accountNo, postingId, reason: REASON_OF_VOIDS };
  const shard = shards.of(accountNo);
  return (await postBy(() => shard.ask(REVERSE, { command, context: caller }), shard, directory, accountNo)).postingId;
}

const REASON_OF_VOIDS = '终端作废';

function isReceiptOf(voiding: Recorded, receipt: Recorded): boolean {
  const { kind, invoiceNo, accountNo, amountFen } = receipt;
  return kind === 'DEVICE_RECORD_KIND_RECEIPT' && invoiceNo === voiding.invoiceNo && accountNo === voiding.accountNo && amountFen === voiding.amountFen;
}

/** From here on the receipt is never posted, also if somebody approves it right now. Its posting, where it has one already. */
async function takeBackUnposted({ shards, records }: RovingParts, receipt: Recorded, caller: Caller): Promise<string | undefined> {
  const { deviceId, sequence, accountNo, invoiceNo } = receipt;
  const { key: topUpKey, inputHash: topUpHash } = keyOf(receipt);
  const posted = await refuseTopUp(shards, { accountNo, invoiceNo, topUpKey, topUpHash }, caller);
  if (posted) return posted.postingId;
  await records.execute(recordIdOf(deviceId, sequence), { operation: 'TakeBackRecord', key: 'taken back', actor: CLOCKWORK, input: {} }, (state, at) => ({ events: takeBack(state!, at) }));
  return undefined;
}

/** A void keeps its number, also where there was never a posting. */
async function spoilNumber({ shards, series }: RovingParts, { invoiceNo, collectorId, deviceId }: Recorded, caller: Caller): Promise<string> {
  const block = heldBlock(await readSeries(series, invoiceNo), invoiceNo, { collectorId, deviceId });
  try {
    if (!isRejection(block)) await claimNumber(shards, spoiled(block, invoiceNo, REASON_OF_VOIDS), caller);
  } catch (error) {
    if (!(error instanceof Rejected) || error.rejection.kind === 'unavailable') throw error;
    // Another receipt has it.
  }
  return '';
}

/** Its key in the ledger, and what a retry repeats. */
function keyOf({ deviceId, sequence, hash }: Recorded): { readonly key: string; readonly inputHash: Buffer } {
  return { key: `roving|${deviceId}|${sequence}`, inputHash: Buffer.from(hash, 'hex') };
}
