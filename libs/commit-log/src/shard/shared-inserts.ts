import type { Collection } from 'mongodb';
import { outcomesOf, type InsertOutcome } from '@youdian/mongo-outcome';
import { Flights } from '../log/flights.ts';
import { Unanswered } from '../log/outcome.ts';
import type { ShardCommit } from './commit.ts';

/** insertMany under way at once: a second one beside it would save no wait worth what it costs (decision 28). */
const FLIGHTS = 1;

interface Waiting {
  readonly commit: ShardCommit;
  readonly timeoutMs: number;
  settle(outcome: InsertOutcome): void;
}

/**
 * Commits that a process's shards have ready at the same time go to the server as one unordered insertMany: each stands or
 * falls by itself, and they share what one costs.
 */
export class SharedInserts {
  readonly #commits: Collection<ShardCommit>;
  readonly #flights = new Flights<Waiting>(FLIGHTS, (flight) => this.#fly(flight));

  constructor(commits: Collection<ShardCommit>) {
    this.#commits = commits;
  }

  /** True when it stands, false when its place is taken. @throws Unanswered when that is not known. */
  insert(commit: ShardCommit, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: InsertOutcome) => {
        if (outcome === 'unknown') reject(new Unanswered(`the database did not say whether ${commit._id} stands`));
        else if (outcome === 'inserted' || outcome === 'duplicate') resolve(outcome === 'inserted');
        else reject(outcome);
      };
      this.#flights.add({ commit, timeoutMs, settle });
    });
  }

  async #fly(flight: readonly Waiting[]): Promise<void> {
    const timeoutMS = Math.min(...flight.map(({ timeoutMs }) => timeoutMs));
    const outcomes = await this.#commits.insertMany(flight.map(({ commit }) => commit), { ordered: false, timeoutMS }).then(
      () => flight.map((): InsertOutcome => 'inserted'),
      (error: unknown) => outcomesOf(error, flight.length),
    );
    for (const [n, { settle }] of flight.entries()) settle(outcomes[n]!);
  }
}
