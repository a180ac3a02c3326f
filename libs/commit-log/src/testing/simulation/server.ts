import { commitId } from '../../log/commit.ts';
import { Unanswered } from '../../log/outcome.ts';
import type { LeaseRecord } from '../../relay/lease.ts';
import type { ShardCommit } from '../../shard/commit.ts';
import type { Manifest, Page, Standing } from '../../shard/store.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

interface Place {
  readonly commit: ShardCommit;
  /** On a majority's disks; until then readers who want certainty wait, and it may still go away. */
  durable: boolean;
  readonly waiting: (() => void)[];
}

const MAJORITY_MS = { least: 1, most: 6 };
/** Whoever wrote it is told at once; until it is gone others find its place taken. */
const ROLLED_BACK = { chance: 0.01, mostMs: 3_000 };
const TORN = { chunk: 0.06, manifest: 0.06 };

/** A replica set as its clients see it, without the way to it. What it keeps it copies: nobody shares memory with it. */
export class SimulatedServer {
  readonly chunks = new Map<string, Buffer>();
  readonly manifests = new Map<string, Manifest>();
  /** By shard and name, what a majority has. */
  readonly pages = new Map<string, Page>();
  readonly leases = new Map<string, LeaseRecord>();
  /** What must never be, as it was seen. */
  readonly wrongs: string[] = [];
  /** As with read concern `local`: what may still be rolled back is read. For tests of what must be found out. */
  dirtyReads = false;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #places = new Map<string, Place>();
  /** What is durable, by shard and in order. */
  readonly #logs = new Map<string, ShardCommit[]>();
  readonly #postings = new Map<string, number>();
  readonly #positions = new Map<string, number>();

  constructor(scheduler: Scheduler, random: Random, faults: Faults) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#faults = faults;
  }

  log(shard: string): readonly ShardCommit[] {
    return this.#logs.get(shard) ?? [];
  }

  /** How many postings are durable. */
  postings(shard: string): number {
    return this.#postings.get(shard) ?? 0;
  }

  insert(commit: ShardCommit, answer: (stands: boolean) => void, fail: (error: Error) => void): void {
    if (commit.epoch < (this.log(commit.shard).at(-1)?.epoch ?? 0)) this.#faults.note('stale writer');
    if (this.#places.has(commit._id)) return answer(false);
    const place: Place = { commit: { ...commit, body: Buffer.from(commit.body) }, durable: false, waiting: [] };
    this.#places.set(commit._id, place);
    const rolledBack = this.#faults.happens('rolled back', ROLLED_BACK.chance);
    if (rolledBack) fail(new Unanswered('the primary stepped down'));
    this.#scheduler.after(rolledBack ? this.#random.between(1, ROLLED_BACK.mostMs) : this.#random.between(MAJORITY_MS.least, MAJORITY_MS.most), () => {
      if (rolledBack) this.#places.delete(commit._id);
      else this.#settle(place);
      for (const wake of place.waiting) wake();
      if (!rolledBack) answer(true);
    });
  }

  standing(id: string, answer: (standing: Standing | undefined) => void): void {
    const place = this.#places.get(id);
    if (place && !place.durable && !this.dirtyReads) place.waiting.push(() => this.standing(id, answer));
    else answer(place?.commit);
  }

  after(shard: string, seq: number, limit = Infinity): ShardCommit[] {
    const log = this.dirtyReads ? this.#everything(shard) : this.log(shard);
    const start = log[seq - 1]?.seq === seq ? seq : log.findIndex((commit) => commit.seq > seq);
    return start < 0 ? [] : log.slice(start, start + limit);
  }

  position(shard: string): number {
    return this.#positions.get(shard) ?? 0;
  }

  setPosition(shard: string, seq: number): void {
    if (seq < this.position(shard)) this.wrongs.push(`the position of ${shard} went back from ${this.position(shard)} to ${seq}`);
    this.#positions.set(shard, seq);
  }

  addChunk(id: string, bytes: Buffer): void {
    if (this.chunks.has(id)) throw new Error(`chunk ${id} is there already`);
    const torn = this.#faults.happens('torn write', TORN.chunk) ? this.#random.between(0, bytes.length - 1) : undefined;
    this.chunks.set(id, torn === undefined ? Buffer.from(bytes) : Buffer.concat([bytes.subarray(0, torn), Buffer.alloc(bytes.length - torn, 0x30)]));
  }

  putManifest(manifest: Manifest): void {
    const torn = this.#faults.happens('torn write', TORN.manifest);
    this.manifests.set(manifest._id, torn ? { ...manifest, sha256: manifest.sha256.slice(0, 20) } : manifest);
  }

  /** What the primary loses before a majority has it was never acknowledged. */
  addPages(shard: string, pages: readonly Page[], answer: (allNew: boolean) => void, fail: (error: Error) => void): void {
    if (this.#faults.happens('rolled back', ROLLED_BACK.chance)) return fail(new Unanswered('the primary stepped down'));
    this.#scheduler.after(this.#random.between(MAJORITY_MS.least, MAJORITY_MS.most), () => {
      const fresh = pages.filter(({ name }) => !this.pages.has(`${shard}:${name}`));
      for (const page of fresh) this.pages.set(`${shard}:${page.name}`, page);
      answer(fresh.length === pages.length);
    });
  }

  /** As no server does: whatever stands there is gone. For tests of what must be found out. */
  overwrite(commit: ShardCommit): void {
    this.#places.set(commit._id, { commit, durable: true, waiting: [] });
    this.replace(commit.shard, [...this.log(commit.shard).filter(({ seq }) => seq !== commit.seq), commit].sort((a, b) => a.seq - b.seq));
  }

  /** The log as a power loss, or somebody's hand, left it. */
  replace(shard: string, log: readonly ShardCommit[]): void {
    for (const { seq } of this.log(shard)) this.#places.delete(commitId(shard, seq));
    for (const commit of log) this.#places.set(commit._id, { commit, durable: true, waiting: [] });
    this.#logs.set(shard, [...log]);
    this.#postings.set(shard, log.reduce((sum, { count }) => sum + count, 0));
  }

  #everything(shard: string): ShardCommit[] {
    return [...this.#places.values()].map(({ commit }) => commit).filter((commit) => commit.shard === shard).sort((a, b) => a.seq - b.seq);
  }

  #settle(place: Place): void {
    const { shard, seq, count } = place.commit;
    place.durable = true;
    const log = this.#logs.get(shard) ?? [];
    if (log.length === 0) this.#logs.set(shard, log);
    log.push(place.commit);
    if (log.length > 1 && log.at(-2)!.seq > seq) log.sort((a, b) => a.seq - b.seq);
    this.#postings.set(shard, this.postings(shard) + count);
  }
}
