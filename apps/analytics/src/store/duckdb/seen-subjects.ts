import type { DuckDBConnection } from '@duckdb/node-api';
import { SUBJECT_TABLES } from './schema.ts';

const BITS = 28;
const UNUSED_BITS = 32 - BITS;
const ROWS_AT_ONCE = 122_880n;
const ROWS_PER_TEXT = 2_048;

/**
 * Which subjects were surely never seen, in 32 MB: most events begin a new subject, and to look each up would read the
 * column of all subjects anew for every step. Two bits a subject: at 10 million 0.5 % are looked up in vain.
 */
export class SeenSubjects {
  readonly #bits = new Uint8Array(2 ** (BITS - 3));
  #first = 0;
  #second = 0;

  static async of(connection: DuckDBConnection): Promise<SeenSubjects> {
    const seen = new SeenSubjects();
    for (const { table, topic } of SUBJECT_TABLES) {
      const [[last]] = (await connection.runAndReadAll(`SELECT max(rowid) FROM ${table}`)).getRows() as [[bigint | null]];
      for (let from = 0n; last !== null && from <= last; from += ROWS_AT_ONCE) {
        // Many as one text: to hand over a value costs as much as to place it a dozen times.
        const texts = await connection.runAndReadAll(`SELECT ${topic}, string_agg(replace(subject, chr(0), ''), chr(0)) FROM ${table} WHERE rowid >= ${from} AND rowid < ${from + ROWS_AT_ONCE} GROUP BY 1, rowid // ${ROWS_PER_TEXT}`);
        for (const [of, text] of texts.getRows() as [string, string][]) for (const subject of text.split('\0')) seen.add(of, subject);
      }
    }
    return seen;
  }

  add(topic: string, subject: string): void {
    this.#place(topic, subject);
    this.#bits[this.#first >>> 3]! |= 1 << (this.#first & 7);
    this.#bits[this.#second >>> 3]! |= 1 << (this.#second & 7);
  }

  /** False: surely not. */
  has(topic: string, subject: string): boolean {
    this.#place(topic, subject);
    return (this.#bits[this.#first >>> 3]! & (1 << (this.#first & 7))) !== 0 && (this.#bits[this.#second >>> 3]! & (1 << (this.#second & 7))) !== 0;
  }

  /** Two hashes in one go, of all that is not NUL. */
  #place(topic: string, subject: string): void {
    let first = 0xdeadbeef;
    let second = 0x41c6ce57;
    for (const text of [topic, subject]) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code === 0) continue;
        first = Math.imul(first ^ code, 2_654_435_761);
        second = Math.imul(second ^ code, 1_597_334_677);
      }
    }
    first = Math.imul(first ^ (first >>> 16), 2_246_822_507) ^ Math.imul(second ^ (second >>> 13), 3_266_489_909);
    second = Math.imul(second ^ (second >>> 16), 2_246_822_507) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909);
    this.#first = first >>> UNUSED_BITS;
    this.#second = second >>> UNUSED_BITS;
  }
}
