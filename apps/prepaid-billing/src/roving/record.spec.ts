import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeviceRecordKind } from '@youdian/contracts-billing/roving_events';
import { canonicalEnrolment, canonicalRecord, hashOf, isWritable, NO_PREVIOUS, type RecordFacts } from './record.ts';
import { isSignedBy, publicKeyOf } from './signature.ts';
import { FieldDevice } from './testing/field-device.ts';

/** What another language has to come to, too. */
const { privateKey, enrolment, records } = JSON.parse(readFileSync(new URL('../../../../docs/how-to/roving-device.vectors.json', import.meta.url), 'utf8')) as {
  privateKey: string;
  enrolment: { deviceId: string; collectorId: string; publicKey: string; proof: string; canonical: string };
  records: { record: Record<keyof RecordFacts, string>; canonical: string; hash: string; signature: string }[];
};

function factsOf({ sequence, kind, amountFen, takenAt, voids, ...texts }: Record<keyof RecordFacts, string>): RecordFacts {
  return { ...texts, sequence: Number(sequence), voids: Number(voids), kind: `DEVICE_RECORD_KIND_${kind}` as DeviceRecordKind, amountFen: BigInt(amountFen), takenAt: new Date(takenAt) };
}

test('the vectors of the how-to: bytes, hashes, signatures and chain', async () => {
  const device = new FieldDevice({ ...enrolment, seed: Buffer.from(privateKey, 'hex') });
  const { canonical: _, ...enrolled } = enrolment;
  assert.deepEqual(device.enrolment, enrolled);
  assert.equal(canonicalEnrolment(enrolment).toString('hex'), enrolment.canonical);
  const key = publicKeyOf(enrolment.publicKey)!;
  assert.equal(await isSignedBy(key, canonicalEnrolment(enrolment), enrolment.proof), true);
  let previous = NO_PREVIOUS;
  for (const { record, canonical, hash, signature } of records) {
    const bytes = canonicalRecord(factsOf(record));
    assert.deepEqual([bytes.toString('hex'), hashOf(bytes), record.previous], [canonical, hash, previous]);
    assert.equal(await isSignedBy(key, bytes, signature), true);
    previous = hash;
  }
  assert.deepEqual(records.map(({ record }) => record.kind), ['RECEIPT', 'VOID', 'RECEIPT']);
});

const text = fc.string({ unit: fc.constantFrom('0', '1', 'A', '-', '.'), maxLength: 4 });
const facts: fc.Arbitrary<RecordFacts> = fc.record({
  deviceId: text, sequence: fc.integer({ min: 1, max: 300 }), kind: fc.constantFrom<DeviceRecordKind>('DEVICE_RECORD_KIND_RECEIPT', 'DEVICE_RECORD_KIND_VOID'),
  previous: fc.constantFrom(NO_PREVIOUS, 'ab'.repeat(32)), invoiceNo: text, accountNo: text, amountFen: fc.bigInt({ min: 1n, max: 300n }),
  takenAt: fc.nat().map((ms) => new Date(ms)), collectorId: text, shiftId: text, voids: fc.nat({ max: 300 }),
});

test('two records that say something else have other bytes', () => {
  fc.assert(fc.property(facts, facts, (one, other) => {
    const isSame = JSON.stringify(one, plain) === JSON.stringify(other, plain);
    assert.equal(canonicalRecord(one).equals(canonicalRecord(other)), isSame);
  }));
  fc.assert(fc.property(facts, facts, fc.constantFrom<keyof RecordFacts>('deviceId', 'sequence', 'kind', 'previous', 'invoiceNo', 'accountNo', 'amountFen', 'takenAt', 'collectorId', 'shiftId', 'voids'), (one, other, field) => {
    const changed = { ...one, [field]: other[field] };
    assert.equal(canonicalRecord(one).equals(canonicalRecord(changed)), JSON.stringify(one, plain) === JSON.stringify(changed, plain), field);
  }));
});

const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

test('what has no bytes is told before anything is signed', () => {
  const good = factsOf(records[0]!.record);
  assert.equal(isWritable(good), true);
  const bad: Partial<RecordFacts>[] = [
    { sequence: 0 }, { sequence: -1 }, { voids: -1 }, { kind: 'DEVICE_RECORD_KIND_UNSPECIFIED' }, { previous: 'AB'.repeat(32) }, { amountFen: 0n }, { amountFen: 2n ** 63n },
    { takenAt: new Date(NaN) }, { takenAt: new Date(-1) }, { accountNo: '户' }, { invoiceNo: 'x'.repeat(97) }, { collectorId: 'a b' },
  ];
  for (const change of bad) assert.equal(isWritable({ ...good, ...change }), false, JSON.stringify(change, plain));
});

test('a signature holds for its bytes and its key only', async () => {
  const [{ canonical, signature }] = records as [(typeof records)[0]];
  const [key, bytes] = [publicKeyOf(enrolment.publicKey)!, Buffer.from(canonical, 'hex')];
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.equal(await isSignedBy(key, changed, signature), false);
  }
  assert.equal(await isSignedBy(publicKeyOf('11'.repeat(32))!, bytes, signature), false);
  for (const odd of ['', 'zz'.repeat(64), signature.toUpperCase(), `${signature}00`]) assert.equal(await isSignedBy(key, bytes, odd), false);
  for (const odd of ['', 'x'.repeat(64), '00'.repeat(31)]) assert.equal(publicKeyOf(odd), undefined);
});
