import { faultPoint } from '@youdian/fault-points';
import { areAllDuplicates } from '@youdian/mongo-outcome';
import { Binary, Long, type AnyBulkWriteOperation, type Collection, type Db, type Document } from 'mongodb';
import type { ReceivedEvent } from './event.ts';
import { toBuffer } from './event.ts';
import type { InboxPosition, InboxStep, InboxStore, Remembered, SubjectState } from './inbox-store.ts';

/**
 * One write that an event leads to, safe to be done again:
 * - `insert`: a document with an `_id` made from the event (`source|subject|sequence|rule`); one that is there stays.
 * - `put`: a document that replaces the one with its `_id` unless that has a higher `sequence`.
 */
export type MongoEffect =
  | { readonly collection: string; readonly insert: Document & { readonly _id: string } }
  | { readonly collection: string; readonly put: Document & { readonly _id: string; readonly sequence: bigint } };

type WithTextId = Document & { _id: string };
interface SubjectDocument { _id: string; sequence: bigint; blockedAt?: bigint | null; incomplete?: string | null }
interface PositionDocument { _id: string; group: string; topic: string; partition: number; offset?: bigint; catchUp?: { cursor?: string | null } | null; progress?: Date }
interface GroupDocument { _id: string; clusterId: string }
interface ParkedDocument {
  _id: string; key: string; group: string; topic: string; subject: string; sequence: bigint;
  id: string; source: string; type: string; time: Date; traceparent?: string | null; data: Binary;
  extensions?: Record<string, string> | null; partition: number; offset: bigint;
}

/** Subjects asked for in one query. */
const LOOKUP_CHUNK = 1_000;
const BULK_CHUNK = 1_000;

/**
 * The inbox in MongoDB, without transactions: the order of the writes makes a kill -9 between any two of them safe,
 * because the events come again and every write can be done twice. The client needs `useBigInt64: true`.
 */
export class MongoInboxStore implements InboxStore<MongoEffect> {
  readonly #db: Db;
  readonly #group: string;
  readonly #subjects: Collection<SubjectDocument>;
  readonly #parked: Collection<ParkedDocument>;
  readonly #positions: Collection<PositionDocument>;
  readonly #groups: Collection<GroupDocument>;
  #clusterId: string | undefined;

  constructor(db: Db, group: string) {
    this.#db = db;
    this.#group = group;
    this.#subjects = db.collection('inbox_subjects');
    this.#parked = db.collection('inbox_parked');
    this.#positions = db.collection('inbox_positions');
    this.#groups = db.collection('inbox_groups');
  }

  async open(): Promise<Remembered> {
    await this.#parked.createIndex({ key: 1, sequence: 1 });
    const [group, positions, parked] = await Promise.all([
      this.#groups.findOne({ _id: this.#group }),
      this.#positions.find({ group: this.#group }).toArray(),
      this.#parked.aggregate<{ topic: string; subject: string; count: number | bigint }>([
        { $match: { group: this.#group } },
        { $group: { _id: '$key', topic: { $first: '$topic' }, subject: { $first: '$subject' }, count: { $sum: 1 } } },
      ]).toArray(),
    ]);
    this.#clusterId = group?.clusterId;
    return {
      clusterId: this.#clusterId,
      positions: positions.filter((document) => document.offset !== undefined).map(toPosition),
      parked: parked.map(({ topic, subject, count }) => ({ topic, subject, count: Number(count) })),
    };
  }

  async subjects(topic: string, subjects: readonly string[]): Promise<Map<string, SubjectState>> {
    const found = new Map<string, SubjectState>();
    const prefix = this.#key(topic, '');
    for (let from = 0; from < subjects.length; from += LOOKUP_CHUNK) {
      const ids = subjects.slice(from, from + LOOKUP_CHUNK).map((subject) => prefix + subject);
      for (const { _id, sequence, blockedAt, incomplete } of await this.#subjects.find({ _id: { $in: ids } }).toArray()) {
        found.set(_id.slice(prefix.length), { sequence, blockedAt: blockedAt ?? undefined, incomplete: incomplete ?? undefined });
      }
    }
    return found;
  }

