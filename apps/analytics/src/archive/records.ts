import type { DuckDBBlobValue, DuckDBValue } from '@duckdb/node-api';
import { headerText, type HeaderValue, type InRecord } from '@youdian/messaging';
import type { Column, Kind } from '../store/duckdb/chunk.ts';

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

export function columnsFor(records: readonly InRecord[]): Column[] {
  return [
    (row) => BigInt(records[row]!.offset), (row) => BigInt(records[row]!.timestamp), (row) => records[row]!.key, (row) => records[row]!.value,
    ...HEADERS.map((name): Column => (row) => headerText(records[row]!.headers?.[name]) ?? null),
    (row) => otherHeaders(records[row]!.headers ?? {}),
  ];
}

/**
 * Many rows as one text and two byte strings, what `fromPacked` takes: to hand over a row's values one by one costs more than
 * all the rest of reading.
 */
export const PACKED = `to_json([list(record_offset::VARCHAR), list(record_time::VARCHAR), list(octet_length(record_key)::VARCHAR), list(octet_length(value)::VARCHAR),
  ${HEADERS.map((name) => `list(${name})`).join(', ')}, list(other_headers)]), unhex(string_agg(hex(record_key), '')), unhex(string_agg(hex(value), ''))`;

export function fromPacked([texts, allKeys, allValues]: readonly DuckDBValue[]): InRecord[] {
  const [offsets, timestamps, keyLengths, valueLengths, ids, sources, types, subjects, sequences, times, traceparents, others] = JSON.parse(texts as string) as (string | null)[][];
  const keys = partsOf(allKeys!);
  const values = partsOf(allValues!);
  return (offsets ?? []).map((offset, i): InRecord => {
    const headers: Record<string, string> = others![i] === null ? { ...ALWAYS } : (JSON.parse(others![i]!) as Record<string, string>);
    if (ids![i] !== null) headers['ce_id'] = ids![i]!;
    if (sources![i] !== null) headers['ce_source'] = sources![i]!;
    if (types![i] !== null) headers['ce_type'] = types![i]!;
    if (subjects![i] !== null) headers['ce_subject'] = subjects![i]!;
    if (sequences![i] !== null) headers['ce_sequence'] = sequences![i]!;
    if (times![i] !== null) headers['ce_time'] = times![i]!;
    if (traceparents![i] !== null) headers['traceparent'] = traceparents![i]!;
    return { key: keys(keyLengths![i]!), value: values(valueLengths![i]!), headers, offset: offset!, timestamp: timestamps![i]! };
  });
}

function otherHeaders(headers: Readonly<Record<string, HeaderValue>>): string | null {
  const others: Record<string, string> = {};
  for (const name in headers) if (!OWN_COLUMN.has(name)) others[name] = headerText(headers[name]) ?? '';
  const usual = Object.keys(others).length === 2 && others['ce_specversion'] === ALWAYS.ce_specversion && others['content-type'] === ALWAYS['content-type'];
  return usual ? null : JSON.stringify(others);
}

/** One part after the other; without a length there is none. */
function partsOf(all: DuckDBValue): (length: string | null) => Buffer | null {
  const { buffer, byteOffset, byteLength } = all === null ? Buffer.alloc(0) : (all as DuckDBBlobValue).bytes;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  let at = 0;
  return (length) => (length === null ? null : bytes.subarray(at, (at += Number(length))));
}
