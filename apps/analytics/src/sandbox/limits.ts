/** What an analyst's SQL may take. */
export const SANDBOX_LIMITS = {
  sqlCharacters: 20_000,
  rows: 10_000,
  bytes: 4 * 2 ** 20,
  timeMs: 10_000,
  /** DuckDB's own, for what it counts. */
  memoryMb: 384,
  /** The process's, for what it does not count: it is killed above. */
  residentMb: 768,
  /** The system's: no memory beyond it is given to the process at all. */
  dataMb: 1_536,
  waiting: 8,
  /** How old a copy of the facts may be. */
  copyAgeMs: 60_000,
} as const;