  async parked(topic: string, subject: string, above: bigint, limit: number): Promise<ReceivedEvent[]> {
    const filter = { key: this.#key(topic, subject), sequence: { $gt: Long.fromBigInt(above) as unknown as bigint } };
    return (await this.#parked.find(filter).sort({ sequence: 1 }).limit(limit).toArray()).map(toEvent);
  }

  async commit(step: InboxStep<MongoEffect>): Promise<void> {
    await this.#writeEffects(step.effects);
    faultPoint('inbox.effects-not-parked');
    if (step.park.length > 0) await bulk(this.#parked, step.park.map((event) => ({ insertOne: { document: this.#toParked(event) } })));
    faultPoint('inbox.parked-not-subjects');
    await this.#writeSubjects(step.subjects);
    if (step.unpark.length > 0) await this.#unpark(step.unpark);
    faultPoint('inbox.effects-not-positions');
    if (this.#clusterId !== step.clusterId) {
      await this.#groups.updateOne({ _id: this.#group }, { $set: { clusterId: step.clusterId } }, { upsert: true });
      this.#clusterId = step.clusterId;
    }
    await this.#writePositions(step);
  }

  async #writeEffects(effects: readonly MongoEffect[]): Promise<void> {
    if (effects.length === 0) return;
    const byCollection = new Map<string, AnyBulkWriteOperation<WithTextId>[]>();
    for (const effect of effects) {
      const operation: AnyBulkWriteOperation<WithTextId> = 'insert' in effect
        ? { insertOne: { document: effect.insert } }
        : { replaceOne: { filter: { _id: effect.put._id, sequence: { $lt: effect.put.sequence } }, replacement: effect.put, upsert: true } };
      const operations = byCollection.get(effect.collection);
      if (operations) operations.push(operation);
      else byCollection.set(effect.collection, [operation]);
    }
    for (const [name, operations] of byCollection) await bulk(this.#db.collection<WithTextId>(name), operations);
  }

  async #writeSubjects(subjects: InboxStep<MongoEffect>['subjects']): Promise<void> {
    if (subjects.length === 0) return;
    await bulk(this.#subjects, subjects.map(({ topic, subject, sequence, blockedAt, incomplete }) => ({
      updateOne: {
        filter: { _id: this.#key(topic, subject) },
        // Never back: a member that lost the partition may still write.
        update: { $max: { sequence }, $set: { blockedAt: blockedAt ?? null, incomplete: incomplete ?? null } },
        upsert: true,
      },
    })));
  }

  async #unpark(unpark: InboxStep<MongoEffect>['unpark']): Promise<void> {
    await bulk(this.#parked, unpark.map(({ topic, subject, through }) => ({
      deleteMany: { filter: { key: this.#key(topic, subject), sequence: { $lte: through } } },
    })));
  }

  async #writePositions({ positions, progress }: InboxStep<MongoEffect>): Promise<void> {
    const updates = new Map<string, { topic: string; partition: number; set: Document }>();
    const of = (topic: string, partition: number): Document => {
      const _id = `${this.#group}|${topic}|${partition}`;
      let update = updates.get(_id);
      if (!update) updates.set(_id, (update = { topic, partition, set: { group: this.#group, topic, partition } }));
      return update.set;
    };
    for (const { topic, partition, offset, catchUp } of positions) {
      Object.assign(of(topic, partition), { offset, catchUp: catchUp ? { cursor: catchUp.cursor ?? null } : null });
    }
    for (const { topic, partition, through } of progress) of(topic, partition)['progress'] = through;
    if (updates.size === 0) return;
    await bulk(this.#positions, [...updates].map(([_id, { set }]) => ({ updateOne: { filter: { _id }, update: { $set: set }, upsert: true } })));
  }

  #key(topic: string, subject: string): string {
    return `${this.#group}|${topic}|${subject}`;
  }

  #toParked({ topic, subject, sequence, id, source, type, time, traceparent, data, extensions, partition, offset }: ReceivedEvent): ParkedDocument {
    const key = this.#key(topic, subject);
    return {
      _id: `${key}|${sequence}`, key, group: this.#group, topic, subject, sequence, id, source, type, time,
      traceparent: traceparent ?? null, data: new Binary(toBuffer(data)), extensions: extensions ?? null, partition, offset,
    };
  }
}

function toPosition({ topic, partition, offset, catchUp }: PositionDocument): InboxPosition {
  return { topic, partition: Number(partition), offset: offset!, catchUp: catchUp ? { cursor: catchUp.cursor ?? undefined } : undefined };
}

function toEvent({ topic, subject, sequence, id, source, type, time, traceparent, data, extensions, partition, offset }: ParkedDocument): ReceivedEvent {
  return {
    topic, subject, sequence, id, source, type, time, traceparent: traceparent ?? undefined, data: data.value(),
    extensions: extensions ?? undefined, partition: Number(partition), offset,
  };
}

/** Unordered; a document that is there already is as good as written. */
async function bulk<T extends Document>(collection: Collection<T>, operations: readonly AnyBulkWriteOperation<T>[]): Promise<void> {
  for (let from = 0; from < operations.length; from += BULK_CHUNK) {
    try {
      await collection.bulkWrite(operations.slice(from, from + BULK_CHUNK), { ordered: false });
    } catch (error) {
      if (!areAllDuplicates(error)) throw error;
    }
  }
}
