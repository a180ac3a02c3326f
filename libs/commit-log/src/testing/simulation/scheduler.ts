interface Due {
  readonly atMs: number;
  /** Of two at the same moment the one that was asked for first comes first. */
  readonly order: number;
  act: (() => void) | undefined;
}

/**
 * Virtual time: it stands still while anybody has something to do, and then jumps to the next moment for which
 * something was asked. Hours pass in milliseconds, and always in the same order.
 */
export class Scheduler {
  #nowMs = 0;
  #orders = 0;
  readonly #heap: Due[] = [];

  /** Since the beginning. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The answer calls it off. */
  after(ms: number, act: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), order: this.#orders++, act };
    this.#push(due);
    return () => (due.act = undefined);
  }

  /** Lets time pass until `over`. @throws Error when that takes longer than `limitMs`, or when nothing is left to happen. */
  async run(over: () => boolean, limitMs: number): Promise<void> {
    const giveUpAtMs = this.#nowMs + limitMs;
    await quiet(); // what was begun just now has yet to say what it waits for
    while (!over()) {
      if (!(await this.#step())) throw new Error(`nothing is left to happen after ${this.#nowMs} ms`);
      if (this.#nowMs > giveUpAtMs) throw new Error(`not over after ${limitMs} ms of virtual time`);
    }
  }

  /** Lets time pass until nothing is left to happen. */
  async drain(): Promise<void> {
    await quiet();
    while (await this.#step());
  }

  async #step(): Promise<boolean> {
    const due = this.#pop();
    if (!due) return false;
    const { act, atMs } = due;
    if (!act) return true;
    this.#nowMs = atMs;
    due.act = undefined;
    act();
    await quiet();
    return true;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** No time: lets all promises that can go on do so. Node runs the next tick when none is left (and is much faster at it than at timers). */
function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
