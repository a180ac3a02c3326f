import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c, installFastRequests } from './fast-requests.ts';

const require = createRequire(import.meta.url);
const CHECKSUM = 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
interface Encoder { readonly buffer: Buffer; writeBuffer(bytes: Buffer): Encoder }
const slowChecksum = require(CHECKSUM) as (bytes: Uint8Array) => number;
const EncoderClass = require('kafkajs/src/protocol/encoder.js') as new () => Encoder;

test('the checksum is the one that kafkajs itself reckons', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283); // the polynomial's published check value
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => assert.equal(crc32c(bytes), slowChecksum(bytes))));
});

test('kafkajs takes it, and writes what it always has, however much that is', () => {
  const written = (parts: readonly Buffer[]) => parts.reduce((encoder, part) => encoder.writeBuffer(part), new EncoderClass()).buffer;
  const parts = fc.array(fc.uint8Array({ maxLength: 2_000, size: 'max' }).map((bytes) => Buffer.from(bytes)), { maxLength: 20 });
  installFastRequests();
  assert.equal(require(CHECKSUM), crc32c);
  fc.assert(fc.property(parts, (given) => assert.deepEqual(written(given), Buffer.concat(given))));
});
