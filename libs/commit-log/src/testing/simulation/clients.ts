import { Rejected } from '@youdian/rejection';
import { outcomeUnknown } from '../../log/rejections.ts';
import { Unanswered } from '../../log/outcome.ts';
import { pause } from '../../relay/pause.ts';
import type { ShardDecide } from '../../shard/writer.ts';
import type { Cluster, Node } from './cluster.ts';
import type { Network, Weather } from './network.ts';
import type { Observer } from './observation.ts';
import type { SimulatedProcess } from './process.ts';
import type { Random } from './random.ts';
import type { RemoteShard, SimulatedCommand, Workload } from './workload.ts';

const CLIENTS = 8;
const THINK_MS = { least: 0, most: 320 };
const RETRY_MS = { least: 50, most: 800 };
const CLIENT_TIMEOUT_MS = 2_000;
const WEATHER: Weather = { lost: 0.01, replyLost: 0.01, twice: 0.02, late: 0.005 };
const FAITHFUL = 0.85;
const NEVER = new AbortController().signal;

interface Surroundings<S, P> {
  readonly process: SimulatedProcess;
  readonly random: Random;
  readonly network: Network;
  readonly cluster: Cluster<S, P>;
  readonly observer: Observer<S, P>;
}

/** People at their counters: each asks, waits, asks again with the same key until there is an answer, and goes on. */
export class Clients<S, P> {
  /** The final ones, by the command's name; a refusal by its code. */
  readonly answers = new Map<string, unknown>();
  /** Whatever is neither an answer nor a refusal. */
  failure: Error | undefined;
  #asked = 0;
  #busy = 0;
  readonly #surroundings: Surroundings<S, P>;
  readonly #workload: Workload<S, P>;
  readonly #shards: readonly RemoteShard<S, P>[];

  /** They go on until `commands` have been decided and answered. */
  constructor(surroundings: Surroundings<S, P>, workload: Workload<S, P>, commands: number) {
    this.#surroundings = surroundings;
    this.#workload = workload;
    this.#shards = Array.from({ length: workload.shards }, (_, shard) => this.#remote(shard));
    for (let n = 0; n < CLIENTS; n++) {
      this.#busy += 1;
      void this.#work(commands).then(() => (this.#busy -= 1), (error: Error) => (this.failure ??= error));
    }
  }

  get done(): boolean {
    return this.#busy === 0 || this.failure !== undefined;
  }

  async #work(commands: number): Promise<void> {
    const { random, process } = this.#surroundings;
    while (this.#surroundings.observer.observations.length < commands) {
      const command = this.#workload.command(random, this.#asked++);
      await pause(random.between(THINK_MS.least, THINK_MS.most), NEVER, process.timers);
      this.answers.set(command.name, await this.#insist(command));
    }
  }

  async #insist(command: SimulatedCommand<S, P>): Promise<unknown> {
    const { random, process } = this.#surroundings;
    for (;;) {
      try {
        return await command.perform(this.#shards);
      } catch (error) {
        if (!(error instanceof Rejected)) throw new Error(`${command.name}: ${(error as Error).message}`, { cause: error });
        if (error.rejection.kind !== 'unavailable') return error.rejection.code;
        await pause(random.between(RETRY_MS.least, RETRY_MS.most), NEVER, process.timers);
      }
    }
  }

  #remote(shard: number): RemoteShard<S, P> {
    const { process, random, network, cluster, observer } = this.#surroundings;
    let known = 0;
    const call = async <R>(ask: (node: Node<S, P>) => Promise<R>): Promise<R> => {
      try {
        return await network.call<R>(process, WEATHER, CLIENT_TIMEOUT_MS, (answer, fail) => {
          const slot = random.chance(FAITHFUL) ? known : random.between(0, cluster.nodes.length - 1);
          const node = cluster.nodes[slot]!;
          if (!node.process.alive) return fail(new Unanswered('nobody listens'));
          node.process.enter(() => void ask(node).then((value) => {
            known = slot;
            answer(value);
          }, fail));
        });
      } catch (error) {
        if (error instanceof Rejected && error.rejection.kind !== 'unavailable') throw error;
        known = random.between(0, cluster.nodes.length - 1);
        throw error instanceof Unanswered ? outcomeUnknown() : error;
      }
    };
    const submit = <R>(decide: ShardDecide<S, P, R>) =>
      call((node) => observer.watch(shard, node.process.name, decide, (watched) => node.shards[shard]!.submit(watched)));
    return {
      submit,
      submitAll: (decides) => call((node) => observer.watchAll(shard, node.process.name, decides, (watched) => node.shards[shard]!.submitAll(watched))),
      read: (look) => submit((state) => ({ result: look(state) })),
      postings: (numbers) => call((node) => node.shards[shard]!.postings(numbers)),
    };
  }
}
