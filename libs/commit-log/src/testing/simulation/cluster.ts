import type { Shard } from '../../shard/shard.ts';
import { leaseOf, runShard } from '../../shard/shard.ts';
import { LEASE_MS } from '../../relay/lease.ts';
import type { ShardStore } from '../../shard/store.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';
import type { Network, Weather } from './network.ts';
import { SimulatedProcess } from './process.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedServer } from './server.ts';
import { simulatedStore, type Call } from './simulated-store.ts';
import type { Workload } from './workload.ts';

export interface Node<S, P> {
  readonly process: SimulatedProcess;
  readonly shards: readonly Shard<S, P>[];
}

const NODES = 3;
const SKEW_MS = 1_500;
const STORE_TIMEOUT_MS = 900;
const STORE_WEATHER: Weather = { lost: 0.01, replyLost: 0.01, twice: 0.01, late: 0.01 };
/** So that two recover at once, and want to take over at the same place in the same epoch. */
const TAKEOVER_WEATHER: Weather = { lost: 0.02, replyLost: 0.03, twice: 0.03, late: 0.2 };
const RIVAL_CHANCE = 0.15;
/** At the worst moment: the commit has arrived, and nobody knows. */
const AIMED = { crash: 0.002, pause: 0.003 };
const RESTART_MS = { least: 100, most: 2_500 };
const PAUSE_MS = { least: 200, most: 2 * LEASE_MS + 1_000 };
const CHAOS_MS = { least: 1_500, most: 9_000 };

interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly network: Network;
  readonly server: SimulatedServer;
  readonly broker: SimulatedBroker;
}

/** The processes that fight for the shards, and what befalls them. */
export class Cluster<S, P> {
  readonly #world: World;
  readonly #workload: Workload<S, P>;
  readonly #alter: (store: ShardStore) => ShardStore;
  readonly #nodes: Node<S, P>[] = [];
  #started = 0;
  #closed = false;

  constructor(world: World, workload: Workload<S, P>, alter: (store: ShardStore) => ShardStore) {
    this.#world = world;
    this.#workload = workload;
    this.#alter = alter;
    for (let slot = 0; slot < NODES; slot++) this.#nodes.push(this.start());
    this.#chaos();
  }

  get nodes(): readonly Node<S, P>[] {
    return this.#nodes;
  }

  /** A process more, that is in no slot. */
  start(): Node<S, P> {
    const { scheduler, random, network, server, broker, faults } = this.#world;
    const name = `process ${++this.#started}`;
    const process = new SimulatedProcess(scheduler, name, this.#workload.beginsAt.getTime() + random.between(-SKEW_MS, SKEW_MS));
    const call: Call = (serve, inserted) => {
      if (inserted?.kind === 'takeover' && faults.happens('lease stolen', RIVAL_CHANCE)) this.#steal(leaseOf(inserted.shard));
      const weather = !faults.active ? CALM : inserted?.kind === 'takeover' ? TAKEOVER_WEATHER : STORE_WEATHER;
      return network.call(process, weather, STORE_TIMEOUT_MS, (answer, fail) => {
        serve(answer, fail);
        if (inserted) this.#aim(process);
      });
    };
    const surroundings = { store: this.#alter(simulatedStore(server, call)), clock: process.clock, timers: process.timers };
    const options = { publisher: broker.publisher(process), owner: name, address: name, limits: this.#workload.limits };
    const shards = Array.from({ length: this.#workload.shards }, (_, shard) => runShard(surroundings, this.#workload.definition(shard), options));
    return { process, shards };
  }

  crash(node: Node<S, P>): void {
    const slot = this.#nodes.indexOf(node);
    node.process.crash();
    const { scheduler, random } = this.#world;
    if (slot >= 0) scheduler.after(random.between(RESTART_MS.least, RESTART_MS.most), () => {
      if (!this.#closed) this.#nodes[slot] = this.start();
    });
  }

  /** All shards let go, as at an orderly end; who is dead stays dead. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#nodes.flatMap(({ process, shards }) => (process.alive ? shards.map((shard) => shard.close()) : [])));
  }

  #aim(process: SimulatedProcess): void {
    const { faults } = this.#world;
    const node = this.#nodes.find((node) => node.process === process);
    if (!node || !process.alive || process.paused) return;
    if (faults.happens('crash', AIMED.crash)) this.crash(node);
    else if (faults.happens('paused writer', AIMED.pause)) this.#pause(node);
  }

  #pause({ process }: Node<S, P>): void {
    process.pause(this.#world.random.between(PAUSE_MS.least, PAUSE_MS.most));
  }

  /** Its holder goes on in good faith until it asks again. */
  #steal(name: string): void {
    const { random, server } = this.#world;
    const lease = server.leases.get(name);
    const owner = random.pick(this.#nodes).process.name;
    if (lease) server.leases.set(name, { ...lease, owner, address: owner });
  }

  #chaos(): void {
    const { scheduler, random, faults, server } = this.#world;
    scheduler.after(random.between(CHAOS_MS.least, CHAOS_MS.most), () => {
      if (!faults.active) return;
      const writers = this.#nodes.filter(({ process, shards }) => process.alive && !process.paused && shards.some((shard) => shard.owned));
      const what = random.pick(['crash', 'pause', 'steal', 'steal', 'any crash'] as const);
      if (what === 'any crash') {
        const node = random.pick(this.#nodes);
        if (node.process.alive && faults.happens('crash', 1)) this.crash(node);
      } else if (writers.length > 0) {
        const node = random.pick(writers);
        if (what === 'crash' && faults.happens('crash', 1)) this.crash(node);
        else if (what === 'pause' && faults.happens('paused writer', 1)) this.#pause(node);
        else if (what === 'steal' && server.leases.size > 0 && faults.happens('lease stolen', 1)) this.#steal(random.pick([...server.leases.keys()]));
      }
      this.#chaos();
    });
  }
}

const CALM: Weather = { lost: 0, replyLost: 0, twice: 0, late: 0 };
