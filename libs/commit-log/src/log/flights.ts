/** What is ready at the same time flies together. While so many flights are under way, what comes gathers for the next. */
export class Flights<W> {
  readonly #most: number;
  readonly #fly: (batch: W[]) => Promise<void>;
  readonly #fitting: (queue: readonly W[]) => number;
  #queue: W[] = [];
  #flying = 0;
  #idle: (() => void)[] = [];
  #scheduled = false;

  /** `fly` answers who waits, whatever happens: it never rejects. `fitting`: how many of the first go in one flight. */
  constructor(most: number, fly: (batch: W[]) => Promise<void>, fitting: (queue: readonly W[]) => number = ({ length }) => length) {
    this.#most = most;
    this.#fly = fly;
    this.#fitting = fitting;
  }

  get queued(): number {
    return this.#queue.length;
  }

  add(waiting: W): void {
    this.#queue.push(waiting);
    this.#schedule();
  }

  /** All that has not left. */
  takeBack(): W[] {
    const left = this.#queue.splice(0);
    this.#wakeIdle();
    return left;
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.#flying > 0 || this.#queue.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#flying >= this.#most || this.#queue.length === 0) return;
    this.#scheduled = true;
    // One turn later, so that all who were woken by the same answer share the next flight.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#leave(this.#queue.splice(0, this.#fitting(this.#queue)));
      this.#schedule();
    });
  }

  async #leave(batch: W[]): Promise<void> {
    if (batch.length === 0) return;
    this.#flying += 1;
    await this.#fly(batch);
    this.#flying -= 1;
    this.#schedule();
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }
}
