import type { Collection } from 'mongodb';
import { commitId, type Commit } from '../log/commit.ts';
import { LruCache } from '../lru-cache.ts';

/** Sees to it that no commit overtakes another of its stream. */
export class StreamOrder {
  readonly #commits: Collection<Commit>;
  /** The newest commit of each stream that was taken up. What falls out is asked of the database. */
  readonly #taken: LruCache<number>;

  constructor(commits: Collection<Commit>, remembered: number) {
    this.#commits = commits;
    this.#taken = new LruCache(remembered);
  }

  /** For each commit, in order, whether all before it in its stream were taken up here or settled before; then it is taken. */
  async take(commits: readonly Commit[]): Promise<boolean[]> {
    const openBefore = await this.#withOpenPredecessor(commits);
    return commits.map((commit) => {
      const taken = this.#taken.get(commit.stream);
      const follows = taken === undefined ? !openBefore.has(commit._id) : commit.seq <= taken + 1;
      if (follows) this.#taken.set(commit.stream, Math.max(commit.seq, taken ?? 0));
      return follows;
    });
  }

  /** Of the commits of streams that have not been seen here. */
  async #withOpenPredecessor(commits: readonly Commit[]): Promise<Set<string>> {
    const after = new Map<string, string>();
    for (const { _id, stream, seq } of commits) {
      if (seq > 1 && this.#taken.get(stream) === undefined) after.set(commitId(stream, seq - 1), _id);
    }
    if (after.size === 0) return new Set();
    const open = await this.#commits.find({ _id: { $in: [...after.keys()] }, open: 1 }, { projection: { _id: 1 } }).toArray();
    return new Set(open.map(({ _id }) => after.get(_id)!));
  }
}
