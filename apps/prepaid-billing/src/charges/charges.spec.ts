import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charge } from '@youdian/contracts-billing/events';
import { Poison } from '@youdian/messaging';
import { checkCharge, refusalOf } from './check.ts';
import { decodeSent } from './decode.ts';

const CHARGE = { chargeId: 'CH1', accountNo: '0000000001', amountFen: '1200', period: '2026-02', dueOn: '2026-03-20' };
const decodeCharge = (sent: Parameters<typeof decodeSent>[0]) => {
  const decoded = decodeSent(sent);
  assert.ok('charge' in decoded);
  return decoded.charge;
};
const record = (json: unknown, headers = {}) => ({
  key: null, value: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)), headers, offset: '0', timestamp: '0',
});

test('a charge is read from its proto3 JSON', () => {
  assert.deepEqual(decodeSent(record(CHARGE, { ce_type: 'youdian.billing.v1.Charge' })), { charge: Charge.fromPartial({ ...CHARGE, amountFen: 1200n }) });
  assert.equal(decodeCharge(record(`{"chargeId":"CH1","amountFen":1200}`)).amountFen, 1200n);
});

test('what names no charge is poison', () => {
  const { chargeId: _, ...nameless } = CHARGE;
  for (const json of ['', '{', '[]', 'null', '"CH1"', nameless, { ...CHARGE, chargeId: 'a b' }, { ...CHARGE, chargeId: 'x'.repeat(65) }]) {
    assert.throws(() => decodeCharge(record(json)), Poison);
  }
  for (const amountFen of ['12.5', 12.5, 'a', '', 2 ** 60, '9'.repeat(30), true, {}]) assert.throws(() => decodeCharge(record({ ...CHARGE, amountFen })), Poison);
  assert.throws(() => decodeCharge(record(CHARGE, { ce_type: 'youdian.billing.v1.Refund' })), Poison);
  assert.throws(() => decodeCharge({ ...record(CHARGE), value: null }), Poison);
});

test('a charge that can never be taken is refused with the reason', () => {
  const check = (wrong: Partial<Charge>) => checkCharge({ ...Charge.fromJSON(CHARGE), ...wrong });
  assert.equal(check({}), undefined);
  assert.equal(check({ accountNo: '123' }), 'ACCOUNT_NO_INVALID');
  assert.equal(check({ amountFen: 0n }), 'AMOUNT_NOT_POSITIVE');
  assert.equal(check({ amountFen: -5n }), 'AMOUNT_NOT_POSITIVE');
  assert.equal(check({ amountFen: 10n ** 15n }), 'AMOUNT_TOO_LARGE');
  assert.equal(check({ period: '2026-13' }), 'PERIOD_INVALID');
  assert.equal(check({ dueOn: '2026-02-30' }), 'DUE_ON_INVALID');
});

test('a refusal does not repeat what is no account number', () => {
  assert.equal(refusalOf({ ...Charge.fromJSON(CHARGE), accountNo: '王某 13800000000' }, 'ACCOUNT_NO_INVALID').accountNo, '');
});

test('a batch has a manifest, and its charges their lines', () => {
  const manifest = (json: object) => decodeSent(record(json, { ce_type: 'youdian.billing.v1.ChargeBatchManifest' }));
  assert.deepEqual(manifest({ batchId: 'B1', count: 3, sumFen: '3600' }), { manifest: { batchId: 'B1', count: 3, sumFen: 3_600n } });
  for (const wrong of [{ batchId: '' }, { count: 0 }, { count: 10_000_001 }, { sumFen: '1.5' }]) {
    assert.throws(() => manifest({ batchId: 'B1', count: 3, sumFen: '3600', ...wrong }), Poison);
  }
  assert.equal(decodeCharge(record({ ...CHARGE, batchId: 'B1', line: 3 })).line, 3);
  for (const line of [0, -1, 10_000_001]) assert.throws(() => decodeSent(record({ ...CHARGE, batchId: 'B1', line })), Poison);
});
