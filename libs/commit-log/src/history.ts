import type { History } from '@youdian/messaging';
import type { AggregateStore } from './aggregate/store.ts';
import { commitId, nameRange, streamEnd } from './log/commit.ts';
import type { CommitLog } from './log/commit-log.ts';
import { scan } from './log/scan.ts';
import { toEvents } from './relay/to-events.ts';

/** One shard's share of a topic's history. */
export interface PartHistory extends History {
  readonly name: string;
  readonly topics: readonly string[];
}

/**
 * All events that this service ever committed, whether a topic still has them or not. Cursors are
 * `<part>/<the part's own>`, so that parts can follow one another.
 */
export function openHistory(log: CommitLog, aggregates: readonly AggregateStore<any, any>[], shards: readonly PartHistory[] = []): History {
  const parts = [...aggregates.map((store) => aggregateHistory(log, store)), ...shards].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    async *read(topic, subject, fromSequence) {
      for (const part of parts) if (part.topics.includes(topic)) yield* part.read(topic, subject, fromSequence);
    },
    async *readAll(topic, cursor = '') {
      const [from, inside] = splitAt(cursor, cursor.indexOf('/'));
      for (const part of parts) {
        if (part.name < from || !part.topics.includes(topic)) continue;
        for await (const { event, cursor: at } of part.readAll(topic, part.name === from ? inside : undefined)) {
          yield { event, cursor: `${part.name}/${at}` };
        }
      }
    },
  };
}

/** Cursor: `<commit _id>#<index of the event>`. */
function aggregateHistory(log: CommitLog, { definition }: AggregateStore<any, any>): PartHistory {
  const { name, topic } = definition;
  return {
    name,
    topics: [topic],
    async *read(_topic, subject, fromSequence) {
      if (subject.includes(':')) return;
      const stream = `${name}:${subject}`;
      const later = { 'events.sequence': { $gte: Number(fromSequence) } };
      for await (const commit of scan(log.commits, commitId(stream, 0), streamEnd(stream), later)) {
        for (const event of toEvents(definition, commit)) if (event.sequence >= fromSequence) yield event;
      }
    },
    async *readAll(_topic, cursor) {
      const { after, before } = nameRange(name);
      const [id, index] = splitAt(cursor ?? '', cursor?.lastIndexOf('#') ?? -1);
      // The commit itself once more: the cursor may stand inside it.
      const start = id === '' ? after : id.slice(0, -1);
      for await (const commit of scan(log.commits, start, before)) {
        if (commit._id < id) continue;
        const skip = commit._id === id ? Number(index) : -1;
        for (const [at, event] of toEvents(definition, commit).entries()) {
          if (at > skip) yield { event, cursor: `${commit._id}#${at}` };
        }
      }
    },
  };
}

function splitAt(text: string, at: number): [string, string] {
  return at < 0 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
}
