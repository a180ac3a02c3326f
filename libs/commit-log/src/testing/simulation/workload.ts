import type { ShardDefinition, ShardLimits } from '../../shard/definition.ts';
import type { ShardDecide } from '../../shard/writer.ts';
import type { Random } from './random.ts';

/** A shard as a client far away sees it: each call goes to some process, and may be lost on the way or on the way back. */
export interface RemoteShard<S, P> {
  /** @throws Rejected; `unavailable` when it is not known what became of it. */
  submit<R>(decide: ShardDecide<S, P, R>): Promise<R>;
  submitAll<R>(decides: readonly ShardDecide<S, P, R>[]): Promise<R[]>;
  read<R>(look: (state: S) => R): Promise<R>;
  postings(numbers: readonly number[]): Promise<P[]>;
}

export interface SimulatedCommand<S, P> {
  /** For messages. */
  readonly name: string;
  /** One attempt. As long as it throws `unavailable` it is called again, with the same keys inside. */
  perform(shards: readonly RemoteShard<S, P>[]): Promise<unknown>;
}

/** What is simulated: a machine, what its clients ask of it, and what must always hold. */
export interface Workload<S, P> {
  readonly shards: number;
  /** What the clocks show, more or less, when a run begins. */
  readonly beginsAt: Date;
  definition(shard: number): ShardDefinition<S, P>;
  readonly limits: Partial<ShardLimits>;
  /** The n-th command. */
  command(random: Random, n: number): SimulatedCommand<S, P>;
  /** What the posting is the one effect of; undefined when it is of none. */
  effectOf(posting: P): string | undefined;
  /** Throws when the state after the posting is forbidden. Told of every posting in turn. */
  check(state: S, posting: P): void;
  /** Throws when the shards together are not right at the end. `answers` are by the command's name. */
  checkAll(states: readonly S[], postings: readonly (readonly P[])[], answers: ReadonlyMap<string, unknown>): void;
  /** Two states, after these postings, are the same when this is; the snapshot's bytes where nothing else is said. */
  fingerprint?(state: S, postings: readonly P[]): string;
  /** What to type to see a seed again, after `YOUDIAN_SEED=… YOUDIAN_SEEDS=1`. */
  readonly replay: string;
}
