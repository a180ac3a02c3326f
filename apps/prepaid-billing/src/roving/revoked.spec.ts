import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection, Rejected } from '@youdian/rejection';
import fc from 'fast-check';
import { enrolDevice, revokeDevice } from './devices/decide.ts';
import { evolve, type Device, type DeviceEvent } from './devices/state.ts';
import { account, by, NOON, number, openRovingDesk, outcomes, short, type RovingDesk } from './testing/desk.ts';
import { FieldDevice } from './testing/field-device.ts';

const rejectedAs = (code: string) => (error: unknown) => error instanceof Rejected && error.rejection.code === code;
const revoke = ({ ask }: RovingDesk, actor = 'manager:M01') => ask('revokeDevice', { deviceId: 'D1', cause: 'REVOCATION_CAUSE_LOST', reason: '在张村遗失' }, by(actor, 'revoke'));
const decide = ({ ask }: RovingDesk, sequence: number, actor: string, approve = true) => ask('decideDeviceRecord', { deviceId: 'D1', sequence, approve, reason: '已与纸质存根核对' }, by(actor, `${sequence} ${approve}`));
const statuses = async (desk: RovingDesk) => (await desk.all()).map(({ status, code }) => code || short(status));

/** Five receipts; of some it was heard before it was lost. */
async function lost(synced: readonly number[]): Promise<RovingDesk> {
  const desk = await openRovingDesk();
  for (const n of [1, 2, 3, 4, 5]) desk.device.receipt(number(n), account(n), 100n, NOON);
  await desk.sync(synced.map((sequence) => desk.device.records[sequence - 1]!));
  await revoke(desk);
  return desk;
}

test('what came before a device was lost stays, and comes again without effect', async () => {
  const desk = await lost([1, 2]);
  assert.deepEqual(outcomes(await desk.sync(desk.device.records.slice(0, 2))), ['POSTED again', 'POSTED again']);
  assert.equal((await desk.ledger()).cashFen, 200n);
});

test('what the chain below a known record fixes was signed before, and is taken once', async () => {
  const desk = await lost([4]);
  const [first, second, third] = desk.device.records;
  assert.deepEqual(outcomes(await desk.sync([third!, second!, first!])), ['POSTED', 'POSTED', 'POSTED']);
  assert.deepEqual(outcomes(await desk.sync([first!])), ['POSTED again']);
  assert.equal((await desk.ledger()).cashFen, 400n);
});

test('the rest of its block, returned before its records came, still takes what was signed', async () => {
  const desk = await lost([1]);
  await desk.returnRest();
  const [, ...others] = desk.device.records;
  await desk.sync(others);
  await decide(desk, 5, 'manager:M02');
  await desk.settleLeft();
  assert.deepEqual(await statuses(desk), ['POSTED', 'POSTED', 'POSTED', 'POSTED', 'POSTED']);
  assert.equal((await desk.ledger()).cashFen, 500n);
});

test('in whatever order they come, what is below the newest known record is taken, and what is above waits', async () => {
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray([1, 2, 3, 5], { minLength: 4 }), fc.integer({ min: 1, max: 4 }), async (order, size) => {
    const desk = await lost([4]);
    for (let from = 0; from < order.length; from += size) await desk.sync(order.slice(from, from + size).map((sequence) => desk.device.records[sequence - 1]!));
    await desk.settleLeft();
    assert.deepEqual(await statuses(desk), ['POSTED', 'POSTED', 'POSTED', 'POSTED', 'DEVICE_REVOKED']);
    assert.equal((await desk.ledger()).cashFen, 400n);
  }), { numRuns: 40 });
});

test('what nobody can date waits for a manager who neither took the money nor revoked the device; with the newest all below it is dated', async () => {
  const desk = await lost([1]);
  assert.deepEqual(outcomes(await desk.sync(desk.device.records)), ['POSTED again', ...Array.from([2, 3, 4, 5], () => 'DEVICE_REVOKED')]);
  assert.equal((await desk.ledger()).cashFen, 100n);
  await assert.rejects(decide(desk, 4, 'manager:M01'), rejectedAs('SECOND_PERSON_NEEDED'));
  await assert.rejects(decide(desk, 4, 'admin:M01'), rejectedAs('SECOND_PERSON_NEEDED'), 'the same person in another role');
  await assert.rejects(decide(desk, 4, 'manager:C01'), rejectedAs('SECOND_PERSON_NEEDED'));
  assert.equal((await decide(desk, 4, 'manager:M02')).record.status, 'DEVICE_RECORD_STATUS_POSTED');
  await desk.settleLeft();
  assert.deepEqual(await statuses(desk), ['POSTED', 'POSTED', 'POSTED', 'POSTED', 'DEVICE_REVOKED']);
  assert.equal((await desk.ledger()).cashFen, 400n);
});

test('one of which nobody knows the date does not date another', async () => {
  const desk = await lost([]);
  for (const record of desk.device.records.toReversed()) assert.deepEqual(outcomes(await desk.sync([record])), ['DEVICE_REVOKED']);
  await desk.settleLeft();
  assert.equal((await desk.ledger()).cashFen, 0n);
});

