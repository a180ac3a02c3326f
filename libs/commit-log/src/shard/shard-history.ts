import type { Event } from '@youdian/messaging';
import type { PartHistory } from '../history.ts';
import type { ShardCommit, Tail } from './commit.ts';
import type { ShardDefinition } from './definition.ts';
import { locate } from './locate.ts';
import type { ShardLog } from './store.ts';
import { shardEvents } from './to-events.ts';

/** A page of full batches would be 64 MiB. */
const PAGE_COMMITS = 16;

/** By posting numbers, the commits that hold them. */
export class Postings<P> {
  readonly #log: ShardLog;
  readonly #definition: ShardDefinition<any, P>;
  readonly #tail: () => Tail | undefined;

  /** `tail`: as the owner knows it. */
  constructor(log: ShardLog, definition: ShardDefinition<any, P>, tail: () => Tail | undefined) {
    this.#log = log;
    this.#definition = definition;
    this.#tail = tail;
  }

  /** In the order asked for. @throws RangeError when the shard has no such posting. */
  async read(numbers: readonly number[]): Promise<P[]> {
    const found = new Map<number, P>();
    const inOrder = numbers.toSorted((a, b) => a - b).values();
    let number = inOrder.next().value;
    for await (const { first = 0, count, body } of this.holding(numbers)) {
      const postings = this.#definition.codec.decode(body);
      for (; number !== undefined && number < first + count; number = inOrder.next().value) if (number >= first) found.set(number, postings[number - first]!);
    }
    return numbers.map((number) => {
      const posting = found.get(number);
      if (!posting) throw new RangeError(`${this.#definition.shard} has no posting ${number}`);
      return posting;
    });
  }

  /** The commits that hold them, each once, in order. */
  async *holding(numbers: readonly number[]): AsyncGenerator<ShardCommit> {
    const { shard } = this.#definition;
    const seqs = [...new Set(await this.seqsOf(numbers))].sort((a, b) => a - b);
    for (let from = 0; from < seqs.length; from += PAGE_COMMITS) {
      const page = await this.#log.commits(shard, seqs.slice(from, from + PAGE_COMMITS));
      yield* page.sort((a, b) => a.seq - b.seq);
    }
  }

  /** The seqs of the last commits that begin at these numbers or before; 0 where there is none. */
  async seqsOf(numbers: readonly number[]): Promise<number[]> {
    const { shard } = this.#definition;
    const tail = this.#tail();
    // Who has been away knows of no newer ones, and not yet that he is no longer the owner.
    const end = tail && !numbers.some((number) => number > tail.postings) ? tail : { seq: await this.#log.newest(shard) };
    return locate(numbers, end, (seqs) => this.#log.marks(shard, seqs));
  }
}

/** Also in the shard's own order. From durable commits, whoever writes the shard. */
export interface ShardHistory<P> extends PartHistory {
  /** From the posting of this shard-wide number on, in order, up to the newest. */
  postingsFrom(number: number): AsyncIterable<P>;
  /** The events that those are on one topic. */
  eventsFrom(topic: string, number: number): AsyncIterable<Event>;
}

/** `numbersOf` answers from the owner's memory where it can; else all of the shard's commits are read. */
export function shardHistory<P>(
  definition: ShardDefinition<any, P>, log: ShardLog, postings: Postings<P>,
  numbersOf: (topic: string, subject: string, fromSequence: bigint) => Promise<readonly number[] | undefined>,
): ShardHistory<P> {
  const { shard, codec, topics } = definition;
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

  /** Commits from the one that holds this posting on. */
  async function* from(number: number): AsyncGenerator<ShardCommit> {
    const [seq] = await postings.seqsOf([number]);
    for await (const commit of all(Math.max(0, seq! - 1))) if (commit.kind === 'batch' && commit.first! + commit.count > number) yield commit;
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
      const numbers = await numbersOf(topic, subject, fromSequence);
      for await (const commit of numbers ? postings.holding(numbers) : all(0)) {
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
