import { MongoBulkWriteError, type AnyBulkWriteOperation, type Collection, type Filter } from 'mongodb';
import { outcomesOf } from '@youdian/mongo-outcome';
import { BatchedLookup } from '../log/batched-lookup.ts';
import { commitId, nameRange, streamEnd, streamSubject, type Commit } from '../log/commit.ts';
import { STORED, type CommitLog, type StateAfter } from '../log/commit-log.ts';
import { scan } from '../log/scan.ts';
import type { AggregateDefinition, ReadDocument } from './definition.ts';
import { before, fold } from './fold.ts';
import { pageAfter, pageToken } from './page-token.ts';

export interface FindOptions {
  /** At most 1,000; default 100. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** A field that every document has, `state.openedAt`, or `_id` (default). */
  readonly sort?: { readonly field: string; readonly direction: 1 | -1 };
}

export interface Found<S> {
  readonly id: string;
  readonly version: number;
  readonly state: S;
}

export interface Page<S> {
  readonly items: readonly Found<S>[];
  /** Absent on the last page. */
  readonly next?: string;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const REBUILD_BATCH = 500;

/** The read documents of one aggregate: a cache of its states, written after the commit and never ahead of it. */
export class ReadModel<S> {
  readonly documents: Collection<ReadDocument<S>>;
  readonly #log: CommitLog;
  readonly #definition: AggregateDefinition<S, any>;
  readonly #shape: number;
  readonly #byId: BatchedLookup<ReadDocument<S>>;

  constructor(log: CommitLog, definition: AggregateDefinition<S, any>) {
    this.#log = log;
    this.#definition = definition;
    this.#shape = definition.shape ?? 1;
    this.documents = log.db.collection<ReadDocument<S>>(definition.collection, STORED);
    this.#byId = new BatchedLookup(async (ids) => {
      // By `_id` alone: with the shape in it a server may choose the index in which all are alike.
      const found = (await this.documents.find({ _id: { $in: ids } } as Filter<ReadDocument<S>>).toArray()) as ReadDocument<S>[];
      return new Map(found.filter(({ shape }) => shape === this.#shape).map((document) => [document._id, document]));
    });
  }

