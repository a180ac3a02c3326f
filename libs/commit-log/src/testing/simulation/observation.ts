import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import type { ShardDecide } from '../../shard/writer.ts';

export type Outcome = { readonly result: unknown } | { readonly rejection: Rejection };

/** An answer that a process gave, and what the log held before it was asked and when it answered. */
export interface Observation<S, P> {
  readonly shard: number;
  readonly process: string;
  /** Of its last decision. */
  readonly at: Date;
  readonly decide: ShardDecide<S, P, unknown>;
  /** The postings that it decided. */
  readonly postings: readonly P[];
  readonly outcome: Outcome;
  /** Durable postings of the shard. */
  readonly from: number;
  readonly to: number;
}

/** Notes what a decision saw; unavailable answers say nothing and are not noted. */
export class Observer<S, P> {
  readonly observations: Observation<S, P>[] = [];
  readonly #durable: (shard: number) => number;

  constructor(durable: (shard: number) => number) {
    this.#durable = durable;
  }

  async watch<R>(shard: number, process: string, decide: ShardDecide<S, P, R>, submit: (decide: ShardDecide<S, P, R>) => Promise<R>): Promise<R> {
    const from = this.#durable(shard);
    let at = new Date(0);
    let postings: readonly P[] = [];
    const note = (outcome: Outcome) => void this.observations.push({ shard, process, at, decide, postings, outcome, from, to: this.#durable(shard) });
    try {
      const result = await submit((state, now) => {
        at = now;
        postings = [];
        const decision = decide(state, now);
        if (!isRejection(decision)) postings = decision.postings ?? [];
        return decision;
      });
      note({ result });
      return result;
    } catch (error) {
      if (error instanceof Rejected && error.rejection.kind !== 'unavailable') note({ rejection: error.rejection });
      throw error;
    }
  }

  watchAll<R>(shard: number, process: string, decides: readonly ShardDecide<S, P, R>[], submitAll: (decides: readonly ShardDecide<S, P, R>[]) => Promise<R[]>): Promise<R[]> {
    const all = Promise.withResolvers<R[]>();
    const watched: ShardDecide<S, P, R>[] = [];
    const answers = decides.map((decide, index) => this.watch(shard, process, decide, async (one) => {
      watched.push(one);
      return (await all.promise)[index]!;
    }));
    submitAll(watched).then(all.resolve, all.reject);
    return Promise.all(answers);
  }
}

/** What the decision would have been on this state. */
export function outcomeOn<S, P>(state: S, { decide, at }: Pick<Observation<S, P>, 'decide' | 'at'>): Outcome {
  try {
    const decision = decide(state, at);
    return isRejection(decision) ? { rejection: decision } : { result: decision.result };
  } catch (error) {
    if (error instanceof Rejected) return { rejection: error.rejection };
    throw error;
  }
}
