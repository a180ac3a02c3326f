import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeRecords } from './encoded-batch.ts';
import type { HeaderValue } from './event.ts';
import { installFastRecords, readRecord } from './fast-records.ts';

const require = createRequire(import.meta.url);
interface Decoder { offset: number; readVarInt(): number }
interface Decoded { readonly headers: Record<string, HeaderValue>; readonly key: Buffer | null; readonly value: Buffer | null }
type Decode = (decoder: Decoder, context: object) => Decoded;
const DecoderClass = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => Decoder;
const slow = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as Decode;
const fast = readRecord as unknown as Decode;

const decode = (how: Decode, bytes: Buffer, context: object = { firstOffset: '0', firstTimestamp: '0' }): object => {
  const decoder = new DecoderClass(bytes);
  decoder.readVarInt();
  const decoded = how(decoder, context);
  const headers = Object.fromEntries(Object.entries(decoded.headers).map(([name, value]) => [name, String(value)]));
  return { ...decoded, headers, end: decoder.offset };
};

const anyHeaders = fc.dictionary(
  fc.oneof(fc.constantFrom('ce_id', 'ce_type', 'ce_time', 'ce_source', 'ce_subject', 'ce_sequence', 'traceparent'), 
    // kafkajs itself takes a header named like a property of every object (toString) for one that it has seen.
    fc.string({ minLength: 1, unit: 'binary', maxLength: 80 }).filter((name) => !(name in Object.prototype))),
  fc.oneof(fc.constantFrom('same', 'again', ''), fc.string({ unit: 'binary' })), { noNullPrototype: true });

const record = fc.record({ key: fc.option(fc.string()), value: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))), headers: anyHeaders.map(({ ['__proto__']: _, ...own }) => own) });
const whole = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.constantFrom(0n, 1n, 2n ** 53n - 1n, 2n ** 53n)).map(String);
const context = fc.record({ firstOffset: whole, firstTimestamp: whole, maxTimestamp: whole, timestampType: fc.constantFrom(0, 1), magicByte: fc.constant(2), isControlBatch: fc.boolean() });

test('records come out as kafkajs\' own decoder gives them', () => {
  fc.assert(fc.property(record, context, (made, of) => {
    const bytes = encodeRecords([made], 100_000);
    assert.deepEqual(decode(fast, bytes, of), decode(slow, bytes, of));
  }));
});

test('a time of any length is read whole', () => {
  const timeOf = (delta: bigint, firstTimestamp: string): string[] => {
    const bytes: number[] = [2, 0];
    let zigzag = BigInt.asUintN(64, (delta << 1n) ^ (delta >> 63n));
    for (; zigzag > 0x7fn; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80);
    bytes.push(Number(zigzag), 0, 1, 1, 0);
    return [slow, fast].map((how) => (decode(how, Buffer.from(bytes), { firstOffset: '7', firstTimestamp }) as { timestamp: string }).timestamp);
  };
  fc.assert(fc.property(fc.oneof(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.bigInt({ min: -(2n ** 16n), max: 2n ** 16n })), whole, (delta, first) => {
    const [theirs, ours] = timeOf(delta, first);
    assert.equal(ours, theirs);
  }));
});

test('a header may be named like a property of every object', () => {
  for (const name of ['toString', '__proto__']) {
    const { headers } = decode(fast, encodeRecords([{ key: null, value: null, headers: JSON.parse(`{"${name}":"x"}`) as Record<string, string> }], 100)) as Decoded;
    assert.deepEqual(Object.entries(headers), [[name, 'x']]);
  }
});

test('kafkajs decodes batches by it', () => {
  installFastRecords();
  assert.equal(require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js'), readRecord);
});
