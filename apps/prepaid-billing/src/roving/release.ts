import type { DecideDeviceRecordRequest, DeviceRecord } from '@youdian/contracts-billing/roving';
import { isRejection, Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { checkReason } from '../accounts/account-command.ts';
import { PREPAID } from '../ledger/chart.ts';
import { isSettled } from '../shifts/corrections.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { readDevice } from './devices/store.ts';
import { messageOf } from './list.ts';
import { decideRecord } from './records/decide.ts';
import type { Recorded } from './records/state.ts';
import { recordIdOf } from './records/store.ts';
import * as rejections from './rejections.ts';
import { settle, type RovingParts } from './settle.ts';
import { vouchBelow } from './sync.ts';

/** Somebody lets a record into the ledger that is held or was refused, or keeps it out. Throws Rejected. */
export async function decideOnRecord(parts: RovingParts, { deviceId, sequence, approve, reason }: DecideDeviceRecordRequest, { actor, idempotencyKey }: Call): Promise<DeviceRecord> {
  const { devices, records, shifts } = parts;
  checkReason(reason);
  const { revokedBy } = await readDevice(devices, deviceId);
  const id = recordIdOf(deviceId, sequence);
  const record = (await records.read(id))?.state;
  if (approve && record && record.status !== 'DEVICE_RECORD_STATUS_POSTED') await refuseWhereCorrected(shifts, record);
  await records.execute(id, { operation: 'DecideRecord', key: idempotencyKey, actor: actor.name, input: { approve, reason } }, (state, at) => {
    const events = decideRecord(state, { approve, reason, actor, revokedBy }, at);
    return isRejection(events) ? events : { events };
  });
  await vouchBelow(records, deviceId, sequence);
  return messageOf((await settle(parts, deviceId, sequence, actor.name)).record);
}

/** What a closed shift lacks is put right in its close, and nowhere else as well. */
async function refuseWhereCorrected(shifts: ShiftStore, { shiftId, accountNo, amountFen }: Recorded): Promise<void> {
  const shift = shiftId === '' ? undefined : (await shifts.read(shiftId))?.state;
  if (shift?.status === 'SHIFT_STATUS_CLOSED') throw new Rejected(rejections.correctInShift);
  const isCorrected = shift?.corrections.some((correction) => isSettled(correction) && correction.entries.some((entry) => entry.account === PREPAID + accountNo && entry.amountFen === -amountFen));
  if (isCorrected) throw new Rejected(rejections.correctedAlready);
}
