import { BIGINT, BLOB, DuckDBDataChunk, TIMESTAMP, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** DuckDB's own size of a chunk. */
const ROWS_PER_CHUNK = 2_048;
const TYPES = { VARCHAR, BIGINT, TIMESTAMP, BLOB };

/** DuckDB keeps a string of so many bytes in the row itself; a longer one has to be handed over. */
const INLINE_BYTES = 12;
const STRING_BYTES = 16;
const TWO_TO_32 = 2 ** 32;

export type Kind = keyof typeof TYPES;
export type ChunkValue = string | bigint | Date | Buffer | null;

/**
 * Appends rows in the transaction that the connection is in; `valueAt(column, row)` gives the values. Text, whole numbers
 * and times are written in DuckDB's own layout (C API: `duckdb_string_t`, validity masks): node-api's way, a call and
 * several objects for each value, was a third of all that ingest took.
 */
export async function append(connection: DuckDBConnection, table: string, kinds: readonly Kind[], count: number, valueAt: (column: number, row: number) => ChunkValue): Promise<void> {
  if (count === 0) return;
  const appender = await connection.createAppender(table);
  for (let from = 0; from < count; from += ROWS_PER_CHUNK) {
    appender.appendDataChunk(makeChunk(kinds, Math.min(ROWS_PER_CHUNK, count - from), (column, row) => valueAt(column, from + row)));
  }
  appender.closeSync();
}

function makeChunk(kinds: readonly Kind[], count: number, valueAt: (column: number, row: number) => ChunkValue): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(kinds.map((kind) => TYPES[kind]), count);
  for (let column = 0; column < kinds.length; column++) {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
    const validity = new Validity(count);
    const kind = kinds[column]!;
    if (kind === 'VARCHAR') writeStrings(vector, count, validity, (row) => valueAt(column, row) as string | null);
    else if (kind === 'BLOB') writeBytes(vector, count, validity, (row) => valueAt(column, row) as Buffer | null);
    else writeNumbers(vector, count, validity, (row) => valueAt(column, row) as bigint | Date | null);
    validity.write(vector);
  }
  return chunk;
}

/** Which rows are not null: a bit each. */
class Validity {
  readonly #bytes: Uint8Array;
  #anyNull = false;

  constructor(count: number) {
    this.#bytes = new Uint8Array(Math.ceil(count / 64) * 8).fill(0xff);
  }

  setNull(row: number): void {
    this.#bytes[row >> 3]! &= ~(1 << (row & 7));
    this.#anyNull = true;
  }

  write(vector: duckdb.Vector): void {
    if (!this.#anyNull) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, this.#bytes.buffer as ArrayBuffer, 0, this.#bytes.byteLength);
  }
}

function writeStrings(vector: duckdb.Vector, count: number, validity: Validity, valueAt: (row: number) => string | null): void {
  const bytes = new Uint8Array(count * STRING_BYTES);
  const long: number[] = [];
  for (let row = 0; row < count; row++) {
    const text = valueAt(row);
    if (text === null) validity.setNull(row);
    else if (!writeInline(bytes, row * STRING_BYTES, text)) long.push(row);
  }
  duckdb.copy_data_to_vector(vector, 0, bytes.buffer, 0, bytes.byteLength);
  for (const row of long) duckdb.vector_assign_string_element(vector, row, valueAt(row)!);
}

function writeBytes(vector: duckdb.Vector, count: number, validity: Validity, valueAt: (row: number) => Buffer | null): void {
  duckdb.copy_data_to_vector(vector, 0, new ArrayBuffer(count * STRING_BYTES), 0, count * STRING_BYTES);
  for (let row = 0; row < count; row++) {
    const bytes = valueAt(row);
    if (bytes === null) validity.setNull(row);
    else duckdb.vector_assign_string_element_len(vector, row, bytes);
  }
}

/** The length in four bytes, then the text; false where it is too long or not ASCII. */
function writeInline(bytes: Uint8Array, at: number, text: string): boolean {
  const { length } = text;
  if (length > INLINE_BYTES) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) {
      bytes.fill(0, at, at + STRING_BYTES);
      return false;
    }
    bytes[at + 4 + i] = code;
  }
  bytes[at] = length;
  return true;
}

/** Whole numbers, and times as microseconds, of 64 bits. */
function writeNumbers(vector: duckdb.Vector, count: number, validity: Validity, valueAt: (row: number) => bigint | Date | null): void {
  const view = new DataView(new ArrayBuffer(count * 8));
  for (let row = 0; row < count; row++) {
    const value = valueAt(row);
    if (value === null) validity.setNull(row);
    else if (typeof value === 'bigint') view.setBigInt64(row * 8, value, true);
    else {
      const micros = value.getTime() * 1_000; // whole to the digit from 1684 to 2255
      const high = Math.floor(micros / TWO_TO_32);
      view.setUint32(row * 8, micros - high * TWO_TO_32, true);
      view.setInt32(row * 8 + 4, high, true);
    }
  }
  duckdb.copy_data_to_vector(vector, 0, view.buffer, 0, view.byteLength);
}
