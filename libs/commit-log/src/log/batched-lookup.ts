/** Point look-ups of one turn of the event loop go to the server as one query. */
export class BatchedLookup<T> {
  readonly #find: (keys: string[]) => Promise<Map<string, T>>;
  readonly #maxKeys: number;
  #waiting = new Map<string, Promise<T | undefined>>();
  #keys: string[] = [];
  #batch: Promise<Map<string, T>> | undefined;

  constructor(find: (keys: string[]) => Promise<Map<string, T>>, maxKeys = 1_000) {
    this.#find = find;
    this.#maxKeys = maxKeys;
  }

  /** Sees whatever was written before the call. */
  get(key: string): Promise<T | undefined> {
    const asked = this.#waiting.get(key);
    if (asked) return asked;
    this.#batch ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#flush());
    this.#keys.push(key);
    const found = this.#batch.then((documents) => documents.get(key));
    this.#waiting.set(key, found);
    return found;
  }

  async #flush(): Promise<Map<string, T>> {
    const keys = this.#keys;
    this.#keys = [];
    this.#waiting = new Map();
    this.#batch = undefined;
    if (keys.length <= this.#maxKeys) return this.#find(keys);
    const found = new Map<string, T>();
    for (let from = 0; from < keys.length; from += this.#maxKeys) {
      for (const [key, document] of await this.#find(keys.slice(from, from + this.#maxKeys))) found.set(key, document);
    }
    return found;
  }
}
