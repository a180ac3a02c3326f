/** Whether two neighbouring digits changed places and nothing else: 1,250.00 for 1,520.00. A leading zero counts. */
export function isTransposed(oneFen: bigint, otherFen: bigint): boolean {
  const width = Math.max(oneFen.toString().length, otherFen.toString().length);
  const [one, other] = [oneFen.toString().padStart(width, '0'), otherFen.toString().padStart(width, '0')];
  const at = [...one].findIndex((digit, i) => digit !== other[i]);
  return at !== -1 && one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2);
}
