import { BIGINT, BLOB, DuckDBDataChunk, TIMESTAMP, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** DuckDB's own size of a chunk. */
const ROWS_PER_CHUNK = 2_048;
const TYPES = { VARCHAR, BIGINT, TIMESTAMP, BLOB };

/** DuckDB keeps a string of so many bytes in the row itself, and of a longer one the first four and where the rest is. */
const INLINE_BYTES = 12;
const PREFIX_BYTES = 4;
const STRING_BYTES = 16;
const ADDRESS_AT = 8;
const NUMBER_BYTES = 8;
const UTF8_BYTES_MAX = 3;
const TWO_TO_32 = 2 ** 32;
const LONG_BYTES_FIRST = 2 ** 18;
const MICROS_PER_MS = 1_000n;
const NO_BYTES = Buffer.alloc(0);

export type Kind = keyof typeof TYPES;
export type ChunkValue = string | bigint | Date | Buffer | null;
/** The values of one column, by row. */
export type Column = (row: number) => ChunkValue;

// What a column is made in before DuckDB has it; it copies, so that one is enough.
const cells = new Uint8Array(ROWS_PER_CHUNK * STRING_BYTES);
const cellsView = new DataView(cells.buffer);
const validity = new Uint8Array(ROWS_PER_CHUNK / 8);
const longRows = new Uint16Array(ROWS_PER_CHUNK);
const longOffsets = new Uint32Array(ROWS_PER_CHUNK);
let longBytes = Buffer.alloc(LONG_BYTES_FIRST);
let longCount = 0;
let longLength = 0;

/**
 * Appends rows in the transaction that the connection is in. Columns are written in DuckDB's own layout (C API:
 * `duckdb_string_t`, validity masks), with a few calls for each: node-api's way, a call and several objects for each value,
 * was a third of all that ingest took. What it returns are the rows as they were written, of the columns `kept` alone.
 */
export async function append(connection: DuckDBConnection, table: string, kinds: readonly Kind[], count: number, columns: readonly Column[], kept: readonly number[] = []): Promise<PackedRows[]> {
  if (count === 0) return [];
  const packed: PackedRows[] = [];
  const appender = await connection.createAppender(table);
  for (let from = 0; from < count; from += ROWS_PER_CHUNK) appender.appendDataChunk(makeChunk(kinds, from, Math.min(ROWS_PER_CHUNK, count - from), columns, kept, packed));
  appender.closeSync();
  return packed;
}

function makeChunk(kinds: readonly Kind[], from: number, count: number, columns: readonly Column[], kept: readonly number[], packed: PackedRows[]): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(kinds.map((kind) => TYPES[kind]), count);
  const parts: PackedColumn[] = [];
  for (let i = 0; i < kinds.length; i++) {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, i);
    const kind = kinds[i]!;
    const strings = kind === 'VARCHAR' || kind === 'BLOB';
    const nulls = strings ? writeStrings(vector, from, count, columns[i]!) : writeNumbers(vector, from, count, columns[i]!);
    if (kept.includes(i)) parts[i] = packedColumn(kind, count, nulls);
    if (!nulls) continue;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, Math.ceil(count / 64) * 8);
  }
  if (kept.length > 0) packed.push(new PackedRows(count, parts));
  return chunk;
}

/** One column of some rows as DuckDB has it, but that a long string's cell tells where it is in `longs`. */
interface PackedColumn {
  readonly kind: Kind;
  readonly cells: Buffer;
  /** A bit for each row that has a value; undefined: all have. */
  readonly validity: Buffer | undefined;
  readonly longs: Buffer;
}

/** Rows that were appended, in a third of what they take as objects. Columns have the numbers that they were appended by. */
export class PackedRows {
  readonly count: number;
  readonly #columns: readonly PackedColumn[];

  constructor(count: number, columns: readonly PackedColumn[]) {
    this.count = count;
    this.#columns = columns;
  }

  value(column: number, row: number): Exclude<ChunkValue, Buffer> {
    const { kind, cells, validity: valid, longs } = this.#columns[column]!;
    if (valid && (valid[row >> 3]! & (1 << (row & 7))) === 0) return null;
    if (kind === 'BIGINT') return cells.readBigInt64LE(row * NUMBER_BYTES);
    if (kind === 'TIMESTAMP') return new Date(Number(cells.readBigInt64LE(row * NUMBER_BYTES) / MICROS_PER_MS));
    const at = row * STRING_BYTES;
    const length = cells.readUInt32LE(at);
    if (length <= INLINE_BYTES) return cells.toString('utf8', at + PREFIX_BYTES, at + PREFIX_BYTES + length);
    const offset = cells.readUInt32LE(at + ADDRESS_AT);
    return longs.toString('utf8', offset, offset + length);
  }
}

