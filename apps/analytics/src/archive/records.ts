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

/** Of each column all texts as one, with a NUL between them. */
const JOINED_COLUMNS = ['record_offset::VARCHAR', 'record_time::VARCHAR', 'octet_length(record_key)::VARCHAR', 'octet_length(value)::VARCHAR', ...HEADERS];

/**
 * Many rows as a few texts, what `fromJoined` takes: to hand over a row's values one by one costs more than all the rest of
 * reading. An error where a key or a value is no UTF-8.
 */
export const JOINED = `count(*), count(other_headers), encode(string_agg(decode(record_key), '')), encode(string_agg(decode(value), '')),
  ${JOINED_COLUMNS.map((column) => `count(${column}), string_agg(${column}, chr(0))`).join(', ')}`;

/** Undefined where the rows are not all alike, and have to be read as `PACKED`: a column is null in some, other headers are there, a NUL is in a text. */
export function fromJoined([rows, others, keys, values, ...columns]: readonly DuckDBValue[]): InRecord[] | undefined {
  if (rows === 0n) return [];
  if (others !== 0n) return undefined;
  const count = Number(rows);
  const texts: (string[] | undefined)[] = [];
  for (let i = 0; i < columns.length; i += 2) {
    const own = columns[i + 1] === null ? undefined : (columns[i + 1] as string).split('\0');
    if (own && (columns[i] !== rows || own.length !== count)) return undefined;
    texts.push(own);
  }
  const [offsets, timestamps, keyLengths, valueLengths, ids, sources, types, subjects, sequences, times, traceparents] = texts;
  if (!offsets || !timestamps || !keyLengths || !valueLengths || !ids || !sources || !types || !subjects || !sequences || !times) return undefined;
  const [allKeys, allValues] = [bytesOf(keys!), bytesOf(values!)];
  let [keyAt, valueAt] = [0, 0];
  return offsets.map((offset, i) => {
    // Each with the same names in the same order: that is what makes them fast to make and to read.
    const headers = traceparents
      ? { ce_specversion: '1.0', 'content-type': 'application/json', ce_id: ids[i]!, ce_source: sources[i]!, ce_type: types[i]!, ce_subject: subjects[i]!, ce_sequence: sequences[i]!, ce_time: times[i]!, traceparent: traceparents[i]! }
      : { ce_specversion: '1.0', 'content-type': 'application/json', ce_id: ids[i]!, ce_source: sources[i]!, ce_type: types[i]!, ce_subject: subjects[i]!, ce_sequence: sequences[i]!, ce_time: times[i]! };
    const key = allKeys.subarray(keyAt, (keyAt += Number(keyLengths[i])));
    return { key, value: allValues.subarray(valueAt, (valueAt += Number(valueLengths[i]))), headers, offset, timestamp: timestamps[i]! };
  });
}

/** The same of any rows: one text and two byte strings, what `fromPacked` takes. */
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
  const bytes = bytesOf(all);
  let at = 0;
  return (length) => (length === null ? null : bytes.subarray(at, (at += Number(length))));
}

function bytesOf(all: DuckDBValue): Buffer {
  const { buffer, byteOffset, byteLength } = all === null ? Buffer.alloc(0) : (all as DuckDBBlobValue).bytes;
  return Buffer.from(buffer, byteOffset, byteLength);
}
