import type { Event } from '@youdian/messaging';
import { currentTraceparent, isSampled, withSpan } from '@youdian/telemetry';
import type { AggregateDefinition } from '../aggregate/definition.ts';
import { streamSubject, type Commit } from '../log/commit.ts';

/** A commit's events as they travel. The same from memory, from the sweep and from history. */
export function toEvents(definition: AggregateDefinition<any, any>, commit: Commit, traceparent = commit.traceparent): Event[] {
  return commit.events.map((stored, index) => ({
    topic: definition.topic,
    id: `${commit.stream}:${commit.seq}:${index}`,
    source: definition.source,
    type: `${definition.typePrefix}.${stored.type}`,
    subject: streamSubject(commit.stream),
    sequence: BigInt(stored.sequence),
    time: commit.at,
    ...(traceparent && { traceparent }),
    data: Buffer.from(JSON.stringify(stored.data)),
  }));
}

/** The trace goes on from the commit through the relay to the consumers. */
export async function publishTraceparent(name: string, committed: string | undefined): Promise<string | undefined> {
  if (!isSampled(committed)) return committed;
  return withSpan(`relay ${name}`, { kind: 'producer', parent: committed }, () => currentTraceparent() ?? committed);
}
