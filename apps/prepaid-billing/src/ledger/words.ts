const SEGMENT_BITS = 18;
/** Words in a full segment: 1 MiB. */
const SEGMENT = 1 << SEGMENT_BITS;
const FIRST = 1_024;

/**
 * 32-bit numbers that are only ever added, in segments: what is full never changes again, so that nothing is copied when
 * it grows, and a snapshot takes all but the last as they are.
 */
export class Words {
  readonly #segments: Uint32Array<ArrayBuffer>[] = [];
  #length = 0;

  static from(bytes: Uint8Array): Words {
    const words = new Words();
    for (let at = 0; at < bytes.length; at += 4 * SEGMENT) words.#segments.push(new Uint32Array(new Uint8Array(bytes.subarray(at, at + 4 * SEGMENT)).buffer));
    words.#length = bytes.length / 4;
    return words;
  }

  get length(): number {
    return this.#length;
  }

  push(word: number): void {
    const n = this.#length >>> SEGMENT_BITS;
    const at = this.#length & (SEGMENT - 1);
    const segment = this.#segments[n];
    if (!segment || at === segment.length) this.#segments[n] = larger(segment);
    this.#segments[n]![at] = word;
    this.#length += 1;
  }

  at(index: number): number | undefined {
    return index < this.#length ? this.#segments[index >>> SEGMENT_BITS]![index & (SEGMENT - 1)] : undefined;
  }

  /** Whether these are the numbers from an index on. */
  hasAt(index: number, words: Uint32Array): boolean {
    const segment = this.#segments[index >>> SEGMENT_BITS]!;
    const at = index & (SEGMENT - 1);
    for (let n = 0; n < words.length; n++) if (segment[at + n] !== words[n]) return false;
    return true;
  }

  /** As `from` takes them, one after the other. They do not change any more. */
  parts(): Uint8Array[] {
    return this.#segments.map((segment, n) => {
      const used = Math.min(SEGMENT, this.#length - n * SEGMENT);
      return new Uint8Array(used === SEGMENT ? segment.buffer : segment.slice(0, used).buffer);
    });
  }
}

function larger(segment: Uint32Array<ArrayBuffer> | undefined): Uint32Array<ArrayBuffer> {
  const made = new Uint32Array(segment ? Math.min(SEGMENT, segment.length * 2) : FIRST);
  if (segment) made.set(segment);
  return made;
}
