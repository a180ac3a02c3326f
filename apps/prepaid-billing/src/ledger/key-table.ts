import { sha256Bytes } from './sha256.ts';
import { Words } from './words.ts';

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
const FILL_MAX = 0.5;
/** More keys than are decided on in one turn. */
const DIGESTS = 4_096;

/**
 * Every key ever used in a shard, 32 bytes each in the order of their use, and where it is in an index of four bytes: a
 * JavaScript Map would need five times that. Keys are known by 128 bits of their SHA-256, inputs by 64.
 */
export class KeyTable {
  readonly #entries: Words;
  /** The number of an entry, from 1, at the slot of its key. Open addressing: there is always a free slot. */
  #index = new Uint32Array(FIRST_CAPACITY);
  /** Of keys that were looked for of late: what is decided is evolved next, with the same keys. */
  readonly #digests = new Map<string, string>();
  readonly #words = new Uint32Array(INPUT);

  constructor(entries = new Words()) {
    this.#entries = entries;
    let capacity = FIRST_CAPACITY;
    while (this.size > capacity * FILL_MAX) capacity *= 2;
    this.#fillIndex(capacity);
  }

  get size(): number {
    return this.#entries.length / WORDS;
  }

  find(key: string, inputHash: Uint8Array): Remembered | undefined {
    const entry = this.#index[this.#slotOf(this.#digest(key))]!;
    if (entry === 0) return undefined;
    const at = (entry - 1) * WORDS;
    const entries = this.#entries;
    return {
      sameInput: entries.at(at + INPUT) === word(inputHash, 0) && entries.at(at + INPUT + 1) === word(inputHash, 4),
      sequence: entries.at(at + SEQUENCE)!,
      refused: (entries.at(at + FLAGS)! & REFUSED) !== 0,
    };
  }

  /** Throws when the key is already there: a shard that takes a key twice must not go on. */
  add(key: string, inputHash: Uint8Array, sequence: number, refused = false): void {
    const entries = this.#entries;
    if (this.size + 1 > this.#index.length * FILL_MAX) this.#fillIndex(this.#index.length * 2);
    const digest = this.#digest(key);
    const slot = this.#slotOf(digest);
    const there = this.#index[slot]!;
    if (there !== 0) throw new Error(`the key of posting ${sequence} was used before, by posting ${entries.at((there - 1) * WORDS + SEQUENCE)}`);
    for (let n = 0; n < INPUT; n++) entries.push(digest[n]!);
    entries.push(word(inputHash, 0));
    entries.push(word(inputHash, 4));
    entries.push(sequence);
    entries.push(refused ? REFUSED : 0);
    this.#index[slot] = this.size;
    this.#digests.delete(key);
  }

  /** What the constructor takes, as bytes. */
  parts(): Uint8Array[] {
    return this.#entries.parts();
  }

  /** Overwritten by the next. */
  #digest(key: string): Uint32Array {
    let bytes = this.#digests.get(key);
    if (bytes === undefined) {
      if (this.#digests.size === DIGESTS) this.#digests.clear();
      this.#digests.set(key, (bytes = sha256Bytes(key)));
    }
    for (let n = 0; n < INPUT; n++) this.#words[n] = wordOf(bytes, 4 * n);
    return this.#words;
  }

  /** Where the key is, or where it would go. */
  #slotOf(digest: Uint32Array): number {
    const index = this.#index;
    const mask = index.length - 1;
    for (let slot = digest[0]! & mask; ; slot = (slot + 1) & mask) {
      const entry = index[slot]!;
      if (entry === 0 || this.#entries.hasAt((entry - 1) * WORDS, digest)) return slot;
    }
  }

  #fillIndex(capacity: number): void {
    const index = new Uint32Array(capacity);
    const mask = capacity - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let slot = this.#entries.at(entry * WORDS)! & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = entry + 1;
    }
    this.#index = index;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function wordOf(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)) >>> 0;
}
