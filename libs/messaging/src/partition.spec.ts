import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { murmur2, partitionOf } from './partition.ts';

test('murmur2 gives what the Java client gives', () => {
  // From Kafka's own UtilsTest.testMurmur2.
  const cases: [string, number][] = [
    ['21', -973932308], ['foobar', -790332482], ['a-little-bit-long-string', -985981536], ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971], ['abc', 479470107],
  ];
  for (const [key, hash] of cases) assert.equal(murmur2(Buffer.from(key)), hash, key);
});

test('a key finds the partition that kafkajs\' own default partitioner finds', () => {
  const { Partitioners } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
  const partitioner = Partitioners.DefaultPartitioner();
  fc.assert(fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.integer({ min: 1, max: 48 }), (key, partitions) => {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1, replicas: [], isr: [], partitionErrorCode: 0 }));
    assert.equal(partitionOf(key, partitions), partitioner({ topic: 't', partitionMetadata, message: { key: Buffer.from(key), value: null } }));
  }));
});
