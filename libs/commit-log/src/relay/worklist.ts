export interface WorklistLimits {
  readonly batch: number;
  /** Of what waits. */
  readonly room: number;
}

/** Works off what it is given, in order, in batches, one batch after the other. */
export class Worklist<T> {
  readonly #limits: WorklistLimits;
  readonly #work: (items: readonly T[]) => Promise<void>;
  readonly #aborted: AbortSignal;
  #waiting: T[] = [];
  #head = 0;
  #running: Promise<void> | undefined;

  constructor(limits: WorklistLimits, work: (items: readonly T[]) => Promise<void>, aborted: AbortSignal) {
    this.#limits = limits;
    this.#work = work;
    this.#aborted = aborted;
  }

  get isFull(): boolean {
    return this.#waiting.length - this.#head >= this.#limits.room;
  }

  push(item: T): void {
    this.#waiting.push(item);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits and nothing is under way, or when it is aborted. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await null; // what is pushed in one turn is one batch
    while (this.#head < this.#waiting.length && !this.#aborted.aborted) await this.#work(this.#take());
    this.#running = undefined;
  }

  #take(): T[] {
    const items = this.#waiting.slice(this.#head, this.#head + this.#limits.batch);
    this.#head += items.length;
    if (this.#head === this.#waiting.length || this.#head > this.#limits.room) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return items;
  }
}
