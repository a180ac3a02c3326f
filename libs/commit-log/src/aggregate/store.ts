import { setTimeout } from 'node:timers/promises';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { currentTraceparent } from '@youdian/telemetry';
import { commitId, MAX_SEQ, streamEnd, streamSubject, type Commit } from '../log/commit.ts';
import type { CommitLog, StateAfter } from '../log/commit-log.ts';
import { inputHash } from '../log/input-hash.ts';
import { orUnavailable } from '../log/outcome.ts';
import { contended, keyReused } from '../log/rejections.ts';
import { scan } from '../log/scan.ts';
import { LruCache } from '../lru-cache.ts';
import type { AggregateDefinition, DomainEvent } from './definition.ts';
import { before, decodeEvent, encodeEvents, fold } from './fold.ts';
import { ReadModel, type FindOptions, type Found, type Page } from './read-model.ts';
import { Turns } from './turns.ts';

export interface Command {
  /** `OpenCase` */
  readonly operation: string;
  /** The caller's idempotency key: unique within (actor, operation, stream). */
  readonly key: string;
  /** Who does it: `agent:7`, `service:notification`. No `|` in it. */
  readonly actor: string;
  /** What a retry must repeat: plain data, with bigint and Date. Only its hash is kept. */
  readonly input: unknown;
  /** Default: that of what runs now. */
  readonly traceparent?: string | undefined;
}

/** No events is an answer too: it is committed, so that a retry gets the same. */
export interface Decision<E, R> {
  readonly events: readonly E[];
  readonly result?: R;
}

/** Pure, and may be called again on a newer state. May also throw `Rejected`. */
export type Decide<S, E, R> = (state: S, at: Date) => Decision<E, R> | Rejection;

export interface Executed<R> {
  /** Of the first time, for a retry: as it comes back from BSON (undefined fields are gone). */
  readonly result: R;
  readonly version: number;
  readonly replayed: boolean;
}

export interface BulkItem<S, E, R> {
  readonly id: string;
  readonly command: Command;
  readonly decide: Decide<S, E, R>;
}

export type BulkOutcome<R> = Executed<R> | { readonly rejection: Rejection };

export interface HistoryEntry<S, E> extends StateAfter<S> {
  readonly operation: string;
  readonly actor: string;
  readonly at: Date;
  readonly events: readonly E[];
}

export interface AggregateStore<S, E extends DomainEvent> {
  readonly definition: AggregateDefinition<S, E>;
  /** @throws Rejected what `decide` says; IDEMPOTENCY_KEY_REUSED; `unavailable`: retry with the same key. */
  execute<R = undefined>(id: string, command: Command, decide: Decide<S, E, R>): Promise<Executed<R>>;
  /** For imports: each as by `execute`, in shared inserts; a rejection stays with its item. Outcomes in the items' order. */
  executeMany<R = undefined>(items: readonly BulkItem<S, E, R>[]): Promise<BulkOutcome<R>[]>;
  /** Current, whoever wrote last; undefined when there is no such aggregate. */
  read(id: string): Promise<{ readonly state: S; readonly version: number } | undefined>;
  /** Over read documents, which follow the commits within moments. */
  find(filter: Parameters<ReadModel<S>['find']>[0], options?: FindOptions): Promise<Page<S>>;
  /** Those whose ids begin so, committed so lately that `find` may not have them as they are; current. Asked for before `find` is, the two miss nothing. */
  unsettled(idPrefix: string): Promise<readonly Found<S>[]>;
  /** All changes in order, each with the state after it; "as of" a moment with `until`. */
  history(id: string, until?: Date): AsyncIterable<HistoryEntry<S, E>>;
  readonly readModel: ReadModel<S>;
}

const MAX_RACES = 10;
/** Who has lost to another process a few times lets it have its way first: it decides from memory, we had to read. Doubled at each loss: a second in all. */
const RACES_AT_ONCE = 3;
const YIELD_FIRST_MS = 8;
const WAITING_COMMANDS = 20_000;
const CACHED_STATES = 10_000;
const BULK_AT_ONCE = 1_000;