test('refused by a manager, it stays out, and so does what only it would vouch for', async () => {
  const desk = await lost([]);
  await desk.sync(desk.device.records.slice(3));
  assert.equal((await decide(desk, 5, 'manager:M02', false)).record.status, 'DEVICE_RECORD_STATUS_REFUSED');
  assert.deepEqual(outcomes(await desk.sync(desk.device.records.slice(3))), ['DEVICE_REVOKED again', 'DEVICE_REVOKED again']);
  assert.equal((await desk.ledger()).cashFen, 0n);
});

test('who found the device signs records with old dates: they hang on nothing that is known, and wait', async () => {
  const desk = await lost([5]);
  const thief = desk.device.restored(5);
  thief.receipt(number(6), account(9), 99_999n, new Date('2026-02-01T04:00:00Z'));
  const forged = new FieldDevice(desk.device.options, desk.device.records.slice(0, 2));
  forged.receipt(number(3), account(9), 88_888n, new Date('2026-02-01T04:00:00Z'));
  assert.deepEqual(outcomes(await desk.sync([thief.records[5]!, forged.records[2]!])), ['DEVICE_REVOKED', 'DEVICE_REVOKED']);
  assert.equal((await desk.ledger()).cashFen, 100n);
});

test('a record that somebody forged under a sequence gives way to the one that the chain shows to be older', async () => {
  for (const [known, order] of [[[4], ['forged', 3]], [[5], ['forged', 4, 3]], [[5], ['forged', 3, 4]]] as const) {
    const desk = await lost(known);
    const forged = new FieldDevice(desk.device.options, desk.device.records.slice(0, 2)).receipt(number(6), account(9), 88_888n, NOON);
    for (const one of order) await desk.sync([one === 'forged' ? forged : desk.device.records[one - 1]!]);
    assert.deepEqual(outcomes(await desk.sync([desk.device.records[2]!, forged])), ['POSTED again', 'RECORD_FORKED again'], `${order}`);
    const posted = desk.shards.posted.filter(({ topUp }) => topUp);
    assert.ok(posted.every(({ topUp }) => topUp!.amountFen === 100n));
  }
});

const AT = NOON;
const facts = { deviceId: 'D2', collectorId: 'C01', teamId: 'T1', publicKey: '00'.repeat(32), replaces: '', actor: 'manager:M01' };
const after = (events: unknown, device?: Device): Device => (events as DeviceEvent[]).reduce<Device | undefined>(evolve, device)!;
const codeOf = (outcome: unknown) => (isRejection(outcome) ? outcome.code : undefined);
const revoked = (device: Device) => after(revokeDevice(device, { cause: 'REVOCATION_CAUSE_BROKEN', reason: '摔坏', actor: 'manager:M01' }, AT), device);

test('a device id is one device’s for ever, and revoked once and for good', () => {
  const device = after(enrolDevice(undefined, facts, undefined, AT));
  assert.equal(codeOf(enrolDevice(device, facts, undefined, AT)), 'DEVICE_EXISTS');
  assert.equal(codeOf(enrolDevice(revoked(device), facts, undefined, AT)), 'DEVICE_EXISTS');
  assert.equal(codeOf(revokeDevice(revoked(device), { cause: 'REVOCATION_CAUSE_LOST', reason: '丢', actor: 'manager:M02' }, AT)), 'DEVICE_REVOKED_ALREADY');
  assert.equal(codeOf(revokeDevice(device, { cause: 'REVOCATION_CAUSE_UNSPECIFIED', reason: '丢', actor: 'manager:M02' }, AT)), 'CAUSE_MISSING');
  assert.equal(codeOf(revokeDevice(undefined, { cause: 'REVOCATION_CAUSE_LOST', reason: '丢', actor: 'manager:M02' }, AT)), 'DEVICE_UNKNOWN');
});

test('a device takes the place of a revoked one of the same collector', () => {
  const old = after(enrolDevice(undefined, { ...facts, deviceId: 'D1' }, undefined, AT));
  const replacing = { ...facts, replaces: 'D1' };
  assert.equal(codeOf(enrolDevice(undefined, replacing, old, AT)), 'NOTHING_TO_REPLACE', 'it may still sign');
  assert.equal(codeOf(enrolDevice(undefined, replacing, undefined, AT)), 'NOTHING_TO_REPLACE');
  assert.equal(codeOf(enrolDevice(undefined, { ...replacing, collectorId: 'C02' }, revoked(old), AT)), 'NOTHING_TO_REPLACE');
  assert.equal(after(enrolDevice(undefined, replacing, revoked(old), AT)).replaces, 'D1');
  for (const odd of ['', 'a b', 'x'.repeat(65)]) assert.equal(codeOf(enrolDevice(undefined, { ...facts, collectorId: odd }, undefined, AT)), 'HOLDER_INVALID');
});

test('a key that was copied wrong is not enrolled', async () => {
  const { ask, device } = await openRovingDesk();
  const enrol = (change: object) => ask('enrolDevice', { ...device.enrolment, deviceId: 'D2', teamId: '', replaces: '', ...change }, by('manager:M01'));
  await assert.rejects(enrol({}), rejectedAs('PROOF_INVALID'), 'a proof for another id');
  await assert.rejects(enrol({ publicKey: 'xyz' }), rejectedAs('PUBLIC_KEY_INVALID'));
  const other = new FieldDevice({ ...device.options, deviceId: 'D2' });
  await assert.rejects(enrol({ ...other.enrolment, collectorId: 'C02' }), rejectedAs('PROOF_INVALID'));
  assert.equal((await enrol(other.enrolment)).device.status, 'DEVICE_STATUS_ACTIVE');
});
