import { bytesOfNames, KEY_LIMITS, mergeable, mergeRuns, namesOf, pageOf, WORDS, wordsOf, writeRun, type KeyLimits, type KeyPages, type KeyRun } from './key-run.ts';
import { KeyFilter } from './key-filter.ts';
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

/** What a snapshot says of a run beside its filter and its pages' names. */
export interface RunHead {
  readonly keys: number;
  readonly pageBits: number;
  readonly filterBytes: number;
}

const INPUT = 4;
const SEQUENCE = 6;
const FLAGS = 7;
const REFUSED = 1;
const BYTES = WORDS * 4;
const DIGEST_BYTES = INPUT * 4;
const FIRST_CAPACITY = 1_024;
const FIRST_KEYS = 128;
const FILL_MAX = 0.5;
/** More keys than are decided on in one turn. */
const DIGESTS = 4_096;
/** Keys that go from the index for each that comes, once they are in a run: no moment is long. */
const REMOVED_AT_ONCE = 2;
/** Pages that are read at a time, 16 KiB each. */
const RECALLED_AT_ONCE = 256;
const NOTHING: readonly never[] = [];

/**
 * Every key ever used in a shard. The recent ones are in memory: 32 bytes each in the order of their use, and where it is in an
 * index of four bytes; a JavaScript Map would need five times that. The older ones are in runs, outside, and a filter says of nearly
 * every new key that it is not among them. Keys are known by 128 bits of their SHA-256, inputs by 64.
 */
export class KeyTable {
  readonly #limits: KeyLimits;
  readonly #shift: number;
  /** Oldest first, from the first key on. */
  #runs: readonly KeyRun[];
  /** Keys in runs. */
  #outside: number;
  /** All keys ever. Keys have numbers in the order of their use, from 0. */
  #count: number;
  /** The oldest key that is in the index, and the first of the first block. */
  #oldest: number;
  #base: number;
  /** Keys one after the other, so many as leave together; what is full never changes. */
  readonly #blocks: Uint32Array<ArrayBuffer>[] = [];
  /** The number of a key plus one, at the slot of its digest. Open addressing: there is always a free slot. */
  #index = new Uint32Array(FIRST_CAPACITY);
  /** Of keys that were looked for of late: what is decided is evolved next, with the same keys. */
  readonly #digests = new Map<string, string>();
  readonly #words = new Uint32Array(INPUT);
  /** Digests that were looked for and may be outside; and what was found there of those before, null: nothing. */
  #missed: string[] = [];
  readonly #recalled = new Map<string, Uint32Array | null>();

