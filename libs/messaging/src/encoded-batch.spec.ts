import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { EncodedBatch, encodeRecords } from './encoded-batch.ts';
import { encodeEvent, type OutRecord } from './event.ts';

const require = createRequire(import.meta.url);
interface Encoder { readonly buffer: Buffer }
const kafkajsRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => Encoder;
const kafkajsRequest = require('kafkajs/src/protocol/requests/produce/v7/request.js') as (request: object) => { encode(): Promise<Encoder> };

const counted = (records: readonly OutRecord[]): number =>
  records.reduce((sum, { key, value, headers }) => sum + 64 + (key?.length ?? 0) + (value?.length ?? 0) + Object.entries(headers).reduce((n, [k, v]) => n + k.length + v.length + 2, 0), 0);

const anyRecord: fc.Arbitrary<OutRecord> = fc.record({
  key: fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.uint8Array().map((bytes) => Buffer.from(bytes)))),
  value: fc.option(fc.uint8Array({ maxLength: 20_000, size: 'max' }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(
    fc.oneof(fc.constantFrom('ce_type', 'ce_time', 'ce_id'), fc.string({ minLength: 1, unit: 'binary', maxLength: 80 })),
    fc.oneof(fc.constantFrom('same', 'again'), fc.string({ unit: 'binary', maxLength: 100 }), fc.uint8Array().map((bytes) => Buffer.from(bytes))),
    { noNullPrototype: true }),
});

test('records are encoded to the bytes that kafkajs itself would send', () => {
  fc.assert(fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), (records) => {
    const expected = records.map(({ key, value, headers }, offsetDelta) => kafkajsRecord({ key, value, headers, offsetDelta, timestampDelta: 0 }).buffer);
    assert.deepEqual(encodeRecords(records, counted(records)), Buffer.concat(expected));
  }), { numRuns: process.env['SOAK'] ? 2_000 : 100 });
});

test('kafkajs makes the same produce request of an encoded batch as of plain messages, also the second time', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  const records = Array.from({ length: 700 }, (_, i) => encodeEvent({
    topic: 't', id: `a:${i}`, source: '/youdian/a', type: 'youdian.a.v1.B', subject: `户号${i}`, sequence: BigInt(i + 1), time: new Date(), data: Buffer.from('{}'),
  }));
  const request = async (messages: readonly object[]): Promise<Buffer> => (await kafkajsRequest({
    acks: -1, timeout: 1_000, producerId: 7, producerEpoch: 0, topicData: [{ topic: 't', partitions: [{ partition: 3, firstSequence: 40, messages }] }],
  }).encode()).buffer;
  const batch = EncodedBatch.ofRecords(3, records, counted(records));
  const grouped = (batch.reduce as unknown as () => Record<number, EncodedBatch>).call(batch);
  const expected = await request(records);
  assert.deepEqual(await request(grouped[3]!), expected);
  assert.deepEqual(await request(grouped[3]!), expected);
});
