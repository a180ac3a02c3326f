import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { account, by, NOON, number, openRovingDesk } from './testing/desk.ts';
import { FieldDevice } from './testing/field-device.ts';

const rejectedAs = (code: string, field: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code && error.rejection.field === field;
const ALL = { collectorId: '', teamId: '', pageSize: 0, pageToken: '' };

async function withThreeDevices() {
  const desk = await openRovingDesk();
  for (const [deviceId, collectorId, teamId] of [['D2', 'C01', 'T2'], ['D3', 'C02', 'T2']] as const) {
    const { enrolment } = new FieldDevice({ deviceId, collectorId, seed: Buffer.alloc(32, deviceId.charCodeAt(1)) });
    await desk.ask('enrolDevice', { ...enrolment, teamId, replaces: '' }, by('manager:M01', deviceId));
  }
  const listed = async (some: Partial<typeof ALL>, actor = 'manager:M01') => {
    const { devices, nextPageToken } = await desk.ask('listDevices', { ...ALL, ...some }, by(actor));
    return [...devices.map(({ deviceId }: any) => deviceId), nextPageToken].join(' ');
  };
  return { ...desk, listed };
}

test('devices are listed by collector, by team, or all, page by page', async () => {
  const { listed } = await withThreeDevices();
  assert.equal(await listed({}), 'D1 D2 D3 ');
  assert.equal(await listed({ collectorId: 'C01' }), 'D1 D2 ');
  assert.equal(await listed({ teamId: 'T2' }), 'D2 D3 ');
  assert.equal(await listed({ collectorId: 'C01', teamId: 'T2' }), 'D2 ');
  assert.equal(await listed({ pageSize: 2 }), 'D1 D2 D2');
  assert.equal(await listed({ pageSize: 2, pageToken: 'D2' }), 'D3 ');
});

test('a collector sees his or her own devices, and what they signed, only', async () => {
  const { ask, listed } = await withThreeDevices();
  assert.equal(await listed({ collectorId: 'C01' }, 'cashier:C01'), 'D1 D2 ');
  for (const collectorId of ['', 'C02']) await assert.rejects(listed({ collectorId }, 'cashier:C01'), rejectedAs('NOT_YOUR_DEVICE', 'collectorId'));
  for (const method of ['getDevice', 'listDeviceRecords']) {
    await ask(method, { deviceId: 'D3', openOnly: false, fromSequence: 0, pageSize: 0 }, by('cashier:C02'));
    await assert.rejects(ask(method, { deviceId: 'D3', openOnly: false, fromSequence: 0, pageSize: 0 }, by('cashier:C01')), rejectedAs('NOT_YOUR_DEVICE', 'deviceId'));
  }
});

test('a device tells when more came last, and what of it somebody has to look at', async () => {
  const { device, sync, ask } = await withThreeDevices();
  const seen = async () => (await ask('getDevice', { deviceId: 'D1' }, by('cashier:C01'))).device;
  const nothing = { waiting: 0, held: 0, refused: 0, forked: 0, unchained: 0, more: false };
  assert.deepEqual([(await seen()).syncedAt, (await seen()).open], [undefined, nothing]);
  device.receipt(number(1), account(1), 100n, NOON);
  const taken = device.receipt(number(2), '9000000001', 100n, NOON);
  device.void(device.receipt(number(3), account(3), 100n, NOON), NOON);
  const [first, , third, voiding] = device.records;
  await sync([first!, taken, voiding!]);
  assert.deepEqual([(await seen()).syncedAt, (await seen()).open], [NOON, { ...nothing, waiting: 1, refused: 1 }]);
  const restored = device.restored(0);
  restored.receipt(number(1), account(9), 500n, NOON);
  await sync([third!, ...restored.records]);
  assert.deepEqual((await seen()).open, { ...nothing, waiting: 1, refused: 1, forked: 1 });
  await ask('revokeDevice', { deviceId: 'D1', cause: 'REVOCATION_CAUSE_LOST', reason: '遗失' }, by('manager:M01', 'gone'));
  await sync([device.receipt(number(5), account(5), 100n, NOON)]);
  const { devices } = await ask('listDevices', { ...ALL, collectorId: 'C01' }, by('manager:M01'));
  assert.deepEqual(devices.map(({ open }: any) => open), [{ ...nothing, waiting: 1, held: 1, refused: 1, forked: 1 }, nothing]);
});

test('what has come for the shift in which its collector takes money, as the device counts it', async () => {
  const { device, sync, ask, close } = await withThreeDevices();
  const inShift = async () => {
    const { shiftId, inShift: totals } = await ask('getDevice', { deviceId: 'D1' }, by('cashier:C01'));
    return [shiftId, totals];
  };
  assert.deepEqual(await inShift(), ['', undefined]);
  const { shift } = await close('openShift', { outletId: 'HALL-1', teamId: 'T1', floatFen: 0n }, by('cashier:C01', 'open'));
  const used = new FieldDevice({ ...device.options, shiftId: shift.shiftId });
  used.receipt(number(1), account(1), 100n, NOON);
  used.void(used.receipt(number(2), account(2), 300n, NOON), NOON);
  await sync(used.records);
  assert.deepEqual(await inShift(), [shift.shiftId, used.shown.signed]);
});
