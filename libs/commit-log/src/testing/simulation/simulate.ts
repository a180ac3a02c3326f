import type { Event } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import type { Shard } from '../../shard/shard.ts';
import type { ShardStore } from '../../shard/store.ts';
import { sameEvent, SimulatedBroker } from './broker.ts';
import { Clients } from './clients.ts';
import { Cluster, type Node } from './cluster.ts';
import { Faults, type Fault } from './faults.ts';
import { judgeEvents, judgeShard, type Verdict } from './judge.ts';
import { LATE_MS, Network } from './network.ts';
import { Observer } from './observation.ts';
import { SimulatedProcess } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedServer } from './server.ts';
import type { Workload } from './workload.ts';

export interface SimulationOptions {
  /** Stands between every process and the database. For tests of what the simulation finds. */
  readonly alter?: (store: ShardStore, server: SimulatedServer) => ShardStore;
}

export interface Report {
  readonly seed: number;
  /** Decided and answered by a shard; each answer was held against the log. */
  readonly commands: number;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly faultCount: number;
  readonly commits: number;
  readonly takeovers: number;
  readonly virtualMs: number;
}

/** Clients stop when so many have been decided and answered. */
const COMMANDS = 505;
const WORK_LIMIT_MS = 400_000;
const HEAL_LIMIT_MS = 60_000;
const SLACK_MS = 1_000;
const ASK_AGAIN_MS = 50;
const ASK_MS = 700;
const PROGRESS_LIMIT_MS = 400;

/** What a DamagedLog says. */
const DAMAGED = /does not follow|altered|must be restored|does not number|says \d+ postings/;

/** One run: everything from the seed. @throws Error that says what is wrong, and how to see it again. */
export async function simulate<S, P>(workload: Workload<S, P>, seed: number, options: SimulationOptions = {}): Promise<Report> {
  const run = new Run(workload, seed, options);
  try {
    return await run.toEnd();
  } catch (error) {
    const problems = run.problems();
    const again = `YOUDIAN_SEED=${seed} YOUDIAN_SEEDS=1 ${workload.replay}`;
    throw new Error(`seed ${seed}, after ${run.scheduler.nowMs} virtual ms: ${(error as Error).message}${problems}\n  see it again: ${again}`, { cause: error });
  }
}

class Run<S, P> {
  readonly scheduler = new Scheduler();
  readonly #seed: number;
  readonly #workload: Workload<S, P>;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #server: SimulatedServer;
  readonly #broker: SimulatedBroker;
  readonly #cluster: Cluster<S, P>;
  readonly #clients: Clients<S, P>;
  readonly #observer: Observer<S, P>;
  readonly #names: readonly string[];
  /** By shard, how many commits were found with the broker. */
  readonly #came = new Map<number, number>();
  readonly #history: Event[] = [];
  #askedWrong: string | undefined;

