const PROBES = 8;
const WORD_BITS = 32;

/** Which keys may be in a run (a Bloom filter): who is in it is never denied; of others at 16 bits a key, one in 1,700 is not either. */
export class KeyFilter {
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #mask: number;

  constructor(words: Uint32Array<ArrayBuffer>) {
    this.#words = words;
    this.bytes = new Uint8Array(words.buffer);
    this.#mask = words.length * WORD_BITS - 1;
  }

  static for(keys: number, bitsAKey: number): KeyFilter {
    let words = 1;
    while (words * WORD_BITS < keys * bitsAKey) words *= 2;
    return new KeyFilter(new Uint32Array(words));
  }

  /** By two words of the key's digest. */
  add(first: number, second: number): void {
    const step = second | 1;
    for (let n = 0, at = first; n < PROBES; n++, at = (at + step) | 0) this.#words[(at & this.#mask) >>> 5]! |= 1 << at;
  }

  mayHold(first: number, second: number): boolean {
    const [words, mask, step] = [this.#words, this.#mask, second | 1];
    for (let n = 0, at = first; n < PROBES; n++, at = (at + step) | 0) if ((words[(at & mask) >>> 5]! & (1 << at)) === 0) return false;
    return true;
  }
}
