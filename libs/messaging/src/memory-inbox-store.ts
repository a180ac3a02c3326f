import type { ReceivedEvent } from './event.ts';
import type { InboxPosition, InboxStep, InboxStore, Remembered, SubjectState } from './inbox-store.ts';

/** For tests, and for read models that are rebuilt at each start. */
export class MemoryInboxStore<E> implements InboxStore<E> {
  readonly effects: E[] = [];
  readonly progress = new Map<string, Date>();
  #clusterId: string | undefined;
  readonly #positions = new Map<string, InboxPosition>();
  readonly #subjects = new Map<string, Map<string, SubjectState>>();
  readonly #parked = new Map<string, Map<string, Map<bigint, ReceivedEvent>>>();

  async open(): Promise<Remembered> {
    const parked = [...this.#parked].flatMap(([topic, subjects]) =>
      [...subjects].map(([subject, events]) => ({ topic, subject, count: events.size })));
    return { clusterId: this.#clusterId, positions: [...this.#positions.values()], parked };
  }

  async subjects(topic: string, subjects: readonly string[]): Promise<Map<string, SubjectState>> {
    const known = this.#subjects.get(topic);
    const found = new Map<string, SubjectState>();
    for (const subject of subjects) {
      const state = known?.get(subject);
      if (state) found.set(subject, state);
    }
    return found;
  }

  async parked(topic: string, subject: string, above: bigint, limit: number): Promise<ReceivedEvent[]> {
    const events = [...(this.#parked.get(topic)?.get(subject)?.values() ?? [])].filter(({ sequence }) => sequence > above);
    return events.sort((a, b) => (a.sequence < b.sequence ? -1 : 1)).slice(0, limit);
  }

  async commit(step: InboxStep<E>): Promise<void> {
    this.#clusterId = step.clusterId;
    for (const effect of step.effects) this.effects.push(effect);
    for (const event of step.park) inner(inner(this.#parked, event.topic), event.subject).set(event.sequence, event);
    for (const { topic, subject, sequence, blockedAt, incomplete } of step.subjects) {
      inner(this.#subjects, topic).set(subject, { sequence, blockedAt, incomplete });
    }
    for (const { topic, subject, through } of step.unpark) {
      const events = this.#parked.get(topic)?.get(subject);
      if (!events) continue;
      for (const sequence of events.keys()) if (sequence <= through) events.delete(sequence);
      if (events.size === 0) this.#parked.get(topic)!.delete(subject);
    }
    for (const position of step.positions) this.#positions.set(`${position.topic}/${position.partition}`, position);
    for (const { topic, partition, through } of step.progress) this.progress.set(`${topic}/${partition}`, through);
  }
}

function inner<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = outer.get(key);
  if (!map) outer.set(key, (map = new Map<L, V>()));
  return map;
}
