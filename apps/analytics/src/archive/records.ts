import type { DuckDBBlobValue, DuckDBValue } from '@duckdb/node-api';
import { headerText, type HeaderValue, type InRecord } from '@youdian/messaging';
import type { ChunkValue, Kind } from '../store/duckdb/chunk.ts';

/** The headers that have a column of their own, so that any tool can ask for them. */
const HEADERS = ['ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_sequence', 'ce_time', 'traceparent'] as const;

/** A record of a topic as a row: nothing of it is lost. `other_headers` is JSON, null for the two that are always the same. */
export const COLUMNS = {
  record_offset: 'BIGINT', record_time: 'BIGINT', record_key: 'BLOB', value: 'BLOB',
  ...(Object.fromEntries(HEADERS.map((name) => [name, 'VARCHAR'])) as Record<(typeof HEADERS)[number], 'VARCHAR'>),
  other_headers: 'VARCHAR',
} as const;
export const KINDS: readonly Kind[] = Object.values(COLUMNS);

const OWN_COLUMN: ReadonlySet<string> = new Set(HEADERS);
const ALWAYS = { ce_specversion: '1.0', 'content-type': 'application/json' };

export function toRow({ offset, timestamp, key, value, headers = {} }: InRecord): ChunkValue[] {
  const row: ChunkValue[] = [BigInt(offset), BigInt(timestamp), key, value];
  for (const name of HEADERS) row.push(headerText(headers[name]) ?? null);
  row.push(otherHeaders(headers));
  return row;
}

export function fromRow([offset, timestamp, key, value, id, source, type, subject, sequence, time, traceparent, others]: readonly DuckDBValue[]): InRecord {
  const headers: Record<string, string> = others === null ? { ...ALWAYS } : (JSON.parse(others as string) as Record<string, string>);
  if (id !== null) headers['ce_id'] = id as string;
  if (source !== null) headers['ce_source'] = source as string;
  if (type !== null) headers['ce_type'] = type as string;
  if (subject !== null) headers['ce_subject'] = subject as string;
  if (sequence !== null) headers['ce_sequence'] = sequence as string;
  if (time !== null) headers['ce_time'] = time as string;
  if (traceparent !== null) headers['traceparent'] = traceparent as string;
  return { key: bytes(key!), value: bytes(value!), headers, offset: String(offset), timestamp: String(timestamp) };
}

function otherHeaders(headers: Readonly<Record<string, HeaderValue>>): string | null {
  const others: Record<string, string> = {};
  for (const name in headers) if (!OWN_COLUMN.has(name)) others[name] = headerText(headers[name]) ?? '';
  const usual = Object.keys(others).length === 2 && others['ce_specversion'] === ALWAYS.ce_specversion && others['content-type'] === ALWAYS['content-type'];
  return usual ? null : JSON.stringify(others);
}

function bytes(value: DuckDBValue): Buffer | null {
  if (value === null) return null;
  const { bytes } = value as DuckDBBlobValue;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
