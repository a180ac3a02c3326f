import { sha256Bytes } from './sha256.ts';

/** What became of a key when it was first used. */
export interface Remembered {
  /** Whether the input was the same as now. */
  readonly sameInput: boolean;
  /** Shard sequence of the posting that answered it. */
  readonly sequence: number;
  /** Whether that posting refused. */
  readonly refused: boolean;
}

const WORDS = 8; // four of the key's digest, two of the input's hash, the sequence, the flags
const INPUT = 4;
const SEQUENCE = 6;
const FLAGS = 7;
const REFUSED = 1;
const FIRST_CAPACITY = 1_024;
const FILL_MAX = 0.6;

/**
 * Every key ever used in a shard, 32 bytes each, so that all of them fit into memory and into a snapshot as they are: a
 * JavaScript Map would need five times that. Keys are known by 128 bits of their SHA-256, inputs by 64.
 */
export class KeyTable {
  #slots: Uint32Array;
  #size = 0;
  // What is decided is evolved next, with the same key.
  #lastKey: string | undefined;
  readonly #lastDigest = new Uint32Array(INPUT);

  constructor(slots: Uint32Array = new Uint32Array(FIRST_CAPACITY * WORDS)) {
    this.#slots = slots;
    for (let at = SEQUENCE; at < slots.length; at += WORDS) if (slots[at] !== 0) this.#size += 1;
  }

  get size(): number {
    return this.#size;
  }

  find(key: string, inputHash: Uint8Array): Remembered | undefined {
    const at = this.#locate(this.#slots, this.#digest(key));
    const slots = this.#slots;
    if (slots[at + SEQUENCE] === 0) return undefined;
    return {
      sameInput: slots[at + INPUT] === word(inputHash, 0) && slots[at + INPUT + 1] === word(inputHash, 4),
      sequence: slots[at + SEQUENCE]!,
      refused: (slots[at + FLAGS]! & REFUSED) !== 0,
    };
  }

  /** Throws when the key is already there: a shard that takes a key twice must not go on. */
  add(key: string, inputHash: Uint8Array, sequence: number, refused = false): void {
    if ((this.#size + 1) * WORDS > this.#slots.length * FILL_MAX) this.#grow();
    const digest = this.#digest(key);
    const at = this.#locate(this.#slots, digest);
    if (this.#slots[at + SEQUENCE] !== 0) throw new Error(`the key of posting ${sequence} was used before, by posting ${this.#slots[at + SEQUENCE]}`);
    this.#slots.set(digest, at);
    this.#slots[at + INPUT] = word(inputHash, 0);
    this.#slots[at + INPUT + 1] = word(inputHash, 4);
    this.#slots[at + SEQUENCE] = sequence;
    this.#slots[at + FLAGS] = refused ? REFUSED : 0;
    this.#size += 1;
  }

  /** As the constructor takes it; not a copy. */
  slots(): Uint32Array {
    return this.#slots;
  }

  #digest(key: string): Uint32Array {
    if (key !== this.#lastKey) {
      const bytes = sha256Bytes(key);
      for (let n = 0; n < INPUT; n++) this.#lastDigest[n] = wordOf(bytes, 4 * n);
      this.#lastKey = key;
    }
    return this.#lastDigest;
  }

  /** Where the key is, or where it would go. Open addressing: there is always a free slot. */
  #locate(slots: Uint32Array, digest: Uint32Array): number {
    const capacity = slots.length / WORDS;
    for (let slot = digest[0]! % capacity; ; slot = slot + 1 === capacity ? 0 : slot + 1) {
      const at = slot * WORDS;
      if (slots[at + SEQUENCE] === 0) return at;
      if (slots[at] === digest[0] && slots[at + 1] === digest[1] && slots[at + 2] === digest[2] && slots[at + 3] === digest[3]) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const larger = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + SEQUENCE] === 0) continue;
      const entry = old.subarray(at, at + WORDS);
      larger.set(entry, this.#locate(larger, entry));
    }
    this.#slots = larger;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function wordOf(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)) >>> 0;
}
