import { KeyFilter } from './key-filter.ts';

/** Where runs are kept: pages called by the SHA-256 (hex) of what is in them. Reads throw where one is missing or altered. */
export interface KeyPages {
  write(pages: readonly Uint8Array[]): Promise<string[]>;
  read(names: readonly string[]): Promise<Uint8Array[]>;
}

export interface KeyLimits {
  /** Newest keys that are always in memory. */
  readonly recent: number;
  /** Keys that leave it together; a power of two, as are the next two. */
  readonly run: number;
  /** Keys in a page, more or less: what a look-up reads. */
  readonly page: number;
  /** Runs of one size that become one. */
  readonly together: number;
  readonly filterBits: number;
}

/** Of a shard; with what is about to leave they fit an index of 8 MiB. */
export const RECENT_KEYS = 700_000;
export const RECENT_KEYS_MIN = 16;
export const RECENT_KEYS_MAX = 50_000_000;
const RUN_KEYS = 262_144;

/** 40 bytes a recent key, 2 an older one. */
export function keyLimits(recent: number): KeyLimits {
  return { recent, run: Math.min(RUN_KEYS, 2 ** Math.floor(Math.log2(recent / 2))), page: 512, together: 4, filterBits: 16 };
}

export const KEY_LIMITS = keyLimits(RECENT_KEYS);

/** Words of a key: four of its digest, two of the input's hash, the sequence, the flags. */
export const WORDS = 8;
const NAME_BYTES = 32;
/** Written at a time: 512 KiB. */
const PAGES_AT_ONCE = 32;
/** A filter has at most 2^31 bits. */
const RUN_MAX = 2 ** 26;

/** Keys that were used one after the other and have left memory: what is left of them there. */
export interface KeyRun {
  readonly keys: number;
  /** A key is in the page that the first so many bits of its digest's second word say. */
  readonly pageBits: number;
  readonly filter: KeyFilter;
  /** Of its pages, 32 bytes each. */
  readonly names: Uint8Array;
}

export function pageOf({ pageBits, names }: KeyRun, digest: ArrayLike<number>): string {
  const page = placeOf(digest[1]!, pageBits);
  return Buffer.from(names.buffer, names.byteOffset + page * NAME_BYTES, NAME_BYTES).toString('hex');
}

export function namesOf({ names }: KeyRun): string[] {
  return Array.from({ length: names.length / NAME_BYTES }, (_, page) => Buffer.from(names.subarray(page * NAME_BYTES, (page + 1) * NAME_BYTES)).toString('hex'));
}

export function bytesOfNames(pageBits: number): number {
  return NAME_BYTES << pageBits;
}

export function wordsOf(page: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new Uint8Array(page).buffer); // a copy: words begin at multiples of four
}

export function writeRun(words: Uint32Array, limits: KeyLimits, pages: KeyPages): Promise<KeyRun> {
  const keys = words.length / WORDS;
  return write(keys, Math.max(0, Math.floor(Math.log2(keys / limits.page))), limits, pages, async () => [words]);
}

/** The newest runs of one size, oldest first, where there are enough of them to become one. */
export function mergeable(runs: readonly KeyRun[], { together }: KeyLimits): readonly KeyRun[] | undefined {
  const last = runs.slice(-together);
  const [{ keys, pageBits } = { keys: 0, pageBits: 0 }] = last;
  const isDue = last.length === together && keys * together <= RUN_MAX && last.every((run) => run.keys === keys && run.pageBits === pageBits);
  return isDue ? last : undefined;
}

/** Page by page: what is in a page of the old ones goes to a few of the new one. The old ones' pages stay. */
export function mergeRuns(runs: readonly KeyRun[], limits: KeyLimits, pages: KeyPages): Promise<KeyRun> {
  const finer = Math.log2(limits.together);
  const { keys, pageBits } = runs[0]!;
  return write(keys * limits.together, pageBits + finer, limits, pages, async (from, to) => {
    const names = runs.map(namesOf);
    const wanted = Array.from({ length: Math.max(1, (to - from) >> finer) }, (_, n) => names.map((mine) => mine[(from >> finer) + n]!)).flat();
    return (await pages.read(wanted)).map(wordsOf);
  });
}

/** `read`: all keys that belong to these pages, in the order of their use; others may be among them. */
async function write(
  keys: number, pageBits: number, { filterBits }: KeyLimits, pages: KeyPages, read: (fromPage: number, toPage: number) => Promise<readonly Uint32Array[]>,
): Promise<KeyRun> {
  const filter = KeyFilter.for(keys, filterBits);
  const count = 1 << pageBits;
  const names = new Uint8Array(bytesOfNames(pageBits));
  for (let from = 0; from < count; from += PAGES_AT_ONCE) {
    const to = Math.min(count, from + PAGES_AT_ONCE);
    const filled = fill(await read(from, to), pageBits, from, to, filter);
    for (const [n, name] of (await pages.write(filled)).entries()) names.set(Buffer.from(name, 'hex'), (from + n) * NAME_BYTES);
  }
  return { keys, pageBits, filter, names };
}

function fill(read: readonly Uint32Array[], pageBits: number, from: number, to: number, filter: KeyFilter): Uint8Array[] {
  const sizes = new Uint32Array(to - from);
  for (const words of read) {
    for (let at = 0; at < words.length; at += WORDS) {
      const page = placeOf(words[at + 1]!, pageBits) - from;
      if (page >= 0 && page < sizes.length) sizes[page]! += WORDS;
    }
  }
  const filled = Array.from(sizes, (size) => new Uint32Array(size));
  const next = new Uint32Array(sizes.length);
  for (const words of read) {
    for (let at = 0; at < words.length; at += WORDS) {
      const page = placeOf(words[at + 1]!, pageBits) - from;
      if (page < 0 || page >= sizes.length) continue;
      filter.add(words[at + 2]!, words[at + 3]!);
      const into = filled[page]!;
      for (let n = 0, to = next[page]!; n < WORDS; n++) into[to + n] = words[at + n]!;
      next[page]! += WORDS;
    }
  }
  return filled.map(({ buffer }) => new Uint8Array(buffer));
}

function placeOf(word: number, pageBits: number): number {
  return pageBits === 0 ? 0 : word >>> (32 - pageBits);
}