  constructor(workload: Workload<S, P>, seed: number, { alter = (store) => store }: SimulationOptions) {
    const { scheduler } = this;
    this.#seed = seed;
    this.#workload = workload;
    this.#random = new Random(seed);
    this.#faults = new Faults(this.#random.fork());
    const network = new Network(scheduler, this.#random.fork(), this.#faults);
    this.#server = new SimulatedServer(scheduler, this.#random.fork(), this.#faults);
    this.#broker = new SimulatedBroker(network, this.#faults);
    this.#names = Array.from({ length: workload.shards }, (_, shard) => workload.definition(shard).shard);
    this.#observer = new Observer((shard) => this.#server.postings(this.#names[shard]!));
    const world = { scheduler, random: this.#random.fork(), faults: this.#faults, network, server: this.#server, broker: this.#broker };
    this.#cluster = new Cluster(world, workload, (store) => alter(store, this.#server));
    const process = new SimulatedProcess(scheduler, 'clients', 0);
    this.#clients = new Clients({ process, random: this.#random.fork(), network, cluster: this.#cluster, observer: this.#observer }, workload, COMMANDS);
    this.#ask();
  }

  async toEnd(): Promise<Report> {
    await this.scheduler.run(() => this.#clients.done || this.#wrong() !== undefined, WORK_LIMIT_MS);
    if (this.#clients.failure) throw this.#clients.failure;
    this.#faults.active = false;
    const allCameMs = this.scheduler.nowMs + LATE_MS.most + SLACK_MS; // what came later would be posted after the verdict
    await this.scheduler.run(() => (this.scheduler.nowMs > allCameMs && this.#isPublished()) || this.#wrong() !== undefined, HEAL_LIMIT_MS);
    if (this.#wrong()) throw new Error(this.#wrong());
    const verdicts = this.#names.map((name, shard) =>
      judgeShard(this.#workload, shard, this.#server.log(name), this.#observer.observations.filter((each) => each.shard === shard)));
    const states = verdicts.map(({ state }) => state);
    this.#workload.checkAll(states, verdicts.map(({ postings }) => postings), this.#clients.answers);
    judgeEvents(this.#definitions(), this.#names.map((name) => this.#server.log(name)), this.#broker.taken);
    this.#compareAskedHistory();
    await this.#compareLive(verdicts, 'in memory', () => this.#owners());
    await this.#await(this.#cluster.close());
    const fresh = this.#cluster.start();
    await this.#compareLive(verdicts, 'after a restart', () => (fresh.shards.every((shard) => shard.owned) ? fresh.shards.map(() => fresh) : undefined));
    for (const shard of fresh.shards) await this.#compareHistory(shard);
    return this.#report();
  }

  /** What the shards say of themselves, where that may be why it was not over. */
  problems(): string {
    const said = this.#cluster.nodes.flatMap(({ shards }) => shards.map((shard) => shard.problem()));
    return [...new Set(said)].filter((problem) => problem && !problem.startsWith('waiting for the lease')).map((problem) => `; ${problem}`).join('');
  }

  #definitions() {
    return this.#names.map((_, shard) => this.#workload.definition(shard));
  }

  /** What must never be, whenever it is seen. */
  #wrong(): string | undefined {
    return this.#server.wrongs[0] ?? this.#broker.wrongs[0] ?? this.#askedWrong;
  }

  #isPublished(): boolean {
    return this.#names.every((name) => this.#server.position(name) >= (this.#server.log(name).at(-1)?.seq ?? 0)) && this.#owners() !== undefined;
  }

  #owners(): Node<S, P>[] | undefined {
    const owners = this.#names.map((_, shard) => this.#cluster.nodes.find(({ process, shards }) => process.alive && !process.paused && shards[shard]!.owned));
    return owners.every((owner) => owner !== undefined) ? owners : undefined;
  }

  /** What the shards hold, as their owners say, is what their logs say. */
  async #compareLive(expected: readonly Verdict<S, P>[], when: string, find: () => Node<S, P>[] | undefined): Promise<void> {
    for (const [index, { state: expectedState, postings }] of expected.entries()) {
      const { fingerprint } = this.#workload;
      const print = fingerprint ? (state: S) => fingerprint(state, postings) : ((state: S) => Buffer.concat(this.#workload.definition(index).snapshot.encode(state)).toString('latin1'));
      let shard!: Shard<S, P>;
      const live = await this.#await(this.#insist(async () => {
        shard = (await this.#found(find))[index]!.shards[index]!;
        return shard.read(print);
      }));
      if (live !== print(expectedState)) throw new Error(`${shard.shard} ${when} is not what its log says`);
    }
  }

  #compareAskedHistory(): void {
    for (const event of this.#history) {
      const published = this.#broker.taken.get(`${event.topic}|${event.subject}`)?.[Number(event.sequence) - 1];
      if (!published || !sameEvent(published, event)) throw new Error(`history told of event ${event.id} of ${event.subject}, which never came about`);
    }
  }

  async #compareHistory(shard: Shard<S, P>): Promise<void> {
    const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id).sort().join();
    for (const topic of shard.history.topics) {
      const all = await this.#await(Array.fromAsync(shard.history.readAll(topic)));
      const mine = [...this.#broker.taken].filter(([key, [event]]) => key.startsWith(`${topic}|`) && event!.id.startsWith(`${shard.shard}:`)).flatMap(([, events]) => events);
      if (ids(all.map(({ event }) => event)) !== ids(mine)) throw new Error(`the history of ${shard.shard} is not what was published`);
    }
  }

  async #found(find: () => Node<S, P>[] | undefined): Promise<Node<S, P>[]> {
    for (;;) {
      const nodes = find();
      if (nodes) return nodes;
      await this.#pause();
    }
  }

  /** A shard may change hands once more while it is asked. */
  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Rejected) || error.rejection.kind !== 'unavailable') throw error;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.scheduler.after(ASK_AGAIN_MS, resolve));
  }

  /** Lets time pass until the work is done. */
  async #await<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => void (settled = true);
    work.then(done, done);
    await this.scheduler.run(() => settled, HEAL_LIMIT_MS);
    return work;
  }

  /** What nobody's command asks for, of any process, every now and then. */
  #ask(): void {
    this.scheduler.after(ASK_MS, () => {
      const node = this.#random.pick(this.#cluster.nodes);
      this.#askProgress(node);
      this.#askHistory(node);
      if (!this.#clients.done) this.#ask();
    });
  }

  /** Who reads history must find what is published, now or in the end. */
  #askHistory({ process, shards }: Node<S, P>): void {
    if (this.#broker.taken.size === 0) return;
    const [{ topic, subject, id } = undefined!] = this.#random.pick([...this.#broker.taken.values()]);
    const shard = shards[this.#names.findIndex((name) => id.startsWith(`${name}:`))]!;
    if (!shard.owned) return; // others read all of the log, as is done in the end
    process.enter(() => void Array.fromAsync(shard.history.read(topic, subject, 1n)).then(
      (events) => void this.#history.push(...events),
      (error: Error) => error instanceof RangeError && (this.#askedWrong ??= error.message),
    ));
  }

  /** Who is told that all is published must find it published; and nobody may raise a false alarm. */
  #askProgress({ process, shards }: Node<S, P>): void {
    const index = this.#random.between(0, shards.length - 1);
    const count = this.#server.log(this.#names[index]!).length;
    const problem = shards[index]!.problem();
    if (problem && DAMAGED.test(problem)) this.#askedWrong ??= `nothing happened to the log, but: ${problem}`;
    process.enter(() => void shards[index]!.progress.published(PROGRESS_LIMIT_MS).then((published) => {
      if (published && !this.#cameAll(index, count)) this.#askedWrong ??= `${this.#names[index]} was said to be published up to commit ${count}, and is not`;
    }, () => {}));
  }

  /** What came once is not looked for again. */
  #cameAll(index: number, count: number): boolean {
    const { codec, events } = this.#workload.definition(index);
    const log = this.#server.log(this.#names[index]!);
    for (let came = this.#came.get(index) ?? 0; came < count; this.#came.set(index, ++came)) {
      const commit = log[came]!;
      const drafts = commit.kind === 'batch' ? codec.decode(commit.body).flatMap((posting) => [...events(posting, commit)]) : [];
      if (drafts.some(({ topic, subject, sequence }) => (this.#broker.taken.get(`${topic}|${subject}`)?.length ?? 0) < Number(sequence))) return false;
    }
    return true;
  }

  #report(): Report {
    const logs = this.#names.map((name) => this.#server.log(name));
    return {
      seed: this.#seed, commands: this.#observer.observations.length, faults: this.#faults.counts, faultCount: this.#faults.total,
      commits: logs.reduce((sum, log) => sum + log.length, 0), takeovers: logs.flat().filter(({ kind }) => kind === 'takeover').length,
      virtualMs: this.scheduler.nowMs,
    };
  }
}