export async function openAggregates<S, E extends DomainEvent>(
  log: CommitLog,
  definition: AggregateDefinition<S, E>,
  options: { readonly cachedStates?: number } = {},
): Promise<AggregateStore<S, E>> {
  const readModel = new ReadModel<S>(log, definition);
  await readModel.open();
  return new Store(log, definition, readModel, options.cachedStates ?? CACHED_STATES);
}

class Store<S, E extends DomainEvent> implements AggregateStore<S, E> {
  readonly definition: AggregateDefinition<S, E>;
  readonly readModel: ReadModel<S>;
  readonly #log: CommitLog;
  readonly #cache: LruCache<StateAfter<S>>;
  readonly #turns = new Turns(WAITING_COMMANDS);

  constructor(log: CommitLog, definition: AggregateDefinition<S, E>, readModel: ReadModel<S>, cachedStates: number) {
    this.#log = log;
    this.definition = definition;
    this.readModel = readModel;
    this.#cache = new LruCache(cachedStates);
  }

  async execute<R = undefined>(id: string, command: Command, decide: Decide<S, E, R>): Promise<Executed<R>> {
    // Racing within the process would only lose: the fence is for other processes.
    return orUnavailable(this.#turns.run(id, () => this.#execute(id, command, decide)));
  }

  async executeMany<R = undefined>(items: readonly BulkItem<S, E, R>[]): Promise<BulkOutcome<R>[]> {
    const outcomes: BulkOutcome<R>[] = [];
    for (let from = 0; from < items.length; from += BULK_AT_ONCE) {
      const running = items.slice(from, from + BULK_AT_ONCE).map(async ({ id, command, decide }): Promise<BulkOutcome<R>> => {
        try {
          return await this.execute(id, command, decide);
        } catch (error) {
          if (error instanceof Rejected) return { rejection: error.rejection };
          throw error;
        }
      });
      outcomes.push(...(await Promise.all(running)));
    }
    return outcomes;
  }

  async read(id: string): Promise<StateAfter<S> | undefined> {
    const current = await orUnavailable(this.#current(id));
    return current.version === 0 ? undefined : current;
  }

  find(filter: Parameters<ReadModel<S>['find']>[0], options?: FindOptions): Promise<Page<S>> {
    return orUnavailable(this.readModel.find(filter, options));
  }

  async unsettled(idPrefix: string): Promise<readonly Found<S>[]> {
    const from = `${this.definition.name}:${idPrefix}`;
    const ask = () => this.#log.commits.find({ open: 1, _id: { $gt: from, $lt: `${from}\uffff` } }, { projection: { _id: 0, stream: 1 }, readConcern: 'majority' }).toArray();
    const ids = new Set((await orUnavailable(ask())).map(({ stream }) => streamSubject(stream)));
    return Promise.all(Array.from(ids, async (id) => ({ id, ...(await this.read(id))! })));
  }

  async *history(id: string, until?: Date): AsyncIterable<HistoryEntry<S, E>> {
    let after = before(this.definition);
    for await (const commit of this.#commitsAfter(id, 0)) {
      if (until && commit.at > until) return;
      after = fold(this.definition, after, commit);
      const { operation, actor, at } = commit;
      yield { ...after, operation, actor, at, events: commit.events.map((event) => decodeEvent(this.definition, event)) };
    }
  }

  async #execute<R>(id: string, command: Command, decide: Decide<S, E, R>): Promise<Executed<R>> {
    const stream = this.#stream(id);
    const key = commandKey(stream, command);
    const hash = inputHash(command.input);
    // An unknown stream is taken for a new one: a create then costs one insert, and for the others the fence or the
    // rejection leads to the real state.
    let base = this.#cache.get(id) ?? before(this.definition);
    let fresh = false;
    for (let races = 0; races <= MAX_RACES; ) {
      const at = this.#log.clock();
      const decided = tryDecide(decide, base.state, at);
      if ('refusal' in decided) {
        if (!fresh) {
          base = await this.#current(id);
          fresh = true;
          continue;
        }
        const first = await this.#firstAnswer<R>(key, hash);
        if (first) return first;
        throw decided.refusal;
      }
      const commit = this.#commit(stream, base, key, hash, command, decided.decision, at);
      const outcome = await this.#append(id, commit);
      if (outcome === 'committed') {
        const after = fold(this.definition, base, commit);
        this.#cache.set(id, after);
        this.#log.committed(commit, after);
        return { result: commit.result as R, version: commit.seq, replayed: false };
      }
      const first = await this.#firstAnswer<R>(key, hash);
      if (first) return first;
      races += 1;
      if (races > RACES_AT_ONCE) await setTimeout(YIELD_FIRST_MS * 2 ** (races - RACES_AT_ONCE - 1));
      base = await this.#current(id);
      fresh = true;
    }
    throw contended();
  }

  #commit(stream: string, base: StateAfter, key: string, hash: string, command: Command, decision: Decision<E, unknown>, at: Date): Commit {
    const seq = base.version + 1;
    if (seq > MAX_SEQ) throw new RangeError(`stream ${stream} is full`);
    const traceparent = command.traceparent ?? currentTraceparent();
    return {
      _id: commitId(stream, seq), stream, seq, key, inputHash: hash,
      ...(decision.result !== undefined && { result: decision.result }),
      events: encodeEvents(this.definition, decision.events, base.eventCount),
      operation: command.operation, actor: command.actor, at,
      ...(traceparent && { traceparent }),
      open: 1,
    };
  }

