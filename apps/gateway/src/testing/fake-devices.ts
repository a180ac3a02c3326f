import { RovingServiceService, type Device, type DeviceRecord } from '@youdian/contracts-billing/roving';
import { implement } from '@youdian/service-host';
import { does, refusal, tells } from './fake-methods.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');

const aDevice: Device = {
  deviceId: 'POS-07', collectorId: 'C01', teamId: 'T1', publicKey: 'ab'.repeat(32), status: 'DEVICE_STATUS_REVOKED', replaces: '', enrolledBy: 'manager:M01', enrolledAt: AT,
  cause: 'REVOCATION_CAUSE_LOST', revokedBy: 'manager:M01', revokedAt: AT, reason: '在王家村遗失', through: 2, highest: 4, syncedAt: AT, open: { waiting: 0, held: 1, refused: 0, forked: 0, unchained: 0, more: false },
};
const why = { code: 'DEVICE_REVOKED', zh: '终端已注销。', en: 'The device is revoked.' };
const aRecord: DeviceRecord = {
  deviceId: 'POS-07', sequence: 4, kind: 'DEVICE_RECORD_KIND_RECEIPT', status: 'DEVICE_RECORD_STATUS_HELD', invoiceNo: 'A1-00000007', accountNo: '4101000001', amountFen: 5_000n, takenAt: AT, collectorId: 'C01',
  shiftId: '', voids: 0, hash: 'ab'.repeat(32), previous: 'cd'.repeat(32), postingId: '', ...why, receivedFrom: 'cashier:C01', receivedAt: AT, decidedBy: '', reason: '', forked: false, unchained: false,
};

/** What there is; a test may put other devices and records in. */
export const field: { devices: Device[]; records: DeviceRecord[] } = { devices: [aDevice], records: [aRecord] };

function deviceOf(deviceId: string): Device {
  const found = field.devices.find((device) => device.deviceId === deviceId);
  if (!found) throw refusal('unknown', 'DEVICE_UNKNOWN', 'deviceId');
  return found;
}

const missing = [{ from: 3, to: 3 }];
export const fakeDevices = implement(RovingServiceService, {
  enrolDevice: does('enrolDevice', ({ proof, ...facts }) => {
    if (proof.startsWith('00')) throw refusal('invalid', 'PROOF_INVALID', 'proof');
    const device: Device = { ...aDevice, ...facts, status: 'DEVICE_STATUS_ACTIVE', cause: 'REVOCATION_CAUSE_UNSPECIFIED', revokedBy: '', revokedAt: undefined, reason: '', through: 0, highest: 0, syncedAt: undefined };
    field.devices.push(device);
    return { device };
  }),
  revokeDevice: does('revokeDevice', ({ deviceId, cause, reason }) => {
    const device: Device = { ...deviceOf(deviceId), status: 'DEVICE_STATUS_REVOKED', cause, reason, revokedBy: 'manager:M01', revokedAt: AT };
    field.devices = field.devices.map((one) => (one.deviceId === deviceId ? device : one));
    return { device };
  }),
  getDevice: tells('getDevice', ({ deviceId }) => ({ device: deviceOf(deviceId), missing, shiftId: 'C01.2026-11-24.1', inShift: { receiptCount: 3, receiptFen: 60_000n, voidCount: 0, voidFen: 0n } })),
  listDevices: tells('listDevices', () => ({ devices: field.devices, nextPageToken: '' })),
  syncDevice: does('syncDevice', ({ records }) => ({
    answers: records.map(({ sequence }) => ({ sequence, status: 'DEVICE_RECORD_STATUS_HELD' as const, duplicate: false, kept: true, postingId: '', ...why })), through: 2, highest: 4, missing,
  })),
  listDeviceRecords: tells('listDeviceRecords', ({ fromSequence }) => ({ records: field.records.filter(({ sequence }) => sequence >= fromSequence), nextFromSequence: fromSequence === 0 ? 5 : 0 })),
  decideDeviceRecord: does('decideDeviceRecord', ({ approve, reason }) => ({
    record: approve ? { ...aRecord, status: 'DEVICE_RECORD_STATUS_POSTED' as const, postingId: '01-1', code: '', zh: '', en: '', decidedBy: 'manager:M02', reason } : { ...aRecord, status: 'DEVICE_RECORD_STATUS_REFUSED' as const, decidedBy: 'manager:M02', reason },
  })),
});
