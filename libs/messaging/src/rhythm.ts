/** How much an older batch still counts when the next one is noted. */
const KEPT = 0.8;
/** A pause says that it is quiet, but not for long. */
const PAUSE_MS_MAX = 1_000;

/** How many records come in a time, of late. */
export class Rhythm {
  #records = 0;
  #ms = 0;
  #at: number;

  constructor(atMs: number) {
    this.#at = atMs;
  }

  /** So many came since the last note. */
  note(records: number, atMs: number): void {
    this.#records = this.#records * KEPT + records;
    this.#ms = this.#ms * KEPT + Math.min(atMs - this.#at, PAUSE_MS_MAX);
    this.#at = atMs;
  }

  expectedIn(ms: number): number {
    return this.#ms === 0 ? 0 : (this.#records * ms) / this.#ms;
  }
}
