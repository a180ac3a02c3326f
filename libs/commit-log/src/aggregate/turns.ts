import { overloaded } from '../log/rejections.ts';

/** One after another for the same name, side by side for different ones. */
export class Turns {
  readonly #limit: number;
  readonly #last = new Map<string, Promise<unknown>>();
  #waiting = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limit) throw overloaded();
    this.#waiting += 1;
    const before = this.#last.get(name);
    const mine = before ? before.then(work, work) : work();
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
