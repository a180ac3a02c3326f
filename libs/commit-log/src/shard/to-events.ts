import type { Event } from '@youdian/messaging';
import type { EventCommit, ShardDefinition } from './definition.ts';

/** The events of one commit's postings. The same from memory, after a crash and from history. */
export function shardEvents<P>({ shard, source, events }: ShardDefinition<any, P>, commit: EventCommit, postings: readonly P[]): Event[] {
  const all: Event[] = [];
  for (const posting of postings) {
    for (const draft of events(posting, commit)) all.push({ ...draft, id: `${shard}:${commit.seq}:${all.length}`, source });
  }
  return all;
}
