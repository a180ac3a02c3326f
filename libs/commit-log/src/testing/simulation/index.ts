/** `@youdian/commit-log/simulation`: for tests of what lives in shards. */
export { firstFault } from './first-fault.ts';
export { seedsOfRun, survive } from './many-seeds.ts';
export { simulate, type Report, type SimulationOptions } from './simulate.ts';
export type { RemoteShard, SimulatedCommand, Workload } from './workload.ts';
export type { Random } from './random.ts';
export { batchAfter, BEGINNING, tailAfter, takeoverAfter } from '../../shard/commit.ts';
export type { Manifest } from '../../shard/store.ts';
