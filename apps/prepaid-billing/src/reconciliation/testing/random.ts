/** Seeded randomness (mulberry32), so that any generated day can be made again from its seed. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(share: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return { int, chance: (share) => next() < share, pick: (values) => values[int(0, values.length - 1)]! };
}

export interface Amounts {
  /** An amount that was not given out before. */
  draw(low: bigint, high: bigint): bigint;
  /** Whether an amount that was come by in another way is new; from then on it is not. */
  claim(amountFen: bigint): boolean;
}

/**
 * Amounts that occur once in a generated day, so that no two stories cancel or look alike by chance. Their last three
 * digits can be swapped with effect, and none is the difference that swapped digits make (a multiple of 9).
 */
export function uniqueAmounts(random: Random): Amounts {
  const used = new Set<bigint>();
  const claim = (amountFen: bigint) => !used.has(amountFen) && Boolean(used.add(amountFen));
  const draw = (low: bigint, high: bigint) => {
    for (;;) {
      const amountFen = low + BigInt(random.int(0, Number(high - low)));
      const [c, b, a] = [...amountFen.toString()].reverse();
      if (a !== b && b !== c && amountFen % 9n !== 0n && claim(amountFen)) return amountFen;
    }
  };
  return { draw, claim };
}
