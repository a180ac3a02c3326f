import type { InboxPosition, InboxStore } from '@youdian/messaging';
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

/** What answers questions. */
export type Answering = Pick<FactStore, 'snapshot'>;

/** Where a service's stores are: the one that answers, and one that is made anew beside it and takes its place. */
export interface StoreHome {
  /** The one that answers, also after a crash. */
  openCurrent(): Promise<FactStore>;
  /** An empty one beside it, by its name; its epoch is newer than `after`. Only one process may have it open. */
  openNew(name: string, after: string): Promise<FactStore>;
  /** Makes the first of several new stores, of which no two have a subject in common, one of all; nobody has any of them open. */
  join(names: readonly string[]): Promise<void>;
  /** Compares what `current` held at `revision` with a new one that nobody has open, table by table. */
  compare(current: FactStore, revision: string, name: string): Promise<Comparison>;
  /** From now on, the one of this name is the one that answers: at once or not at all. */
  makeCurrent(name: string): Promise<void>;
  /** Facts alone, up to the newest revision, in a file that others may read until the next call. */
  copyForAnalysts(current: FactStore): Promise<AnalystCopy>;
  /** Lets go of every store but the current one. */
  removeOthers(): Promise<void>;
}

export interface AnalystCopy {
  readonly file: string;
  readonly revision: string;
}

export interface Comparison {
  readonly equal: boolean;
  /** Subjects of which the new one knows later events; they are left out. */
  readonly leftOut: number;
  readonly tables: readonly { readonly table: string; readonly rowsBefore: bigint; readonly rowsAfter: bigint; readonly equal: boolean }[];
}

export interface Snapshot {
  /** `epoch.counter`: the newest transaction in it. */
  readonly revision: string;
  /** The transaction up to which the catalogue's roll-ups have all facts, and no later ones; undefined: there are none. */
  readonly rolledUp: bigint | undefined;
  /** Everything that was committed before is in it, as far as these topics go; undefined while a partition has yet to report. */
  watermark(topics: readonly string[]): Promise<Date | undefined>;
  /** How far each partition is taken in. */
  positions(): Promise<Standing>;
  /** `sql` comes from the catalogue; whatever a person wrote is in `parameters`, as `$1`, `$2` … */
  rows(sql: string, parameters: readonly string[]): Promise<Cell[][]>;
}

export interface Standing {
  /** Undefined before the first event. */
  readonly clusterId: string | undefined;
  readonly positions: readonly InboxPosition[];
  /** Subjects of which an operator left events out: `5: reason; 9: reason`. */
  readonly incomplete: readonly { readonly topic: string; readonly subject: string; readonly reasons: string }[];
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
