import { Inbox, partitionOf, type DeadLetter, type History, type InboxPosition, type InRecord, type ReceivedEvent } from '@youdian/messaging';
import type { Logger } from '@youdian/telemetry';
import type { ArchivedBatch, ArchiveReader } from '../archive/read.ts';
import { handle, LIMITS } from '../ingest.ts';
import type { FactStore, Standing } from '../store/fact-store.ts';
import { PARTITIONS, TOPICS } from '../topics.ts';

/** Records that make one transaction, which costs something of its own; but of more, what they make is in memory at once. */
const RECORDS_PER_STEP = 8_000;
/** The inbox looks after gaps when its clock has moved on. */
const LATER_MS = 60_000;

export interface ReplayOptions {
  readonly archive: ArchiveReader;
  readonly store: FactStore;
  /** What the running store had taken in when the rebuild began: the new one comes to just that. */
  readonly standing: Standing;
  /** One of so many parts of all subjects, each in a store of its own; absent: all of them. */
  readonly part?: Part | undefined;
  /** Absent where all must be in the archive. */
  readonly history: History | undefined;
  readonly log: Logger;
  progress(events: number): void;
}

/** Whose partition's number is `part`, counted in `parts`, of each topic: a subject is in one part, with all that is known of it. */
export interface Part {
  readonly part: number;
  readonly parts: number;
}

const ALL: Part = { part: 0, parts: 1 };

/** Folds what is archived into an empty store, by the code that takes events in. */
export async function replay({ archive, store, standing, part: { part, parts } = ALL, history, log, progress }: ReplayOptions): Promise<void> {
  const { clusterId = '' } = standing;
  const isOwn = (partition: number): boolean => partition % parts === part;
  const positions = standing.positions.filter(({ partition }) => isOwn(partition));
  let nowMs = 0;
  let letters: DeadLetter[] = [];
  const inbox = new Inbox({ group: 'rebuild', store, handle, history, limits: LIMITS, log, nowMs: () => nowMs, bury: async (buried) => void letters.push(...buried) });
  inbox.clusterId = clusterId;
  await inbox.open();

  const settle = async (): Promise<void> => {
    for (const letter of letters.splice(0)) {
      const reason = skipReason(standing, letter);
      if (reason !== undefined) await inbox.skip(letter, reason);
    }
    if (history && inbox.status().parked > 0) {
      nowMs += LATER_MS;
      await inbox.heal();
    }
  };
  for (const topic of TOPICS) {
    const asked = positions.filter((position) => position.topic === topic);
    if (!asked.every(({ partition, offset }) => archive.isWhole(clusterId, topic, partition, offset))) {
      if (!history) throw new Error(`the archive does not hold all of ${topic}, and its owner's history is not known here`);
      log.warn({ topic }, 'the archive does not hold all of the topic: its events come from the owner first');
      await replayHistory(inbox, history, topic, isOwn, progress);
    }
    const bounds = new Map(asked.map(({ partition, offset }) => [`${topic}/${partition}`, offset]));
    for await (const { partition, records } of ahead(inSteps(archive.read(archive.newestLog(clusterId, topic), topic, bounds)))) {
      await inbox.receive(topic, partition, records, [{ topic, partition, offset: BigInt(records.at(-1)!.offset) + 1n }]);
      progress(records.length);
      await settle();
    }
    await settle();
    await inbox.moveTo(asked.map(({ partition, offset }) => ({ topic, partition, offset })));
  }
  letters = [];
}

async function replayHistory(inbox: Inbox<never> | Inbox<any>, history: History, topic: string, isOwn: (partition: number) => boolean, progress: (events: number) => void): Promise<void> {
  let events: ReceivedEvent[] = [];
  const none: InboxPosition[] = [];
  for await (const { event } of history.readAll(topic)) {
    const partition = partitionOf(event.subject, PARTITIONS);
    if (isOwn(partition)) events.push({ ...event, topic, partition, offset: -1n });
    if (events.length < RECORDS_PER_STEP) continue;
    await inbox.receiveEvents(events, none);
    progress(events.length);
    events = [];
  }
  await inbox.receiveEvents(events, none);
  progress(events.length);
}

/** Larger batches of one partition. */
async function* inSteps(batches: AsyncGenerator<ArchivedBatch>): AsyncGenerator<{ partition: number; records: InRecord[] }> {
  let partition = -1;
  let records: InRecord[] = [];
  for await (const batch of batches) {
    if (batch.partition !== partition || records.length >= RECORDS_PER_STEP) {
      if (records.length > 0) yield { partition, records };
      partition = batch.partition;
      records = [];
    }
    for (const record of batch.records) records.push(record);
  }
  if (records.length > 0) yield { partition, records };
}

/** The next is made while one is worked on. */
async function* ahead<T>(made: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let coming = made.next(); ; ) {
    const { value, done } = await coming;
    if (done) return;
    coming = made.next();
    coming.catch(() => {}); // thrown when its turn comes
    yield value;
  }
}

/** Why an operator left out just this event, if he did. */
function skipReason({ incomplete }: Standing, { topic, headers }: DeadLetter): string | undefined {
  const reasons = incomplete.find((left) => left.topic === topic && left.subject === headers['ce_subject'])?.reasons;
  const own = reasons?.split('; ').find((reason) => reason.startsWith(`${headers['ce_sequence']}: `));
  return own?.slice(own.indexOf(': ') + 2);
}
