/** Of each of our topics, for good: more partitions mean a new topic version. */
export const TOPIC_PARTITIONS = 6;

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** Kafka's murmur2, as the Java client computes it, so that any language finds a subject in the same partition. */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  let h = SEED ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length - i;
  if (rest === 3) h ^= data[i + 2]! << 16;
  if (rest >= 2) h ^= data[i + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[i]!, M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}

const SHORT = 64;
/** By length, so that the bytes of a short key are written without making a Buffer. */
const scratch = Array.from({ length: SHORT + 1 }, (_, length) => new Uint8Array(length));

export function partitionOf(key: string | Uint8Array, partitions: number): number {
  return (murmur2(typeof key === 'string' ? bytesOf(key) : key) & 0x7fffffff) % partitions;
}

function bytesOf(key: string): Uint8Array {
  const bytes = scratch[key.length];
  if (!bytes) return Buffer.from(key);
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code > 0x7f) return Buffer.from(key);
    bytes[i] = code;
  }
  return bytes;
}
