import type { Commit, StoredEvent } from '../log/commit.ts';
import type { StateAfter } from '../log/commit-log.ts';
import type { AggregateDefinition, DomainEvent } from './definition.ts';

type Any = AggregateDefinition<any, any>;

export function before<S>(definition: AggregateDefinition<S, any>): StateAfter<S> {
  return { state: definition.initial, version: 0, eventCount: 0 };
}

export function encodeEvents(definition: Any, events: readonly DomainEvent[], countBefore: number): StoredEvent[] {
  return events.map((event, index) => ({
    type: event.type,
    sequence: countBefore + index + 1,
    data: messageOf(definition, event.type).toJSON(event.data),
    ...(event.kept && { kept: event.kept }),
  }));
}

export function decodeEvent<E extends DomainEvent>(definition: AggregateDefinition<any, E>, stored: StoredEvent): E {
  const data: unknown = messageOf(definition, stored.type).fromJSON(stored.data);
  return { type: stored.type, data, ...(stored.kept && { kept: stored.kept }) } as DomainEvent as E;
}

export function fold<S>(definition: AggregateDefinition<S, any>, from: StateAfter<S>, commit: Commit): StateAfter<S> {
  if (commit.seq !== from.version + 1) throw new RangeError(`commit ${commit._id} does not follow version ${from.version}`);
  let state = from.state;
  for (const stored of commit.events) state = definition.evolve(state, decodeEvent(definition, stored));
  return { state, version: commit.seq, eventCount: from.eventCount + commit.events.length };
}

function messageOf(definition: Any, type: string) {
  const message = definition.messages[type];
  if (!message) throw new TypeError(`${definition.name} has no event ${type}`);
  return message;
}
