/** What a single command may hold at most; each is far above anything a power company sees in one piece. */
export const TOP_UP_MAX_FEN = 100_000_000n; // 1,000,000 yuan
export const CHARGE_MAX_FEN = 100_000_000_000n; // 1,000,000,000 yuan
export const THRESHOLD_MAX_FEN = 100_000_000n;
/** Money said to be taken before this day is a slip of the pen. */
export const TAKEN_EARLIEST = new Date('1980-01-01T00:00:00Z');
