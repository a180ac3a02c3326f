import type { Event } from '@youdian/messaging';
import type { PartHistory } from '../history.ts';
import type { ShardCommit } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import type { ShardLog } from './store.ts';
import { shardEvents } from './to-events.ts';

/** A page of full batches would be 64 MiB. */
const PAGE_COMMITS = 16;

/** By posting numbers, the commits that hold them. */
export class Postings<P> {
  readonly #log: ShardLog;
  readonly #definition: ShardDefinition<any, P>;

  constructor(log: ShardLog, definition: ShardDefinition<any, P>) {
    this.#log = log;
    this.#definition = definition;
  }

  /** A document per posting at most; each commit is read once. @throws RangeError when the shard has no such posting. */
  async read(numbers: readonly number[]): Promise<P[]> {
    const postings: P[] = [];
    let commit: ShardCommit | undefined;
    let decoded: P[] = [];
    for (const number of numbers) {
      if (!commit || number < commit.first! || number >= commit.first! + commit.count) {
        commit = await this.holding(number);
        decoded = this.#definition.codec.decode(commit.body);
      }
      postings.push(decoded[number - commit.first!]!);
    }
    return postings;
  }

  async holding(number: number): Promise<ShardCommit> {
    const { shard } = this.#definition;
    const commit = await this.#log.holding(shard, number);
    if (!commit || number >= commit.first! + commit.count) throw new RangeError(`${shard} has no posting ${number}`);
    return commit;
  }
}

/** Also in the shard's own order. From durable commits, whoever writes the shard. */
export interface ShardHistory<P> extends PartHistory {
  /** From the posting of this shard-wide number on, in order, up to the newest. */
  postingsFrom(number: number): AsyncIterable<P>;
  /** The events that those are on one topic. */
  eventsFrom(topic: string, number: number): AsyncIterable<Event>;
}

/** `locate` answers from the owner's memory where it can; else all of the shard's commits are read. */
export function shardHistory<P>(
  definition: ShardDefinition<any, P>, log: ShardLog,
  locate: (topic: string, subject: string, fromSequence: bigint) => readonly number[] | undefined,
): ShardHistory<P> {
  const { shard, codec, topics } = definition;
  const postings = new Postings(log, definition);
  const eventsOf = (commit: ShardCommit): Event[] => (commit.kind === 'batch' ? shardEvents(definition, commit, codec.decode(commit.body)) : []);

  /** Page by page, each a query of its own: a slow reader keeps no cursor open, and no timeout can end it midway. */
  async function* all(seq: number): AsyncGenerator<ShardCommit> {
    for (let from = seq; ; ) {
      const page = await log.page(shard, from, PAGE_COMMITS);
      yield* page;
      if (page.length < PAGE_COMMITS) return;
      from = page.at(-1)!.seq;
    }
  }

  async function* holding(numbers: readonly number[]): AsyncGenerator<ShardCommit> {
    let end = 0;
    for (const number of numbers) {
      if (number < end) continue;
      const commit = await postings.holding(number);
      end = commit.first! + commit.count;
      yield commit;
    }
  }

  /** Commits from the one that holds this posting on. */
  async function* from(number: number): AsyncGenerator<ShardCommit> {
    const first = await log.holding(shard, number);
    for await (const commit of all((first?.seq ?? 1) - 1)) if (commit.kind === 'batch' && commit.first! + commit.count > number) yield commit;
  }

  return {
    name: shard,
    topics,
    async *postingsFrom(number) {
      for await (const commit of from(number)) yield* codec.decode(commit.body).slice(Math.max(0, number - commit.first!));
    },
    async *eventsFrom(topic, number) {
      for await (const commit of from(number)) for (const event of eventsOf(commit)) if (event.topic === topic) yield event;
    },
    async *read(topic, subject, fromSequence) {
      if (definition.holds?.(topic, subject) === false) return;
      const numbers = locate(topic, subject, fromSequence);
      for await (const commit of numbers ? holding(numbers) : all(0)) {
        for (const event of eventsOf(commit)) {
          if (event.topic === topic && event.subject === subject && event.sequence >= fromSequence) yield event;
        }
      }
    },
    /** Cursor: `<seq>#<index of the event>`. */
    async *readAll(topic, cursor = '0#-1') {
      const [seq = 0, index = -1] = cursor.split('#').map(Number);
      for await (const commit of all(Math.max(0, seq - 1))) {
        for (const [at, event] of eventsOf(commit).entries()) {
          if (event.topic === topic && (commit.seq > seq || at > index)) yield { event, cursor: `${commit.seq}#${at}` };
        }
      }
    },
  };
}