  async #append(id: string, commit: Commit): Promise<'committed' | 'duplicate'> {
    try {
      return await this.#log.appender.append(commit);
    } catch (error) {
      this.#cache.delete(id);
      throw error;
    }
  }

  async #firstAnswer<R>(key: string, hash: string): Promise<Executed<R> | undefined> {
    const first = await this.#log.byKey(key);
    if (!first) return undefined;
    if (first.inputHash !== hash) throw keyReused();
    return { result: first.result as R, version: first.seq, replayed: true };
  }

  /** The state with every commit that was acknowledged before the call. */
  async #current(id: string): Promise<StateAfter<S>> {
    const stream = this.#stream(id);
    let base = this.#cache.get(id) ?? (await this.readModel.get(id)) ?? before(this.definition);
    const next = await this.#log.byId(commitId(stream, base.version + 1));
    if (next) {
      base = fold(this.definition, base, next);
      for await (const commit of this.#commitsAfter(id, base.version)) base = fold(this.definition, base, commit);
    }
    // Someone may have gone further meanwhile.
    const known = this.#cache.get(id);
    if (known && known.version > base.version) return known;
    // Also that there is nothing yet: who asks again looks only for the first commit.
    this.#cache.set(id, base);
    return base;
  }

  #commitsAfter(id: string, version: number): AsyncIterable<Commit> {
    const stream = this.#stream(id);
    return scan(this.#log.commits, commitId(stream, version), streamEnd(stream));
  }

  #stream(id: string): string {
    if (id === '' || id.includes(':')) throw new TypeError(`"${id}" cannot be an aggregate's id: it is empty or has a colon`);
    return `${this.definition.name}:${id}`;
  }
}

function commandKey(stream: string, { actor, operation, key }: Command): string {
  if (actor === '' || operation === '' || key === '') throw new TypeError('a command needs an actor, an operation and a key');
  if (actor.includes('|') || operation.includes('|')) throw new TypeError('an actor or operation cannot have a | in it');
  return `${actor}|${operation}|${stream}|${key}`;
}

/** On a state that may be stale or only assumed, an exception is a refusal too: it counts only if it comes again on the real one. */
function tryDecide<S, E, R>(decide: Decide<S, E, R>, state: S, at: Date): { decision: Decision<E, R> } | { refusal: unknown } {
  try {
    const decided = decide(state, at);
    return isRejection(decided) ? { refusal: new Rejected(decided) } : { decision: decided };
  } catch (error) {
    return { refusal: error };
  }
}

export type { Found };
