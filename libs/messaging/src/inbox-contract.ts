import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ReceivedEvent } from './event.ts';
import type { InboxStep, InboxStore } from './inbox-store.ts';

/** One store under test, with a way to look at what it made durable. */
export interface InboxStoreUnderTest<E> {
  readonly store: InboxStore<E>;
  /** The same durable state through a new store, as after a restart. */
  reopened(): Promise<InboxStore<E>>;
  /** An effect that can be told apart by its id and that is safe to be done twice. */
  effect(id: string): E;
  /** The ids of all effects that are durable. */
  effects(): Promise<string[]>;
  /** The newest Progress of a partition. */
  progress(topic: string, partition: number): Promise<Date | undefined>;
  close(): Promise<void>;
}

const TOPIC = 'owner.thing.v1';

function parkedEvent(subject: string, sequence: bigint): ReceivedEvent {
  return {
    topic: TOPIC, id: `${subject}:${sequence}:0`, source: '/youdian/owner', type: 'youdian.owner.v1.ThingDone', subject, sequence,
    time: new Date('2026-05-01T00:00:00.123Z'), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: Buffer.from(`{"n":"${sequence}"}`), extensions: { ce_x: '户号' }, partition: 3, offset: 2n ** 53n + 1n,
  };
}

/** What every `InboxStore` must hold; call it in the store's own test file. */
export function inboxContract<E>(name: string, make: () => Promise<InboxStoreUnderTest<E>>): void {
  describe(`inbox store: ${name}`, () => {
    let made: InboxStoreUnderTest<E>;
    let store: InboxStore<E>;
    const step = (over: Partial<InboxStep<E>>): InboxStep<E> =>
      ({ clusterId: 'cluster-1', effects: [], park: [], subjects: [], unpark: [], positions: [], progress: [], ...over });

    beforeEach(async () => {
      made = await make();
      store = made.store;
      await store.open();
    });
    afterEach(() => made.close());

    test('a new group remembers nothing', async () => {
      assert.deepEqual(await store.open(), { clusterId: undefined, positions: [], parked: [] });
      assert.equal((await store.subjects(TOPIC, ['a'])).size, 0);
      assert.deepEqual(await store.parked(TOPIC, 'a', 0n, 10), []);
    });

    test('a step is durable as a whole', async () => {
      await store.commit(step({
        effects: [made.effect('e1'), made.effect('e2')],
        park: [parkedEvent('b', 3n)],
        subjects: [{ topic: TOPIC, subject: 'a', sequence: 2n }, { topic: TOPIC, subject: 'b', sequence: 1n }],
        positions: [{ topic: TOPIC, partition: 3, offset: 2n ** 53n + 5n }],
        progress: [{ topic: TOPIC, partition: 3, through: new Date('2026-05-01T00:00:01.000Z') }],
      }));
      const again = await made.reopened();
      const { clusterId, positions, parked } = await again.open();
      assert.equal(clusterId, 'cluster-1');
      assert.deepEqual(positions.map(({ topic, partition, offset, catchUp }) => [topic, partition, offset, catchUp]), [[TOPIC, 3, 2n ** 53n + 5n, undefined]]);
      assert.deepEqual(parked, [{ topic: TOPIC, subject: 'b', count: 1 }]);
      const subjects = await again.subjects(TOPIC, ['a', 'b', 'c']);
      assert.deepEqual([subjects.get('a')?.sequence, subjects.get('b')?.sequence, subjects.get('c')], [2n, 1n, undefined]);
      assert.deepEqual((await made.effects()).sort(), ['e1', 'e2']);
      assert.deepEqual(await made.progress(TOPIC, 3), new Date('2026-05-01T00:00:01.000Z'));
    });

    test('the same step again changes nothing', async () => {
      const once = step({
        effects: [made.effect('e1')], park: [parkedEvent('a', 3n)], subjects: [{ topic: TOPIC, subject: 'a', sequence: 1n }],
        positions: [{ topic: TOPIC, partition: 0, offset: 1n }],
      });
      await store.commit(once);
      await store.commit(once);
      assert.deepEqual(new Set(await made.effects()), new Set(['e1']));
      assert.deepEqual((await store.open()).parked, [{ topic: TOPIC, subject: 'a', count: 1 }]);
      assert.equal((await store.parked(TOPIC, 'a', 0n, 10)).length, 1);
    });

    test('a parked event comes back whole', async () => {
      await store.commit(step({ park: [parkedEvent('a', 5n)] }));
      const [event] = await (await made.reopened()).parked(TOPIC, 'a', 0n, 10);
      assert.ok(event);
      assert.deepEqual({ ...event, data: Buffer.from(event.data).toString() }, { ...parkedEvent('a', 5n), data: '{"n":"5"}' });
    });

    test('parked events come in sequence order, above a sequence, and no more than asked for', async () => {
      await store.commit(step({ park: [12n, 3n, 9n, 100n, 5n].map((sequence) => parkedEvent('a', sequence)) }));
      await store.commit(step({ park: [parkedEvent('b', 4n)] }));
      assert.deepEqual((await store.parked(TOPIC, 'a', 3n, 3)).map(({ sequence }) => sequence), [5n, 9n, 12n]);
    });

    test('unparking lets go of one subject\'s events up to a sequence', async () => {
      await store.commit(step({ park: [3n, 4n, 5n].map((sequence) => parkedEvent('a', sequence)) }));
      await store.commit(step({ park: [parkedEvent('b', 3n)] }));
      await store.commit(step({ unpark: [{ topic: TOPIC, subject: 'a', through: 4n }] }));
      const { parked } = await store.open();
      assert.deepEqual([...parked].sort((x, y) => x.subject.localeCompare(y.subject)), [{ topic: TOPIC, subject: 'a', count: 1 }, { topic: TOPIC, subject: 'b', count: 1 }]);
      await store.commit(step({ unpark: [{ topic: TOPIC, subject: 'a', through: 9n }, { topic: TOPIC, subject: 'b', through: 9n }] }));
      assert.deepEqual((await store.open()).parked, []);
    });

    test('a subject is blocked by a dead letter, then free again and incomplete', async () => {
      await store.commit(step({ subjects: [{ topic: TOPIC, subject: 'a', sequence: 4n, blockedAt: 5n }] }));
      assert.equal((await store.subjects(TOPIC, ['a'])).get('a')?.blockedAt, 5n);
      await store.commit(step({ subjects: [{ topic: TOPIC, subject: 'a', sequence: 5n, incomplete: '5: test record' }] }));
      const state = (await store.subjects(TOPIC, ['a'])).get('a');
      assert.deepEqual([state?.sequence, state?.blockedAt, state?.incomplete], [5n, undefined, '5: test record']);
    });

    test('a catch-up\'s cursor is kept until it is done, and a position may go back after it', async () => {
      const at = async (): Promise<unknown> => (await (await made.reopened()).open()).positions.map(({ offset, catchUp }) => [offset, catchUp && (catchUp.cursor ?? 'begin')]);
      await store.commit(step({ positions: [{ topic: TOPIC, partition: 0, offset: 900n }] }));
      await store.commit(step({ clusterId: 'cluster-2', positions: [{ topic: TOPIC, partition: 0, offset: 7n, catchUp: {} }] }));
      assert.deepEqual(await at(), [[7n, 'begin']]);
      await store.commit(step({ clusterId: 'cluster-2', positions: [{ topic: TOPIC, partition: 0, offset: 7n, catchUp: { cursor: 'c-17' } }] }));
      assert.deepEqual(await at(), [[7n, 'c-17']]);
      await store.commit(step({ clusterId: 'cluster-2', positions: [{ topic: TOPIC, partition: 0, offset: 7n }] }));
      assert.deepEqual(await at(), [[7n, undefined]]);
      assert.equal((await store.open()).clusterId, 'cluster-2');
    });

    test('topics do not mix their subjects', async () => {
      await store.commit(step({ subjects: [{ topic: TOPIC, subject: 'a', sequence: 4n }, { topic: 'other.thing.v1', subject: 'a', sequence: 9n }] }));
      assert.equal((await store.subjects(TOPIC, ['a'])).get('a')?.sequence, 4n);
      assert.equal((await store.subjects('other.thing.v1', ['a'])).get('a')?.sequence, 9n);
    });

    test('thousands of subjects and effects in one step', async () => {
      const subjects = Array.from({ length: 3_000 }, (_, i) => ({ topic: TOPIC, subject: `s${i}`, sequence: BigInt(i + 1) }));
      await store.commit(step({ subjects, effects: subjects.map(({ subject }) => made.effect(subject)) }));
      const found = await (await made.reopened()).subjects(TOPIC, subjects.map(({ subject }) => subject));
      assert.equal(found.size, 3_000);
      assert.equal(found.get('s2999')?.sequence, 3_000n);
      assert.equal(new Set(await made.effects()).size, 3_000);
    });
  });
}
