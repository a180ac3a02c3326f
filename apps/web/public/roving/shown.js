/** What a device shows at the close, against what has come. */

/** @typedef {{ receiptCount: number, receiptFen: string, voidCount: number, voidFen: string }} Totals */
/** @typedef {{ from: number, to: number }} Run */
/** @typedef {{ same: true } | { differs: true } | { runs: string, lacking: Totals }} Compared */

const NOTHING = { receiptCount: 0, receiptFen: '0', voidCount: 0, voidFen: '0' };

/** @param {readonly Run[]} runs */
export function runsInWords(runs) {
  return runs.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}

/**
 * Whether all has come; else what is missing, number and sum, or that it cannot be.
 * @param {{ highestSequence: number, signed: Totals }} shown
 * @param {{ device: { through: number, highest: number }, missing: readonly Run[], inShift?: Totals }} come
 * @returns {Compared}
 */
export function compare({ highestSequence, signed }, { device, missing, inShift = NOTHING }) {
  const runs = [...missing, ...(highestSequence > device.highest ? [{ from: device.highest + 1, to: highestSequence }] : [])].filter(({ from }) => from <= highestSequence);
  const records = runs.reduce((sum, { from, to }) => sum + Math.min(to, highestSequence) - from + 1, 0);
  const lacking = {
    receiptCount: signed.receiptCount - inShift.receiptCount, receiptFen: String(BigInt(signed.receiptFen) - BigInt(inShift.receiptFen)),
    voidCount: signed.voidCount - inShift.voidCount, voidFen: String(BigInt(signed.voidFen) - BigInt(inShift.voidFen)),
  };
  const isSum = (/** @type {number} */ count, /** @type {string} */ fen) => count >= 0 && (count === 0 ? BigInt(fen) === 0n : BigInt(fen) >= BigInt(count));
  const isPossible = isSum(lacking.receiptCount, lacking.receiptFen) && isSum(lacking.voidCount, lacking.voidFen) && lacking.receiptCount + lacking.voidCount <= records;
  if (highestSequence < device.highest || !isPossible) return { differs: true };
  return records === 0 ? { same: true } : { runs: runsInWords(runs), lacking };
}