  async open(): Promise<void> {
    const { indexes = [] } = this.#definition;
    await this.documents.createIndexes([{ key: { shape: 1 } }, ...indexes]);
    const older = { shape: { $lt: this.#shape } } as Filter<ReadDocument<S>>;
    if (await this.documents.findOne(older)) await this.rebuild();
  }

  /** As of some recent commit; undefined when there is none of the present shape. */
  async get(id: string): Promise<StateAfter<S> | undefined> {
    const document = await this.#byId.get(id);
    return document && { state: document.state, version: document.version, eventCount: document.eventCount };
  }

  async find(filter: Filter<ReadDocument<S>>, options: FindOptions = {}): Promise<Page<S>> {
    const limit = Math.min(options.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const { field, direction } = options.sort ?? { field: '_id', direction: 1 as const };
    const conditions = [filter, ...(options.after ? [pageAfter(options.after, field, direction)] : [])] as Filter<ReadDocument<S>>[];
    const found = await this.documents
      .find(conditions.length === 1 ? conditions[0]! : ({ $and: conditions } as Filter<ReadDocument<S>>))
      .sort(field === '_id' ? { _id: direction } : { [field]: direction, _id: direction })
      .limit(limit + 1)
      .toArray();
    const page = found.slice(0, limit) as ReadDocument<S>[];
    const items = page.map(({ _id, version, state }) => ({ id: _id, version, state }));
    return found.length > limit ? { items, next: pageToken(page.at(-1)!, field) } : { items };
  }

  /**
   * Brings the documents to at least these commits. `states` has those that are known without reading, by id; the
   * others are folded from the commits.
   */
  async project(commits: readonly Commit[], states: ReadonlyMap<string, StateAfter<S>>): Promise<void> {
    const firsts = new Map<string, Commit>();
    for (const commit of commits) {
      const id = streamSubject(commit.stream);
      if (!firsts.has(id)) firsts.set(id, commit);
    }
    const inserts: ReadDocument<S>[] = [];
    const replaces: ReadDocument<S>[] = [];
    const made = [...firsts].map(async ([id, first]) => {
      const after = states.get(id) ?? (await this.#catchUp(id));
      (first.seq === 1 ? inserts : replaces).push(this.#document(id, after));
    });
    await Promise.all(made);
    await this.#write(inserts, replaces);
  }

  /** Makes every document anew from the commits. */
  async rebuild(): Promise<void> {
    const { after: prefix, before: end } = nameRange(this.#definition.name);
    let id: string | undefined;
    let after = before(this.#definition);
    let done: ReadDocument<S>[] = [];
    const flush = async () => {
      // Of an older shape, a document of the same version is replaced too.
      await this.#write([], done, '$lte');
      done = [];
    };
    for await (const commit of scan(this.#log.commits, prefix, end)) {
      const next = streamSubject(commit.stream);
      if (next !== id) {
        if (id !== undefined) done.push(this.#document(id, after));
        if (done.length >= REBUILD_BATCH) await flush();
        id = next;
        after = before(this.#definition);
      }
      after = fold(this.#definition, after, commit);
    }
    if (id !== undefined) done.push(this.#document(id, after));
    await flush();
  }

  async #catchUp(id: string): Promise<StateAfter<S>> {
    let after = (await this.get(id)) ?? before(this.#definition);
    const stream = `${this.#definition.name}:${id}`;
    for await (const commit of scan(this.#log.commits, commitId(stream, after.version), streamEnd(stream))) after = fold(this.#definition, after, commit);
    return after;
  }

  #document(id: string, { state, version, eventCount }: StateAfter<S>): ReadDocument<S> {
    return { _id: id, version, eventCount, shape: this.#shape, state };
  }

  /** Inserts what should be new, replaces what is older; whichever guess was wrong is mended by the other. */
  async #write(inserts: ReadDocument<S>[], replaces: ReadDocument<S>[], older: '$lt' | '$lte' = '$lt'): Promise<void> {
    const present = await this.#insert(inserts);
    const absent = await this.#replace([...replaces, ...present], older);
    const again = await this.#insert(absent);
    if (again.length > 0) await this.#replace(again, older);
  }

  /** @returns those that exist already. */
  async #insert(documents: ReadDocument<S>[]): Promise<ReadDocument<S>[]> {
    if (documents.length === 0) return [];
    try {
      await this.documents.insertMany(documents as Parameters<typeof this.documents.insertMany>[0], { ordered: false });
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const outcomes = outcomesOf(error, documents.length);
      const other = outcomes.find((outcome) => outcome instanceof Error || outcome === 'unknown');
      if (other) throw other instanceof Error ? other : error;
      return documents.filter((_, index) => outcomes[index] === 'duplicate');
    }
  }

  /** @returns those that do not exist. A document that is as new already stays. */
  async #replace(documents: ReadDocument<S>[], older: '$lt' | '$lte'): Promise<ReadDocument<S>[]> {
    if (documents.length === 0) return [];
    const operations = documents.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id, version: { [older]: replacement.version } }, replacement },
    }));
    const bulk = operations as unknown as AnyBulkWriteOperation<ReadDocument<S>>[];
    // Not in a transaction, though it would cost a third: one that a crash leaves open holds up the next process for a minute.
    const { matchedCount } = await this.documents.bulkWrite(bulk, { ordered: false });
    if (matchedCount === documents.length) return [];
    const ids = documents.map((document) => document._id);
    const present = await this.documents.find({ _id: { $in: ids } } as Filter<ReadDocument<S>>, { projection: { _id: 1 } }).toArray();
    const known = new Set(present.map((document) => String(document._id)));
    return documents.filter((document) => !known.has(document._id));
  }
}