/** Of what has just been written. */
function packedColumn(kind: Kind, count: number, nulls: boolean): PackedColumn {
  const strings = kind === 'VARCHAR' || kind === 'BLOB';
  const packed = Buffer.from(cells.subarray(0, count * (strings ? STRING_BYTES : NUMBER_BYTES)));
  for (let i = 0; strings && i < longCount; i++) {
    const at = longRows[i]! * STRING_BYTES;
    if (packed.readUInt32LE(at) > INLINE_BYTES) packed.writeUInt32LE(longOffsets[i]!, at + ADDRESS_AT);
  }
  return {
    kind, cells: packed, validity: nulls ? Buffer.from(validity.subarray(0, Math.ceil(count / 8))) : undefined,
    longs: strings && longCount > 0 ? Buffer.from(longBytes.subarray(0, longLength)) : NO_BYTES,
  };
}

/** True when there are nulls, which are in `validity` then. */
function writeStrings(vector: duckdb.Vector, from: number, count: number, column: Column): boolean {
  cells.fill(0, 0, count * STRING_BYTES);
  validity.fill(0xff);
  let nulls = false;
  longCount = 0;
  longLength = 0;
  for (let row = 0; row < count; row++) {
    const value = column(from + row) as string | Buffer | null;
    if (value === null) {
      setNull(row);
      nulls = true;
    } else if (typeof value !== 'string' || !writeInline(row * STRING_BYTES, value)) {
      const length = writeLong(longLength, value);
      longRows[longCount] = row;
      longOffsets[longCount] = longLength;
      longCount += 1;
      cellsView.setUint32(row * STRING_BYTES, length, true);
      longLength += length;
    }
  }
  if (longCount > 0) pointToLong(vector);
  duckdb.copy_data_to_vector(vector, 0, cells.buffer, 0, count * STRING_BYTES);
  return nulls;
}

/** The length in four bytes, then the text; false where it is too long or not ASCII. */
function writeInline(at: number, text: string): boolean {
  const { length } = text;
  if (length > INLINE_BYTES) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) {
      cells.fill(0, at, at + STRING_BYTES);
      return false;
    }
    cells[at + PREFIX_BYTES + i] = code;
  }
  cells[at] = length;
  return true;
}

/** The bytes that it took. */
function writeLong(at: number, value: string | Buffer): number {
  const bytesMax = typeof value === 'string' ? value.length * UTF8_BYTES_MAX : value.length;
  if (at + bytesMax > longBytes.length) {
    const larger = Buffer.alloc(Math.max(longBytes.length * 2, at + bytesMax));
    longBytes.copy(larger, 0, 0, at);
    longBytes = larger;
  }
  if (typeof value !== 'string') return value.copy(longBytes, at);
  const { length } = value;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) return longBytes.write(value, at);
    longBytes[at + i] = code;
  }
  return length;
}

/** Gives the vector all long values of the column as one, which it keeps, and has each row point to its part. */
function pointToLong(vector: duckdb.Vector): void {
  if (longLength <= INLINE_BYTES) longBytes.fill(0, longLength, INLINE_BYTES + 1);
  duckdb.vector_assign_string_element_len(vector, 0, longBytes.subarray(0, Math.max(longLength, INLINE_BYTES + 1)));
  const first = duckdb.vector_get_data(vector, STRING_BYTES);
  const address = Number(new DataView(first.buffer, first.byteOffset, STRING_BYTES).getBigUint64(ADDRESS_AT, true));
  for (let i = 0; i < longCount; i++) {
    const at = longRows[i]! * STRING_BYTES;
    const offset = longOffsets[i]!;
    const length = cellsView.getUint32(at, true);
    const inline = length <= INLINE_BYTES;
    for (let byte = 0; byte < (inline ? length : PREFIX_BYTES); byte++) cells[at + PREFIX_BYTES + byte] = longBytes[offset + byte]!;
    if (!inline) setWhole(at + ADDRESS_AT, address + offset);
  }
}

/** Whole numbers, and times as microseconds, of 64 bits. True when there are nulls, which are in `validity` then. */
function writeNumbers(vector: duckdb.Vector, from: number, count: number, column: Column): boolean {
  validity.fill(0xff);
  let nulls = false;
  for (let row = 0; row < count; row++) {
    const value = column(from + row) as bigint | Date | null;
    if (value === null) {
      setNull(row);
      nulls = true;
    } else if (typeof value === 'bigint') cellsView.setBigInt64(row * NUMBER_BYTES, value, true);
    else setWhole(row * NUMBER_BYTES, value.getTime() * 1_000); // whole to the digit from 1684 to 2255
  }
  duckdb.copy_data_to_vector(vector, 0, cells.buffer, 0, count * NUMBER_BYTES);
  return nulls;
}

function setWhole(at: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32);
  cellsView.setUint32(at, value - high * TWO_TO_32, true);
  cellsView.setInt32(at + 4, high, true);
}

function setNull(row: number): void {
  validity[row >> 3]! &= ~(1 << (row & 7));
}
