const PARTS_BITS = 6;
const PARTS = 2 ** PARTS_BITS;
const SLOTS_FIRST = 16;
const FULL = 0.8;

/** Open addressing. A row of 0 is an empty slot. */
interface Part {
  readonly hashes: Uint32Array;
  readonly checks: Uint16Array;
  readonly rows: Uint32Array;
  used: number;
}

/**
 * Where each subject's newest row is, by 48 bits of a hash: some 15 bytes a subject. Two subjects may have the same, so
 * whose a row is, it tells itself. It grows by parts, so that no step waits for all of it to be placed anew. Rows are
 * numbered up to 2³² − 2.
 */
export class Places {
  readonly #parts = Array.from({ length: PARTS }, () => newPart(SLOTS_FIRST));
  #hash = 0;
  #check = 0;
  size = 0;

  put(subject: string, row: number): void {
    this.#hashOf(subject);
    const at = this.#hash >>> (32 - PARTS_BITS);
    let part = this.#parts[at]!;
    let slot = slotOf(part, this.#hash, this.#check);
    if (part.rows[slot] === 0) {
      if (part.used >= part.rows.length * FULL) {
        part = this.#parts[at] = larger(part);
        slot = slotOf(part, this.#hash, this.#check);
      }
      part.hashes[slot] = this.#hash;
      part.checks[slot] = this.#check;
      part.used += 1;
      this.size += 1;
    }
    part.rows[slot] = row + 1;
  }

  /** The row is this subject's, or of another with the same bits. Undefined: it has none. */
  find(subject: string): number | undefined {
    this.#hashOf(subject);
    const part = this.#parts[this.#hash >>> (32 - PARTS_BITS)]!;
    const row = part.rows[slotOf(part, this.#hash, this.#check)]!;
    return row === 0 ? undefined : row - 1;
  }

  /** Two hashes in one go, of all that is not NUL. */
  #hashOf(subject: string): void {
    let first = 0xdeadbeef;
    let second = 0x41c6ce57;
    for (let i = 0; i < subject.length; i++) {
      const code = subject.charCodeAt(i);
      if (code === 0) continue;
      first = Math.imul(first ^ code, 2_654_435_761);
      second = Math.imul(second ^ code, 1_597_334_677);
    }
    first = Math.imul(first ^ (first >>> 16), 2_246_822_507) ^ Math.imul(second ^ (second >>> 13), 3_266_489_909);
    second = Math.imul(second ^ (second >>> 16), 2_246_822_507) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909);
    this.#hash = first >>> 0;
    this.#check = second & 0xffff;
  }
}

function newPart(slots: number): Part {
  return { hashes: new Uint32Array(slots), checks: new Uint16Array(slots), rows: new Uint32Array(slots), used: 0 };
}

/** Where it is, or the empty slot where it would be. */
function slotOf({ hashes, checks, rows }: Part, hash: number, check: number): number {
  const last = rows.length - 1;
  let slot = hash & last;
  while (rows[slot] !== 0 && (hashes[slot] !== hash || checks[slot] !== check)) slot = (slot + 1) & last;
  return slot;
}

function larger({ hashes, checks, rows, used }: Part): Part {
  const part = newPart(rows.length * 2);
  for (let from = 0; from < rows.length; from++) {
    if (rows[from] === 0) continue;
    const slot = slotOf(part, hashes[from]!, checks[from]!);
    part.hashes[slot] = hashes[from]!;
    part.checks[slot] = checks[from]!;
    part.rows[slot] = rows[from]!;
  }
  part.used = used;
  return part;
}
