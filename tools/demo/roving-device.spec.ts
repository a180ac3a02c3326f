import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RovingDevice } from './roving-device.ts';

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/how-to/roving-device.vectors.json'), 'utf8'));

test('the device signs the bytes that the how-to gives', () => {
  const { deviceId, collectorId, publicKey, proof } = vectors.enrolment;
  const device = new RovingDevice(deviceId, collectorId, Buffer.from(vectors.privateKey, 'hex'));
  assert.deepEqual(device.enrolment, { deviceId, collectorId, publicKey, proof });
  for (const { record, signature } of vectors.records) {
    const { deviceId: _, ...signed } = { ...record, signature };
    assert.deepEqual(device.take({ ...record, amountFen: BigInt(record.amountFen), takenAt: new Date(record.takenAt) }), signed);
  }
  assert.equal(device.records.length, vectors.records.length);
});
