/** What a single command may hold at most; each is far above anything a power company sees in one piece. */
export const TOP_UP_MAX_FEN = 100_000_000n; // 1,000,000 yuan
export const CHARGE_MAX_FEN = 100_000_000_000n; // 1,000,000,000 yuan
export const THRESHOLD_MAX_FEN = 100_000_000n;
/** Money said to be taken before this day is a slip of the pen. */
export const TAKEN_EARLIEST = new Date('1980-01-01T00:00:00Z');
/** A balance that lasts fewer days at the account's recent use is told early. */
export const EARLY_DAYS = 7;
/** Recent use is that of one to two such spans. */
export const USE_SPAN_DAYS = 45;
/** What a person writes as a reason. */
export const REASON_CHARACTERS_MAX = 200;
/** Items whose arrears begin in one command. */
export const ARREARS_AT_ONCE = 1_000;
/** Days that a shard which slept may close in one command. */
export const BARRIERS_AT_ONCE = 400;
/** Lines of one batch of charges: a bit each in memory until it is settled. */
export const BATCH_LINES_MAX = 10_000_000;
