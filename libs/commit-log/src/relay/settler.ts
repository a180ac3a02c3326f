import type { Collection } from 'mongodb';
import type { Commit } from '../log/commit.ts';
import { untilDone } from './pause.ts';

const BATCH = 1_000;
/** Above it the relay waits: what is not marked is published again after a crash. */
const MAX_UNMARKED = 10_000;

/** Takes the mark `open` from commits that are projected and published, in the background and many at a time. */
export class Settler {
  readonly #commits: Collection<Commit>;
  readonly #signal: AbortSignal;
  readonly #settled: (ids: readonly string[]) => void;
  readonly #failed: (error: Error | undefined) => void;
  #unmarked: string[] = [];
  #running: Promise<void> | undefined;

  constructor(commits: Collection<Commit>, signal: AbortSignal, settled: (ids: readonly string[]) => void, failed: (error: Error | undefined) => void) {
    this.#commits = commits;
    this.#signal = signal;
    this.#settled = settled;
    this.#failed = failed;
  }

  /** Waits only when too much is unmarked. */
  async settle(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.#unmarked.push(...ids);
    this.#running ??= this.#run();
    if (this.#unmarked.length > MAX_UNMARKED) await this.#running;
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#unmarked.length > 0 && !this.#signal.aborted) {
      const ids = this.#unmarked.splice(0, BATCH);
      const mark = () => this.#commits.updateMany({ _id: { $in: ids } }, { $unset: { open: 1 } });
      if (await untilDone(mark, this.#signal, this.#failed)) this.#settled(ids);
    }
    this.#running = undefined;
  }
}
