/**
 * The one or two candidates whose amounts come to the first target that can be met so, in the order given; undefined
 * when none can. One before two: the shorter story. More than two would explain nearly every residue by chance.
 */
export function choose<Candidate>(candidates: readonly Candidate[], amountOf: (candidate: Candidate) => bigint, targets: readonly bigint[]): readonly Candidate[] | undefined {
  for (const targetFen of targets) {
    const one = candidates.find((candidate) => amountOf(candidate) === targetFen);
    if (one !== undefined) return [one];
    const seen = new Map<bigint, Candidate>();
    for (const candidate of candidates) {
      const other = seen.get(targetFen - amountOf(candidate));
      if (other !== undefined) return [other, candidate];
      if (!seen.has(amountOf(candidate))) seen.set(amountOf(candidate), candidate);
    }
  }
  return undefined;
}
