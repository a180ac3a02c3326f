import { createRequire } from 'node:module';
import type { HeaderValue } from './event.ts';

interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
  readVarIntArray(reader: (decoder: Decoder) => unknown): unknown;
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

let installed = false;

/**
 * kafkajs 2.2.4 copies the headers it has so far for every header of a record, which costs more than all the rest of
 * consuming. This gives its decoder a reader of headers that makes the same object in one go; values of CloudEvents'
 * own headers are strings instead of buffers. Nothing else of the client asks for such arrays.
 */
export function installFastHeaders(): void {
  if (installed) return;
  installed = true;
  const require = createRequire(import.meta.url);
  const DecoderClass = require('kafkajs/src/protocol/decoder.js') as { prototype: Decoder };
  const headerDecoder: unknown = require('kafkajs/src/protocol/recordBatch/header/v0/decoder.js');
  const slow = DecoderClass.prototype.readVarIntArray;
  DecoderClass.prototype.readVarIntArray = function (this: Decoder, reader) {
    if (reader !== headerDecoder) return slow.call(this, reader);
    const headers = readHeaders(this);
    return { reduce: () => headers };
  };
}

function readHeaders(decoder: Decoder): Record<string, HeaderValue> {
  const { buffer } = decoder;
  const headers = Object.create(null) as Record<string, HeaderValue>;
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
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value!] : [before, value!];
  }
  return headers;
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
