import type { Event } from '@youdian/messaging';
import type { ShardDefinition } from './definition.ts';

/** The events of one commit's postings. The same from memory, after a crash and from history. */
export function shardEvents<P>({ shard, source, events }: ShardDefinition<any, P>, seq: number, postings: readonly P[]): Event[] {
  const all: Event[] = [];
  for (const posting of postings) {
    for (const draft of events(posting)) all.push({ ...draft, id: `${shard}:${seq}:${all.length}`, source });
  }
  return all;
}
