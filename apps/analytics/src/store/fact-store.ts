import type { InboxStore } from '@youdian/messaging';
import type { FactChange } from '../facts/change.ts';

/**
 * Where the facts are: the one port to an analytical database. Facts, the subjects' sequences, parked events, positions,
 * progress and the revision change together or not at all.
 */
export interface FactStore extends InboxStore<FactChange> {
  /** Everything that `read` asks for is of one revision. Never waits for what is coming in. */
  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Snapshot {
  /** `epoch.counter`: the newest transaction in it. */
  readonly revision: string;
  /** Everything that was committed before is in it, as far as these topics go; undefined while a partition has yet to report. */
  watermark(topics: readonly string[]): Promise<Date | undefined>;
  /** `sql` comes from the catalogue; whatever a person wrote is in `parameters`, as `$1`, `$2` … */
  rows(sql: string, parameters: readonly string[]): Promise<Cell[][]>;
}

export type Cell = string | number | bigint | null;

/** The answer did not come in time. */
export class QueryTooLong extends Error {
  override readonly name = 'QueryTooLong';
}

/** Too many questions at once. */
export class TooManyQueries extends Error {
  override readonly name = 'TooManyQueries';
}
