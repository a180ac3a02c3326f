/** A commit of a shard: where it is, and which posting is its first; undefined where it has none. */
export interface Mark {
  readonly seq: number;
  readonly first?: number | undefined;
}

/** Where a shard ends. `postings` is undefined where only the owner would know. */
export interface ShardEnd {
  readonly seq: number;
  readonly postings?: number | undefined;
}

/** So many commits to either side are asked for too. */
const AROUND = 4;

interface Bounds {
  readonly number: number;
  /** A commit that begins at the number or before it; 0 before the first. */
  low: number;
  lowFirst: number;
  /** A commit that begins after the number, or the place after the last. */
  high: number;
  highFirst: number;
  /** Commits from here on hold nothing, as far as they were looked at: the next to look at are those after them. */
  empty?: { readonly from: number; readonly to: number } | undefined;
}

/**
 * The seq of the commit that holds each of these postings, for many at once: commits are numbered without a gap, and so are postings, so
 * one is looked for where it would be if all commits were of one size, and then closer and closer. By point look-ups alone, some four
 * rounds whatever the length of the log. 0 where there is none.
 */
export async function locate(numbers: readonly number[], { seq, postings = Infinity }: ShardEnd, marksOf: (seqs: readonly number[]) => Promise<readonly Mark[]>): Promise<number[]> {
  const all = numbers.map((number): Bounds => ({ number, low: 0, lowFirst: 1, high: seq + 1, highFirst: postings + 1 }));
  for (let round = 0, open = all; ; round += 1) {
    open = open.filter(({ low, high }) => high - low > 1);
    if (open.length === 0) return all.map(({ low }) => low);
    const windows = open.map((bounds) => windowOf(bounds, round));
    const marks = new Map((await marksOf([...new Set(windows.flat())])).map(({ seq, first }) => [seq, first]));
    for (const [index, bounds] of open.entries()) narrow(bounds, windows[index]!, marks);
  }
}

/** By halves every third time, so that commits of very different sizes cost rounds, but not many. */
function windowOf({ number, low, lowFirst, high, highFirst, empty }: Bounds, round: number): number[] {
  const share = round % 3 === 2 || highFirst === Infinity ? 0.5 : (number - lowFirst) / (highFirst - lowFirst);
  const guess = empty ? empty.to + 1 + AROUND : low + Math.floor(share * (high - low));
  const from = Math.max(low + 1, Math.min(guess, high - 1) - AROUND);
  const to = Math.min(high - 1, Math.max(guess, low + 1) + AROUND);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function narrow(bounds: Bounds, window: readonly number[], marks: ReadonlyMap<number, number | undefined>): void {
  const { number } = bounds;
  let emptyFrom = bounds.empty?.from ?? window[0]!;
  let isEmpty = true;
  bounds.empty = undefined;
  for (const seq of window) {
    const first = marks.get(seq);
    if (first === undefined) continue;
    isEmpty = false;
    if (first > number) {
      bounds.high = emptyFrom;
      bounds.highFirst = first;
      return;
    }
    bounds.low = seq;
    bounds.lowFirst = first;
    emptyFrom = seq + 1;
  }
  if (window.at(-1) === bounds.high - 1) bounds.high = emptyFrom;
  else if (isEmpty) bounds.empty = { from: emptyFrom, to: window.at(-1)! };
}