  /** `recent`: all that are in no run, as `parts` had them. */
  constructor(limits = KEY_LIMITS, runs: readonly KeyRun[] = [], recent: Uint8Array = new Uint8Array()) {
    this.#limits = limits;
    this.#shift = Math.log2(limits.run);
    this.#runs = runs;
    this.#outside = runs.reduce((sum, { keys }) => sum + keys, 0);
    this.#base = this.#oldest = this.#outside;
    this.#count = this.#outside + recent.length / BYTES;
    for (let at = 0; at < recent.length; at += limits.run * BYTES) this.#blocks.push(wordsOf(recent.subarray(at, at + limits.run * BYTES)));
    let capacity = FIRST_CAPACITY;
    while (this.#count - this.#oldest > capacity * FILL_MAX) capacity *= 2;
    this.#fillIndex(capacity);
  }

  get size(): number {
    return this.#count;
  }

  /** Undefined also where nobody can say before `missed` has been recalled. */
  find(key: string, inputHash: Uint8Array): Remembered | undefined {
    const digest = this.#digest(key);
    const entry = this.#index[this.#slotOf(digest)]!;
    if (entry !== 0) return remembered(this.#blockOf(entry - 1), this.#at(entry - 1), inputHash);
    if (!this.#mayBeOutside(digest)) return undefined;
    const name = this.#digests.get(key)!.slice(0, DIGEST_BYTES);
    const found = this.#recalled.get(name);
    if (found === undefined) this.#missed.push(name);
    return found ? remembered(found, 0, inputHash) : undefined;
  }

  /** Throws when the key is already there: a shard that takes a key twice must not go on. */
  add(key: string, inputHash: Uint8Array, sequence: number, refused = false): void {
    if (this.#count + 1 - this.#oldest > this.#index.length * FILL_MAX) this.#fillIndex(this.#index.length * 2);
    const digest = this.#digest(key);
    const slot = this.#slotOf(digest);
    const there = this.#index[slot]!;
    if (there !== 0) throw new Error(`the key of posting ${sequence} was used before, by posting ${this.#blockOf(there - 1)[this.#at(there - 1) + SEQUENCE]}`);
    const block = this.#roomFor(this.#count);
    const at = this.#at(this.#count);
    for (let n = 0; n < INPUT; n++) block[at + n] = digest[n]!;
    block[at + INPUT] = word(inputHash, 0);
    block[at + INPUT + 1] = word(inputHash, 4);
    block[at + SEQUENCE] = sequence;
    block[at + FLAGS] = refused ? REFUSED : 0;
    this.#index[slot] = this.#count += 1;
    this.#digests.delete(key);
    for (let n = 0; n < REMOVED_AT_ONCE && this.#oldest < this.#outside; n++) this.#removeOldest();
  }

  /** What was looked for since the last call and may be outside. */
  missed(): readonly string[] {
    if (this.#missed.length === 0) return NOTHING;
    const missed = this.#missed;
    this.#missed = [];
    return missed;
  }

  /** Looks outside, and has what was found there at hand until `forget`. */
  async recall(missed: ReadonlySet<string>, pages: KeyPages): Promise<void> {
    const outside = this.#outside;
    const asked = Array.from(missed, (name) => ({ name, digest: wordsOf(Buffer.from(name, 'binary')) }));
    const looks = this.#runs.flatMap((run) => asked.filter(({ digest }) => run.filter.mayHold(digest[2]!, digest[3]!)).map((asked) => ({ ...asked, page: pageOf(run, asked.digest) })));
    const found = new Map<string, Uint32Array>();
    for (let from = 0; from < looks.length; from += RECALLED_AT_ONCE) {
      const some = looks.slice(from, from + RECALLED_AT_ONCE);
      for (const [n, page] of (await pages.read(some.map(({ page }) => page))).entries()) {
        const key = keyIn(wordsOf(page), some[n]!.digest);
        if (key) found.set(some[n]!.name, key);
      }
    }
    for (const [name, key] of found) this.#recalled.set(name, key);
    // What was in memory then may have left it meanwhile: of that nothing is known.
    if (this.#outside === outside) for (const name of missed) if (!found.has(name)) this.#recalled.set(name, null);
  }

  forget(): void {
    this.#recalled.clear();
  }

  /**
   * Undefined: nothing is due. Else writes the oldest keys of memory as a run, or first several runs as one; what that resolves to
   * takes it into use. One at a time, and only when all keys that are there now are durable.
   */
  leave(): ((pages: KeyPages) => Promise<() => void>) | undefined {
    const merged = mergeable(this.#runs, this.#limits);
    if (merged) return async (pages) => this.#using(merged, await mergeRuns(merged, this.#limits, pages));
    const { recent, run } = this.#limits;
    if (this.#count - this.#outside < recent + run) return undefined;
    const words = this.#blockOf(this.#outside);
    return async (pages) => this.#using([], await writeRun(words, this.#limits, pages));
  }

  /** What the constructor takes, in parts that do not change any more. */
  parts(): { readonly runs: RunHead[]; readonly filters: Uint8Array[]; readonly names: Uint8Array[]; readonly recent: Uint8Array[] } {
    const blocks = this.#blocks.slice((this.#outside - this.#base) >>> this.#shift);
    return {
      runs: this.#runs.map(({ keys, pageBits, filter }) => ({ keys, pageBits, filterBytes: filter.bytes.length })),
      filters: this.#runs.map(({ filter }) => filter.bytes),
      names: this.#runs.map(({ names }) => names),
      recent: blocks.map((block, n) => {
        const used = (this.#count - this.#outside - n * this.#limits.run) * WORDS;
        return new Uint8Array((used >= block.length ? block : block.slice(0, used)).buffer);
      }),
    };
  }

  /** Whether another table, whose keys may be outside, says the same as this one, whose keys are all in memory. */
  async difference(other: KeyTable, pages: KeyPages): Promise<string | undefined> {
    if (!this.endsAs(other)) return 'keys';
    let first = 0;
    for (const [n, run] of other.#runs.entries()) {
      if (!(await this.#isRun(first, run, pages))) return `keys of run ${n + 1}`;
      first += run.keys;
    }
    return undefined;
  }

  /** Whether what the other has in memory are the newest of these. */
  endsAs(other: KeyTable): boolean {
    if (this.#count !== other.#count) return false;
    for (let n = other.#outside; n < this.#count; n++) if (!isAt(this.#blockOf(n), this.#at(n), other.#blockOf(n), other.#at(n), WORDS)) return false;
    return true;
  }

  async #isRun(first: number, run: KeyRun, pages: KeyPages): Promise<boolean> {
    const seen = new Set<number>();
    const names = namesOf(run);
    for (let from = 0; from < names.length; from += RECALLED_AT_ONCE) {
      const some = names.slice(from, from + RECALLED_AT_ONCE);
      for (const [n, page] of (await pages.read(some)).entries()) {
        const words = wordsOf(page);
        for (let at = 0; at < words.length; at += WORDS) {
          const digest = words.subarray(at, at + INPUT);
          const number = this.#index[this.#slotOf(digest)]! - 1;
          const isRight = number >= first && number < first + run.keys && isAt(words, at, this.#blockOf(number), this.#at(number), WORDS);
          if (!isRight || pageOf(run, digest) !== some[n] || !run.filter.mayHold(digest[2]!, digest[3]!)) return false;
          seen.add(number);
        }
      }
    }
    return seen.size === run.keys;
  }

  #using(instead: readonly KeyRun[], run: KeyRun): () => void {
    return () => {
      this.#runs = [...this.#runs.filter((old) => !instead.includes(old)), run];
      if (instead.length > 0) return;
      this.#outside += run.keys;
      this.#recalled.clear();
    };
  }

  #mayBeOutside(digest: Uint32Array): boolean {
    const [runs, first, second] = [this.#runs, digest[2]!, digest[3]!];
    for (let n = 0; n < runs.length; n++) if (runs[n]!.filter.mayHold(first, second)) return true;
    return false;
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
      if (entry === 0 || isAt(this.#blockOf(entry - 1), this.#at(entry - 1), digest, 0, INPUT)) return slot;
    }
  }

  #fillIndex(capacity: number): void {
    const index = new Uint32Array(capacity);
    const mask = capacity - 1;
    for (let entry = this.#oldest; entry < this.#count; entry++) {
      let slot = this.#homeOf(entry) & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = entry + 1;
    }
    this.#index = index;
  }

  /** Those behind it move up, so that nobody finds a gap before what he looks for. */
  #removeOldest(): void {
    const index = this.#index;
    const mask = index.length - 1;
    let gap = this.#homeOf(this.#oldest) & mask;
    while (index[gap] !== this.#oldest + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; index[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#homeOf(index[slot]! - 1) & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      index[gap] = index[slot]!;
      gap = slot;
    }
    index[gap] = 0;
    this.#oldest += 1;
    if (this.#oldest - this.#base < this.#limits.run) return;
    this.#blocks.shift();
    this.#base += this.#limits.run;
  }

  #homeOf(entry: number): number {
    return this.#blockOf(entry)[this.#at(entry)]!;
  }

  #blockOf(entry: number): Uint32Array<ArrayBuffer> {
    return this.#blocks[(entry - this.#base) >>> this.#shift]!;
  }

  #at(entry: number): number {
    return ((entry - this.#base) & (this.#limits.run - 1)) * WORDS;
  }

  #roomFor(entry: number): Uint32Array {
    const n = (entry - this.#base) >>> this.#shift;
    const block = this.#blocks[n];
    if (block && this.#at(entry) < block.length) return block;
    const room = new Uint32Array(Math.min(this.#limits.run, Math.max(FIRST_KEYS, (2 * (block?.length ?? 0)) / WORDS)) * WORDS);
    if (block) room.set(block);
    return (this.#blocks[n] = room);
  }
}

/** The runs of a snapshot. */
export function readRuns(heads: readonly RunHead[], filters: Uint8Array, names: Uint8Array): KeyRun[] {
  let [filterAt, namesAt] = [0, 0];
  return heads.map(({ keys, pageBits, filterBytes }) => ({
    keys, pageBits,
    filter: new KeyFilter(wordsOf(filters.subarray(filterAt, (filterAt += filterBytes)))),
    names: new Uint8Array(names.subarray(namesAt, (namesAt += bytesOfNames(pageBits)))),
  }));
}

function keyIn(page: Uint32Array, digest: Uint32Array): Uint32Array | undefined {
  for (let at = 0; at < page.length; at += WORDS) if (isAt(page, at, digest, 0, INPUT)) return page.slice(at, at + WORDS);
  return undefined;
}

function remembered(words: Uint32Array, at: number, inputHash: Uint8Array): Remembered {
  return {
    sameInput: words[at + INPUT] === word(inputHash, 0) && words[at + INPUT + 1] === word(inputHash, 4),
    sequence: words[at + SEQUENCE]!,
    refused: (words[at + FLAGS]! & REFUSED) !== 0,
  };
}

function isAt(words: Uint32Array, at: number, others: Uint32Array, otherAt: number, count: number): boolean {
  for (let n = 0; n < count; n++) if (words[at + n] !== others[otherAt + n]) return false;
  return true;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function wordOf(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)) >>> 0;
}
