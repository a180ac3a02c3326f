import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeRecords } from './encoded-batch.ts';
import type { HeaderValue } from './event.ts';
import { installFastHeaders } from './fast-headers.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => { readVarInt(): number };
const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as (decoder: object, context: object) => { headers: Record<string, HeaderValue> };

const decode = (bytes: Buffer): Record<string, string> => {
  const decoder = new Decoder(bytes);
  decoder.readVarInt();
  const { headers } = decodeRecord(decoder, { firstOffset: '0', firstTimestamp: '0' });
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
};

const anyHeaders = fc.dictionary(
  fc.oneof(fc.constantFrom('ce_id', 'ce_type', 'ce_time', 'ce_source', 'ce_subject', 'ce_sequence', 'traceparent'), 
    // kafkajs itself takes a header named like a property of every object (toString) for one that it has seen.
    fc.string({ minLength: 1, unit: 'binary', maxLength: 80 }).filter((name) => !(name in Object.prototype))),
  fc.oneof(fc.constantFrom('same', 'again', ''), fc.string({ unit: 'binary' })), { noNullPrototype: true });

test('headers come out as kafkajs\' own decoder gives them', () => {
  fc.assert(fc.property(fc.array(anyHeaders, { minLength: 1, maxLength: 5 }), (all) => {
    for (const headers of all) {
      const { ['__proto__']: _, ...own } = headers;
      assert.deepEqual(decode(encodeRecords([{ key: 'k', value: Buffer.from('v'), headers: own }], 100_000)), own);
    }
  }));
  const before = fc.sample(anyHeaders, 50).map(({ ['__proto__']: _, ...own }) => encodeRecords([{ key: null, value: null, headers: own }], 100_000));
  const slow = before.map(decode);
  installFastHeaders();
  assert.deepEqual(before.map(decode), slow);
});
