import type { Logger } from '@youdian/telemetry';
import { startHelper, type Helper } from '../helper/helper.ts';
import { archivedOffset, archivePieces, archiveMissing } from '../metrics.ts';
import type { WriterLimits } from './writer.ts';

export interface ArchiveInput {
  readonly brokers: string[];
  readonly group: string;
  readonly folder: string;
  readonly logLevel: string;
  readonly limits?: Partial<WriterLimits> | undefined;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
  /** Everything before. */
  readonly offset: bigint;
}

/** Asks for everything before to be written now. */
export interface ToArchive {
  readonly through: readonly Place[];
}

export interface FromArchive {
  readonly next: Place[];
  readonly pieces: number;
  readonly missing: number;
}

const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 30_000;
const LOOK_EVERY_MS = 100;
const ASK_EVERY_MS = 1_000;

/** The archive as the service sees it: a process that is kept running. */
export class Archive {
  readonly folder: string;
  readonly #input: ArchiveInput;
  readonly #log: Logger;
  #helper: Helper<ToArchive> | undefined;
  #state: FromArchive = { next: [], pieces: 0, missing: 0 };
  #trouble: string | undefined;
  #stopped = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(input: ArchiveInput, log: Logger) {
    this.folder = input.folder;
    this.#input = input;
    this.#log = log;
    this.#start(RESTART_FIRST_MS);
  }

  get state(): FromArchive & { readonly trouble: string | undefined } {
    return { ...this.#state, trouble: this.#trouble };
  }

  /** Resolves when everything before these offsets is in files. */
  async through(places: readonly Place[], signal: AbortSignal): Promise<void> {
    const wanted = places.filter(({ offset }) => offset > 0n);
    for (let askedMs = -Infinity; ; ) {
      signal.throwIfAborted();
      const written = new Map(this.#state.next.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
      if (wanted.every(({ topic, partition, offset }) => (written.get(`${topic}/${partition}`) ?? 0n) >= offset)) return;
      if (performance.now() - askedMs > ASK_EVERY_MS) {
        this.#helper?.send({ through: [...wanted] });
        askedMs = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** What is not written yet is read from Kafka at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    this.#helper?.kill();
    await this.#helper?.ended;
  }

  #start(againMs: number): void {
    const began = performance.now();
    this.#helper = startHelper<ToArchive, FromArchive>(import.meta.resolve('./process.ts'), this.#input, (state) => {
      this.#state = state;
      this.#trouble = undefined;
      for (const { topic, partition, offset } of state.next) archivedOffset.set({ topic, partition }, Number(offset));
      archivePieces.set(state.pieces);
      archiveMissing.set(state.missing);
    });
    void this.#helper.ended.then((how) => {
      if (this.#stopped) return;
      this.#trouble = how ?? 'it ended';
      this.#log.error({ how, againMs }, 'the archive stopped; it starts again where its catalogue ends');
      const wasLong = performance.now() - began > RESTART_MAX_MS;
      this.#restart = setTimeout(() => this.#start(wasLong ? RESTART_FIRST_MS : Math.min(againMs * 2, RESTART_MAX_MS)), againMs).unref();
    });
  }
}
