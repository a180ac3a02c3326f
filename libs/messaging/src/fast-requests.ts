import { createRequire } from 'node:module';

interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(length: number): void;
}

/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;
const AT_ONCE = 8;
const BYTE_VALUES = 256;

/** What a byte does to the checksum when so many bytes follow it. */
const TABLES = makeTables();

/**
 * kafkajs 2.2.4 goes through what is sent byte by byte for its checksum, and copies it seven times into memory that it has
 * filled with zeros first. This gives it a checksum of eight bytes at a time, and memory as it is.
 */
export function installFastRequests(): void {
  const require = createRequire(import.meta.url);
  const path = require.resolve('kafkajs/src/protocol/recordBatch/crc32C/index.js');
  require(path);
  // Whoever encodes batches is loaded with the first produce request.
  require.cache[path]!.exports = crc32c;
  const { prototype } = require('kafkajs/src/protocol/encoder.js') as { prototype: Encoder };
  prototype.ensureAvailable = ensureAvailable;
}

/** CRC-32C, as Kafka has it over each batch of records. */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = -1;
  let i = 0;
  for (; i + AT_ONCE <= bytes.length; i += AT_ONCE) {
    const first = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc = t7[first & 0xff]! ^ t6[(first >>> 8) & 0xff]! ^ t5[(first >>> 16) & 0xff]! ^ t4[first >>> 24]!
      ^ t3[bytes[i + 4]!]! ^ t2[bytes[i + 5]!]! ^ t1[bytes[i + 6]!]! ^ t0[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Tables = readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const first = Int32Array.from({ length: BYTE_VALUES }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
  const tables = [first];
  while (tables.length < AT_ONCE) tables.push(tables.at(-1)!.map((crc) => first[crc & 0xff]! ^ (crc >>> 8)));
  return tables as unknown as Tables;
}

/** As kafkajs has it, but for the zeros: only what has been written is ever sent. */
function ensureAvailable(this: Encoder, length: number): void {
  const needed = this.offset + length;
  if (needed <= this.buf.length) return;
  const larger = Buffer.allocUnsafe(2 ** (32 - Math.clz32(needed)));
  this.buf.copy(larger, 0, 0, this.offset);
  this.buf = larger;
}
