/** At most `width` jobs at once; what is offered twice is done once, what finds no room is offered again by the sweep. */
const WAITING_MAX = 10_000;

/** What is told to one goes before what is told to many. */
export type Lane = 'one' | 'many';

export class Window {
  readonly #width: number;
  readonly #work: (id: string) => Promise<void>;
  readonly #waiting: Readonly<Record<Lane, Set<string>>> = { one: new Set(), many: new Set() };
  readonly #running = new Map<string, Promise<void>>();
  #draining = false;

  constructor(width: number, work: (id: string) => Promise<void>) {
    this.#width = width;
    this.#work = work;
  }

  offer(id: string, lane: Lane): void {
    if (this.#draining || this.#running.has(id) || this.#waiting[lane].size >= WAITING_MAX) return;
    this.#waiting[lane].add(id);
    this.#fill();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    for (const waiting of Object.values(this.#waiting)) waiting.clear();
    await Promise.all(this.#running.values());
  }

  #fill(): void {
    for (const waiting of [this.#waiting.one, this.#waiting.many]) {
      for (const id of waiting) {
        if (this.#running.size >= this.#width) return;
        waiting.delete(id);
        const job = this.#work(id).finally(() => {
          this.#running.delete(id);
          this.#fill();
        });
        this.#running.set(id, job);
      }
    }
  }
}
