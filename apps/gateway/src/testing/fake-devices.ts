import { RovingServiceService, type Device, type DeviceRecord } from '@youdian/contracts-billing/roving';
import { implement } from '@youdian/service-host';
import { does, tells } from './fake-methods.ts';

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

const missing = [{ from: 3, to: 3 }];
export const fakeDevices = implement(RovingServiceService, {
  enrolDevice: does('enrolDevice', () => ({ device: aDevice })),
  revokeDevice: does('revokeDevice', () => ({ device: aDevice })),
  getDevice: tells('getDevice', () => ({ device: aDevice, missing, shiftId: 'C01.2026-11-24.1', inShift: { receiptCount: 3, receiptFen: 60_000n, voidCount: 0, voidFen: 0n } })),
  listDevices: tells('listDevices', () => ({ devices: [aDevice], nextPageToken: '' })),
  syncDevice: does('syncDevice', ({ records }) => ({
    answers: records.map(({ sequence }) => ({ sequence, status: 'DEVICE_RECORD_STATUS_HELD' as const, duplicate: false, kept: true, postingId: '', ...why })), through: 2, highest: 4, missing,
  })),
  listDeviceRecords: tells('listDeviceRecords', () => ({ records: [aRecord], nextFromSequence: 5 })),
  decideDeviceRecord: does('decideDeviceRecord', () => ({ record: { ...aRecord, status: 'DEVICE_RECORD_STATUS_POSTED' as const, postingId: '01-1', code: '', zh: '', en: '', decidedBy: 'manager:M02', reason: '已核对' } })),
});
