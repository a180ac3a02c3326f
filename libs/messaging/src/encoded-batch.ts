import type { Message } from 'kafkajs';
import type { OutRecord } from './event.ts';

/**
 * A batch for one partition, encoded once into the bytes of Kafka's record format (v2, without the batch's header).
 *
 * kafkajs 2.2.4 makes an encoder of half a KiB for every header of every record and copies the list of messages once
 * per message; with CloudEvents' nine headers that is 40 µs a record, most of what a record costs. It only ever asks its list of messages
 * to `find` one without a value, to `reduce` itself by partition and to `map` itself to encoded records, so this list
 * answers those itself. A retry sends the very same bytes.
 */
export class EncodedBatch extends Array<Message> {
  // map, filter and slice of an EncodedBatch are plain arrays.
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  #partition = 0;
  #records: EncodedPart[] = [];

  static ofRecords(partition: number, records: readonly OutRecord[], countedBytes: number): EncodedBatch {
    const batch = new EncodedBatch(records.length);
    batch.fill(PLACEHOLDER);
    batch.#partition = partition;
    batch.#records = new Array<EncodedPart>(records.length).fill(NOTHING);
    batch.#records[0] = partOf(encodeRecords(records, countedBytes));
    return batch;
  }

  override find(): undefined {
    return undefined; // "a message without a value": there is none
  }

  override reduce(): never {
    return { [this.#partition]: this } as never; // "grouped by partition"
  }

  override map<U>(each: (message: Message, index: number, all: Message[]) => U): U[] {
    // The one that takes an index encodes; the other collects timestamps, and there are none of our own.
    return each.length === 2 ? (this.#records as U[]) : [];
  }
}

/** What kafkajs takes for an encoder that has been written to. */
interface EncodedPart {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

const partOf = (buffer: Buffer): EncodedPart => ({ buf: buffer, buffer });
const PLACEHOLDER: Message = { value: '' };
const NOTHING = partOf(Buffer.alloc(0));

const LONGEST_LOOP_COPY = 48;
/** A varint of one byte, zigzag, reaches to here. */
const SHORT_TEXT = 63;
/** A text has at most three bytes for each of the characters that its size was counted by. */
const SCRATCH_PER_COUNTED_BYTE = 4;
const MAX_NAMES = 1_000;

/** Header names as they stand in every record, with their length in front. */
const names = new Map<string, Buffer>();
/** Within a batch these headers repeat, so the newest value is kept as it stands in the record. */
const repeating = new Map(['ce_specversion', 'ce_source', 'ce_type', 'ce_time', 'content-type'].map((name) => [name, { value: '', bytes: Buffer.from([0]) }]));

let scratch = Buffer.allocUnsafeSlow(0);

export function encodeRecords(records: readonly OutRecord[], countedBytes: number): Buffer {
  const needed = countedBytes * SCRATCH_PER_COUNTED_BYTE;
  if (scratch.length < needed) scratch = Buffer.allocUnsafeSlow(needed);
  let at = 0;
  for (let i = 0; i < records.length; i++) at = encodeRecord(records[i]!, i, at);
  return Buffer.from(scratch.subarray(0, at)); // a copy: the scratch is used again
}

function encodeRecord(record: OutRecord, offsetDelta: number, start: number): number {
  // The length stands first and is known last; it mostly takes two bytes.
  const body = start + 2;
  let at = body;
  scratch[at++] = 0; // attributes
  scratch[at++] = 0; // timestamp delta
  at = writeVarInt(offsetDelta, at);
  at = writeBytes(record.key, at);
  at = writeBytes(record.value, at);
  let count = 0;
  for (const _ in record.headers) count += 1;
  at = writeVarInt(count, at);
  for (const name in record.headers) at = writeHeader(name, record.headers[name]!, at);
  const length = at - body;
  const gap = varIntSize(length) - 2;
  if (gap !== 0) scratch.copyWithin(body + gap, body, at);
  writeVarInt(length, start);
  return at + gap;
}

function writeHeader(name: string, value: string | Buffer, start: number): number {
  const known = names.get(name);
  const at = known ? copy(known, start) : writeBytes(name, start);
  if (!known && names.size < MAX_NAMES) names.set(name, Buffer.from(scratch.subarray(start, at)));
  const last = repeating.get(name);
  if (!last || typeof value !== 'string') return writeBytes(value, at);
  if (last.value === value) return copy(last.bytes, at);
  const end = writeBytes(value, at);
  last.value = value;
  last.bytes = Buffer.from(scratch.subarray(at, end));
  return end;
}

function writeBytes(value: string | Buffer | null, start: number): number {
  if (value === null) return writeVarInt(-1, start);
  if (typeof value !== 'string') return copy(value, writeVarInt(value.length, start));
  if (value.length > SHORT_TEXT) return writeText(value, start);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) return writeText(value, start);
    scratch[start + 1 + i] = code;
  }
  scratch[start] = value.length << 1;
  return start + 1 + value.length;
}

function writeText(value: string, start: number): number {
  const length = Buffer.byteLength(value);
  const at = writeVarInt(length, start);
  return at + scratch.write(value, at, length);
}

function copy(bytes: Buffer, at: number): number {
  if (bytes.length > LONGEST_LOOP_COPY) scratch.set(bytes, at);
  else for (let i = 0; i < bytes.length; i++) scratch[at + i] = bytes[i]!;
  return at + bytes.length;
}

function writeVarInt(value: number, start: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = start;
  for (; rest > 0x7f; rest >>>= 7) scratch[at++] = (rest & 0x7f) | 0x80;
  scratch[at++] = rest;
  return at;
}

function varIntSize(length: number): number {
  let size = 1;
  for (let rest = length << 1; rest > 0x7f; rest >>>= 7) size += 1;
  return size;
}
