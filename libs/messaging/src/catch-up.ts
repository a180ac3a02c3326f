import { Unavailable } from './errors.ts';
import type { History, ReceivedEvent } from './event.ts';
import type { Inbox } from './inbox.ts';
import type { InboxPosition } from './inbox-store.ts';
import { partitionOf } from './partition.ts';

export interface CatchUpOptions<E> {
  readonly inbox: Inbox<E>;
  readonly history: History | undefined;
  /** Partitions of each topic. */
  readonly counts: ReadonlyMap<string, number>;
  /** The positions that are behind; their cursors say how far an earlier attempt came. */
  readonly positions: readonly InboxPosition[];
  readonly batch: number;
  readonly signal: AbortSignal;
}

/** After so many events of other partitions the cursor is stored too. */
const CURSOR_EVERY_BATCHES = 10;

/** Brings positions up to their noted offsets from the owner's history, in bounded steps that a crash resumes. */
export async function catchUp<E>({ inbox, history, counts, positions, batch, signal }: CatchUpOptions<E>): Promise<void> {
  if (!history) throw new Unavailable('records are missing from the topic and no history of its owner is configured');
  const rounds = new Map<string, InboxPosition[]>();
  for (const position of positions) {
    const key = JSON.stringify([position.topic, position.catchUp?.cursor ?? null]);
    rounds.set(key, [...(rounds.get(key) ?? []), position]);
  }
  for (const round of rounds.values()) {
    const { topic, catchUp: begin } = round[0]!;
    const own = new Set(round.map(({ partition }) => partition));
    const at = (cursor: string | undefined): InboxPosition[] => round.map(({ partition, offset }) => ({ topic, partition, offset, catchUp: { cursor } }));
    let events: ReceivedEvent[] = [];
    let seen = 0;
    for await (const { event, cursor } of history.readAll(topic, begin?.cursor)) {
      signal.throwIfAborted();
      const partition = partitionOf(event.subject, counts.get(topic)!);
      if (own.has(partition)) events.push({ ...event, topic, partition, offset: -1n });
      seen += 1;
      if (events.length < batch && seen < batch * CURSOR_EVERY_BATCHES) continue;
      await inbox.receiveEvents(events, at(cursor));
      events = [];
      seen = 0;
    }
    signal.throwIfAborted();
    await inbox.receiveEvents(events, round.map(({ partition, offset }) => ({ topic, partition, offset })));
  }
}
