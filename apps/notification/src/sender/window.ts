/** At most `width` jobs at once; what is offered twice is done once, what finds no room is offered again by the sweep. */
const WAITING_MAX = 10_000;

export class Window {
  readonly #width: number;
  readonly #work: (id: string) => Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  #draining = false;

  constructor(width: number, work: (id: string) => Promise<void>) {
    this.#width = width;
    this.#work = work;
  }

  offer(id: string): void {
    if (this.#draining || this.#running.has(id) || this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.add(id);
    this.#fill();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #fill(): void {
    for (const id of this.#waiting) {
      if (this.#running.size >= this.#width) return;
      this.#waiting.delete(id);
      const job = this.#work(id).finally(() => {
        this.#running.delete(id);
        this.#fill();
      });
      this.#running.set(id, job);
    }
  }
}
