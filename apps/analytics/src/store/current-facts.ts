import type { Answering, FactStore, Snapshot } from './fact-store.ts';

interface Ingest {
  stop(): Promise<void>;
}

/** The facts that answer, and what takes events into them; a rebuild puts others in their place. */
export class CurrentFacts implements Answering {
  readonly #ingestInto: (store: FactStore) => Ingest;
  #store: FactStore;
  #ingest: Ingest | undefined;

  constructor(store: FactStore, ingestInto: (store: FactStore) => Ingest) {
    this.#store = store;
    this.#ingestInto = ingestInto;
  }

  get store(): FactStore {
    return this.#store;
  }

  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#store.snapshot(read);
  }

  startIngest(store: FactStore = this.#store): void {
    this.#ingest = this.#ingestInto(store);
  }

  async stopIngest(): Promise<void> {
    await this.#ingest?.stop();
    this.#ingest = undefined;
  }

  /** From now on; what is being answered by the old ones is answered to its end. */
  async answerBy(store: FactStore): Promise<void> {
    const old = this.#store;
    this.#store = store;
    await old.close();
  }

  async close(): Promise<void> {
    await this.stopIngest();
    await this.#store.close();
  }
}
