import { createRequire } from 'node:module';
import type { HeaderValue } from './event.ts';

interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readInt8(): number;
  readVarInt(): number;
  readVarLong(): { toString(): string };
  readVarIntBytes(): Buffer | null;
}

interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp?: string;
  readonly timestampType?: number;
  readonly magicByte?: number;
  readonly isControlBatch?: boolean;
}

const NAMES = ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_sequence', 'traceparent', 'content-type'];

/** CloudEvents' header names by their length and last byte, with the value they had last: within a batch many repeat. */
interface KnownHeader {
  readonly name: string;
  readonly bytes: Buffer;
  lastBytes: Buffer;
  lastText: string;
}

const known = new Map<number, KnownHeader>(NAMES.map((name) => {
  const bytes = Buffer.from(name);
  return [bytes.length * 256 + bytes[bytes.length - 1]!, { name, bytes, lastBytes: Buffer.alloc(0), lastText: '' }];
}));
const REPEATING = new Set(['ce_specversion', 'ce_source', 'ce_type', 'ce_time', 'content-type']);

const LOG_APPEND_TIME = 1;
/** So many bytes of seven bits each are a safe whole number. */
const SAFE_BYTES = 7;

/**
 * kafkajs 2.2.4 copies the headers it has so far for every header of a record, and makes a dozen long integers for its
 * offset and its time, which costs more than all the rest of consuming. This gives it a decoder that makes the same
 * record; values of CloudEvents' own headers are strings instead of buffers.
 */
export function installFastRecords(): void {
  const require = createRequire(import.meta.url);
  const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');
  require(path);
  // Whoever decodes batches is loaded with the first fetch.
  require.cache[path]!.exports = readRecord;
}

export function readRecord(decoder: Decoder, context: BatchContext): object {
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType, magicByte, isControlBatch = false } = context;
  const attributes = decoder.readInt8();
  const sentAt = plusVarLong(firstTimestamp, decoder);
  const timestamp = timestampType === LOG_APPEND_TIME && maxTimestamp ? maxTimestamp : sentAt;
  const offset = plus(firstOffset, decoder.readVarInt());
  const key = decoder.readVarIntBytes();
  const value = decoder.readVarIntBytes();
  const headers = readHeaders(decoder);
  return { magicByte, attributes, timestamp, offset, key, value, headers, isControlRecord: isControlBatch, batchContext: context };
}

function plusVarLong(base: string, decoder: Decoder): string {
  const { buffer, offset } = decoder;
  let sum = 0;
  let factor = 1;
  for (let at = offset; at < offset + SAFE_BYTES; at++) {
    const byte = buffer[at]!;
    sum += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte >= 0x80) continue;
    decoder.offset = at + 1;
    return plus(base, sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2); // zigzag: 0, −1, 1, −2 …
  }
  return String(BigInt.asIntN(64, BigInt(base) + BigInt(decoder.readVarLong().toString())));
}

function plus(base: string, delta: number): string {
  const sum = Number(base) + delta;
  return Math.abs(sum) < Number.MAX_SAFE_INTEGER ? String(sum) : String(BigInt.asIntN(64, BigInt(base) + BigInt(delta)));
}

function readHeaders(decoder: Decoder): Record<string, HeaderValue> {
  const { buffer } = decoder;
  const headers: Record<string, HeaderValue> = {};
  const count = decoder.readVarInt();
  for (let i = 0; i < count; i++) {
    const nameLength = decoder.readVarInt();
    const nameAt = decoder.offset;
    const header = nameLength > 0 ? known.get(nameLength * 256 + buffer[nameAt + nameLength - 1]!) : undefined;
    const matches = header !== undefined && same(header.bytes, buffer, nameAt);
    const name = matches ? header.name : buffer.toString('utf8', nameAt, nameAt + nameLength);
    decoder.offset = nameAt + nameLength;
    const length = decoder.readVarInt();
    const valueAt = decoder.offset;
    if (length > 0) decoder.offset += length;
    const value = length < 0 ? (null as unknown as undefined)
      : matches ? text(header, buffer, valueAt, length) : buffer.subarray(valueAt, valueAt + length);
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (before === undefined) set(headers, name, value);
    else headers[name] = Array.isArray(before) ? [...before, value!] : [before, value!];
  }
  return headers;
}

function set(headers: Record<string, HeaderValue>, name: string, value: HeaderValue): void {
  if (name === '__proto__') Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
  else headers[name] = value;
}

function text(header: KnownHeader, buffer: Buffer, at: number, length: number): string {
  const { lastBytes } = header;
  if (lastBytes.length === length && length > 0 && same(lastBytes, buffer, at)) return header.lastText;
  const value = buffer.toString('utf8', at, at + length);
  if (REPEATING.has(header.name)) {
    header.lastBytes = Buffer.from(buffer.subarray(at, at + length));
    header.lastText = value;
  }
  return value;
}

function same(bytes: Buffer, buffer: Buffer, at: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== buffer[at + i]) return false;
  return true;
}
