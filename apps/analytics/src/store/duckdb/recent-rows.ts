import type { ChunkValue, PackedRows } from './chunk.ts';

/** What is likely to change soon. Steps of few rows make chunks of few rows, which take more. */
const ROWS_MAX = 100_000;
const CHUNKS_MAX = 1_000;

/** A row, by the numbers of its columns. */
export type Row = (column: number) => ChunkValue;

/** The newest rows of a table as they were appended, so that what changes soon is not read. */
export class RecentRows {
  readonly #chunks: { readonly first: number; readonly rows: PackedRows }[] = [];
  #count = 0;

  /** Those that come after all others; `first` is the number of the first of them. */
  add(first: number, rows: PackedRows): void {
    this.#chunks.push({ first, rows });
    this.#count += rows.count;
    while (this.#count > ROWS_MAX || this.#chunks.length > CHUNKS_MAX) this.#count -= this.#chunks.shift()!.rows.count;
  }

  /** Undefined: it has to be read. */
  at(row: number): Row | undefined {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#chunks[middle]!.first <= row) low = middle;
      else high = middle - 1;
    }
    const chunk = this.#chunks[low];
    const within = row - (chunk?.first ?? Infinity);
    return within >= 0 && within < chunk!.rows.count ? (column) => chunk!.rows.value(column, within) : undefined;
  }
}
