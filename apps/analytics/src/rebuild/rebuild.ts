import { Rejected } from '@youdian/rejection';
import type { Clock, Logger } from '@youdian/telemetry';
import type { Archive } from '../archive/archive.ts';
import type { Helper } from '../helper/helper.ts';
import { rebuildDone, rebuildTotal } from '../metrics.ts';
import type { CurrentFacts } from '../store/current-facts.ts';
import type { Comparison, FactStore, Standing, StoreHome } from '../store/fact-store.ts';
import { startRebuild, type RebuildInput } from './start.ts';

export type State = 'NONE' | 'ARCHIVING' | 'REPLAYING' | 'COMPARING' | 'CATCHING_UP' | 'SWITCHED' | 'DIFFERENT' | 'FAILED';

export interface Rebuild {
  readonly state: State;
  readonly done: number;
  readonly total: number;
  /** While events are replayed, and over all of them afterwards. */
  readonly perSecond: number;
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
  readonly revision: string;
  readonly comparison?: Comparison | undefined;
  readonly reason: string;
}

export interface RebuilderOptions {
  readonly home: StoreHome;
  readonly facts: CurrentFacts;
  readonly archive: Archive;
  readonly input: Pick<RebuildInput, 'folder' | 'memoryLimitMb' | 'owners' | 'logLevel'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const ARCHIVING_LIMIT_MS = 300_000;
const CATCHING_UP_LIMIT_MS = 600_000;
const LOOK_EVERY_MS = 100;
const NONE: Rebuild = { state: 'NONE', done: 0, total: 0, perSecond: 0, revision: '', reason: '' };
const AT_REST: readonly State[] = ['NONE', 'SWITCHED', 'DIFFERENT', 'FAILED'];

/** Makes the facts anew from the archive beside the running ones, compares them, and puts them in their place. */
export class Rebuilder {
  readonly #options: RebuilderOptions;
  readonly #stopping = new AbortController();
  #state: Rebuild = NONE;
  #key: string | undefined;
  #helper: Helper<never> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RebuilderOptions) {
    this.#options = options;
  }

  get state(): Rebuild {
    return this.#state;
  }

  start(key: string, acceptDifferences: boolean): Rebuild {
    if (key === this.#key) return this.#state;
    if (!AT_REST.includes(this.#state.state)) throw isRunning();
    this.#key = key;
    this.#state = { ...NONE, state: 'ARCHIVING', startedAt: this.#options.clock() };
    this.#running = this.#run(acceptDifferences).catch((error: unknown) => this.#end('FAILED', (error as Error).message));
    return this.#state;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#helper?.kill();
    await this.#running;
  }

  async #run(acceptDifferences: boolean): Promise<void> {
    const { home, facts, archive } = this.#options;
    const { revision, standing } = await facts.snapshot(async (snapshot) => ({ revision: snapshot.revision, standing: await snapshot.positions() }));
    if (standing.positions.some(({ catchUp }) => catchUp)) throw new Error('the facts are being caught up from the histories of the owners; try again when that is done');
    const epoch = revision.slice(0, revision.indexOf('.'));
    const name = String(Math.max(this.#options.clock().getTime(), Number(epoch) + 1));
    this.#become({ revision });
    await archive.through(standing.positions, AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ARCHIVING_LIMIT_MS)]))
      .catch(() => { throw new Error(`the archive does not get on: ${archive.state.trouble ?? 'it is behind'}`); });
    try {
      await this.#replay(name, epoch, standing);
      this.#become({ state: 'COMPARING' });
      const comparison = await home.compare(facts.store, revision, name);
      this.#become({ comparison });
      if (!comparison.equal && !acceptDifferences) return this.#end('DIFFERENT', 'the facts came out differently');
      await this.#switch(name, epoch);
      this.#end('SWITCHED', '');
    } finally {
      await home.removeOthers();
    }
  }

  async #replay(name: string, after: string, standing: Standing): Promise<void> {
    const { archive, input, log } = this.#options;
    const began = performance.now();
    let failed: string | undefined;
    let told = 0;
    this.#become({ state: 'REPLAYING' });
    const positions = standing.positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) }));
    this.#helper = startRebuild({ ...input, archiveFolder: archive.folder, name, after, standing: { ...standing, positions } }, (message) => {
      if ('failed' in message) return void (failed = message.failed);
      const { done, total } = message;
      this.#become({ done, total, perSecond: done / ((performance.now() - began) / 1_000) });
      rebuildDone.set(done);
      rebuildTotal.set(total);
      if (done - told < LOG_EVERY_EVENTS && done < total) return;
      told = done;
      log.info({ done, total, perSecond: Math.round(this.#state.perSecond) }, 'facts are made anew');
    });
    const how = await this.#helper.ended;
    this.#helper = undefined;
    if (how !== undefined || failed !== undefined) throw new Error(failed ?? `replaying did not come to its end: ${how}`);
  }

  /** Questions are answered by the old facts until the new ones have come as far; then at once by the new ones. */
  async #switch(name: string, after: string): Promise<void> {
    const { home, facts } = this.#options;
    this.#become({ state: 'CATCHING_UP' });
    const old = facts.store;
    await facts.stopIngest();
    let made: FactStore | undefined;
    try {
      const { positions } = await old.snapshot((snapshot) => snapshot.positions());
      made = await home.openNew(name, after);
      facts.startIngest(made);
      await reaches(made, positions, AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(CATCHING_UP_LIMIT_MS)]));
      await home.makeCurrent(name);
    } catch (error) {
      await facts.stopIngest();
      await made?.close();
      if (!this.#stopping.signal.aborted) facts.startIngest(old);
      throw error;
    }
    await facts.answerBy(made);
  }

  #become(part: Partial<Rebuild>): void {
    this.#state = { ...this.#state, ...part };
  }

  #end(state: State, reason: string): void {
    this.#become({ state, reason, endedAt: this.#options.clock() });
    const { done, perSecond, comparison } = this.#state;
    const level = state === 'SWITCHED' ? 'info' : 'error';
    this.#options.log[level]({ state, reason, done, perSecond: Math.round(perSecond), leftOut: comparison?.leftOut, different: comparison?.tables.filter(({ equal }) => !equal).map(({ table }) => table) }, 'a rebuild has ended');
  }
}

const LOG_EVERY_EVENTS = 1_000_000;

async function reaches(store: FactStore, positions: Standing['positions'], signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { positions: reached } = await store.snapshot((snapshot) => snapshot.positions());
    const at = new Map(reached.map((position) => [`${position.topic}/${position.partition}`, position]));
    if (positions.every(({ topic, partition, offset }) => {
      const own = at.get(`${topic}/${partition}`);
      return own !== undefined && !own.catchUp && own.offset >= offset;
    })) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function isRunning(): Rejected {
  return new Rejected({
    kind: 'refused', code: 'REBUILD_RUNNING',
    zh: '已有一次重建正在进行;请等它结束(GetRebuild 可看进度)。', en: 'A rebuild is running; wait for its end (GetRebuild tells how far it is).',
  });
}
