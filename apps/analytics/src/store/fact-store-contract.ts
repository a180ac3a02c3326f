import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { InboxStep } from '@youdian/messaging';
import { inboxContract } from '@youdian/messaging/inbox-contract';
import { change, type FactChange } from '../facts/change.ts';
import { answer } from '../query/answer.ts';
import { readQuestion } from '../query/question.ts';
import { CASE_TOPIC, PARTITIONS } from '../topics.ts';
import type { FactStore, StoreHome } from './fact-store.ts';

const CLUSTER = 'c1';
const DAY = { hour: '08', day: '2026-11-24', month: '2026-11' };
const OPENED_AT = new Date('2026-11-24T00:30:00.123Z');

/** An empty place for stores, and what removes it. */
export interface HomeUnderTest {
  readonly home: StoreHome;
  close(): Promise<void>;
}

/** What every engine of facts must hold; call it in the engine's own test file. */
export function factStoreContract(name: string, make: () => Promise<HomeUnderTest>): void {
  inboxContract(name, async () => {
    const { home, close } = await make();
    let store = await home.openCurrent();
    const rows = (sql: string, ...parameters: string[]) => store.snapshot((snapshot) => snapshot.rows(sql, parameters));
    return {
      // One process owns a store: what was opened before a restart goes on with what was opened after it.
      store: {
        open: () => store.open(),
        subjects: (topic, subjects) => store.subjects(topic, subjects),
        parked: (topic, subject, above, limit) => store.parked(topic, subject, above, limit),
        commit: (step) => store.commit(step),
      },
      reopened: async () => {
        await store.close();
        return (store = await home.openCurrent());
      },
      effect: (id) => change('region_names', { subject: id, sequence: 1n, eventId: `${id}:1:0` }, { region_id: id, name: id }),
      effects: async () => (await rows('SELECT region_id FROM region_names')).map(([id]) => id as string),
      progress: async (topic, partition) => {
        const [[through] = []] = await rows('SELECT epoch_ms(through) FROM partitions WHERE topic = $1 AND partition = $2::BIGINT', topic, String(partition));
        return through === null || through === undefined ? undefined : new Date(Number(through));
      },
      close: async () => {
        await store.close();
        await close();
      },
    };
  });

  describe(`fact store: ${name}`, () => {
    let made: HomeUnderTest;
    let store: FactStore;
    beforeEach(async () => {
      made = await make();
      store = await made.home.openCurrent();
      await store.open();
    });
    afterEach(async () => {
      await store.close();
      await made.close();
    });

    const step = (over: Partial<InboxStep<FactChange>>): InboxStep<FactChange> => ({ clusterId: CLUSTER, effects: [], park: [], subjects: [], unpark: [], positions: [], progress: [], ...over });
    const opened = (id: string, regionId: string): FactChange =>
      change('case_facts', { subject: id, sequence: 1n, eventId: `${id}:1:0` }, { kind: 'FAULT', channel: 'HOTLINE', region_id: regionId, opened_at: OPENED_AT, ...DAY, customers_affected: 0n });
    const classified = (id: string, sequence: bigint, classification: string): FactChange =>
      change('case_facts', { subject: id, sequence, eventId: `${id}:${sequence}:0` }, { classification });
    const counts = async (dimension: string, of: FactStore = store): Promise<string[]> =>
      (await answer(of, readQuestion({ statistic: 'faults', groupBy: [dimension], from: '', to: '', filters: {} } as never))).rows.map(({ keys, values }) => `${keys[0]}: ${values[0]}`);
    const commit = (of: FactStore, effects: FactChange[], offset: bigint): Promise<void> => of.commit(step({
      effects, subjects: effects.map(({ subject, sequence }) => ({ topic: CASE_TOPIC, subject, sequence })), positions: [{ topic: CASE_TOPIC, partition: 0, offset }],
    }));

    test('a changed fact moves from where it was to where it is, also after a restart has forgotten it', async () => {
      await commit(store, [opened('a', 'R1'), opened('b', 'R1'), classified('a', 2n, 'STORM')], 3n);
      assert.deepEqual(await counts('cause'), ['STORM: 1', ': 1']);
      await store.close();
      store = await made.home.openCurrent();
      await store.open();
      await commit(store, [classified('a', 3n, 'TREE'), classified('b', 2n, 'TREE')], 5n);
      assert.deepEqual(await counts('cause'), ['TREE: 2']);
      assert.deepEqual(await counts('region'), ['R1: 2']);
    });

    test('of a subject that many thousand rows of one step have several of, the last stands, also after a restart', async () => {
      const ids = Array.from({ length: 3_000 }, (_, n) => `case-${n}`);
      for (let part = 0; part < 4; part++) {
        const own = ids.map((id) => `${part}-${id}`);
        await commit(store, [...own.map((id) => opened(id, 'R1')), ...own.map((id) => classified(id, 2n, 'STORM')), ...own.map((id) => classified(id, 3n, 'TREE'))], BigInt(part + 1));
      }
      await store.close();
      store = await made.home.openCurrent();
      await store.open();
      for (let part = 0; part < 4; part++) {
        const own = ids.map((id) => `${part}-${id}`);
        assert.deepEqual(new Set([...(await store.subjects(CASE_TOPIC, own)).values()].map(({ sequence }) => sequence)), new Set([3n]));
        await commit(store, own.map((id) => classified(id, 4n, 'LOAD')), BigInt(part + 5));
      }
      assert.deepEqual(await counts('cause'), ['LOAD: 12000']);
    });

    test('each step is a revision of its own, of the same epoch; what is read together is of one', async () => {
      const revision = (): Promise<string> => store.snapshot(async (snapshot) => snapshot.revision);
      const [epoch, before] = (await revision()).split('.');
      const reading = store.snapshot(async (snapshot) => {
        const first = await snapshot.rows('SELECT count(*) FROM case_facts', []);
        await commit(store, [opened('a', 'R1')], 1n);
        return [first, await snapshot.rows('SELECT count(*) FROM case_facts', []), snapshot.revision];
      });
      assert.deepEqual(await reading, [[[0n]], [[0n]], `${epoch}.${before}`], 'a step meanwhile neither waits nor is seen');
      assert.equal(await revision(), `${epoch}.${Number(before) + 1}`);
    });

    test('the watermark is the least of all partitions, and unknown until each has reported', async () => {
      const watermark = async (): Promise<string | undefined> => (await store.snapshot((snapshot) => snapshot.watermark([CASE_TOPIC])))?.toISOString();
      const report = async (partition: number, through: string): Promise<void> => {
        await store.commit(step({ positions: [{ topic: CASE_TOPIC, partition, offset: 1n }], progress: [{ topic: CASE_TOPIC, partition, through: new Date(through) }] }));
        await store.open(); // what was put off is durable
      };
      for (let partition = 0; partition < PARTITIONS - 1; partition++) await report(partition, '2026-11-24T01:00:00.000Z');
      assert.equal(await watermark(), undefined);
      await report(PARTITIONS - 1, '2026-11-24T00:59:59.000Z');
      assert.equal(await watermark(), '2026-11-24T00:59:59.000Z');
    });

    test('where it stands is told: cluster, positions, and what an operator left out', async () => {
      await commit(store, [opened('a', 'R1')], 7n);
      await store.commit(step({ subjects: [{ topic: CASE_TOPIC, subject: 'a', sequence: 2n, incomplete: '2: a test' }] }));
      assert.deepEqual(await store.snapshot((snapshot) => snapshot.positions()), {
        clusterId: CLUSTER, positions: [{ topic: CASE_TOPIC, partition: 0, offset: 7n, catchUp: undefined }], incomplete: [{ topic: CASE_TOPIC, subject: 'a', reasons: '2: a test' }],
      });
    });

    test('a new store beside it is compared, takes its place with a newer epoch, and the old one goes', async () => {
      const { home } = made;
      await commit(store, [opened('a', 'R1'), opened('b', 'R2')], 2n);
      const revision = await store.snapshot(async (snapshot) => snapshot.revision);
      await commit(store, [opened('later', 'R9')], 3n);
      const fill = async (id: string, changes: FactChange[]): Promise<string> => {
        const fresh = await home.openNew(id, revision.split('.')[0]!);
        await fresh.open();
        for (const [i, one] of changes.entries()) await commit(fresh, [one], BigInt(i + 1));
        await fresh.close();
        return id;
      };
      const equal = await home.compare(store, revision, await fill('1', [opened('b', 'R2'), opened('a', 'R1')]));
      assert.deepEqual([equal.equal, equal.tables.find(({ table }) => table === 'case_facts')], [true, { table: 'case_facts', rowsBefore: 2n, rowsAfter: 2n, equal: true }], 'in another order, and up to the revision');
      const wrong = { 2: [opened('a', 'R1')], 3: [opened('a', 'R1'), opened('b', 'R3')], 4: [opened('a', 'R1'), opened('b', 'R2'), opened('b', 'R2')] };
      for (const [id, changes] of Object.entries(wrong)) assert.equal((await home.compare(store, revision, await fill(id, changes))).equal, false, id);
      const ahead = await home.compare(store, revision, await fill('5', [opened('a', 'R1'), opened('b', 'R2'), classified('b', 2n, 'TREE')]));
      assert.deepEqual([ahead.equal, ahead.leftOut], [true, 1], 'its owner has told more of b');
      await home.makeCurrent('5');
      await store.close();
      store = await home.openCurrent();
      await home.removeOthers();
      assert.deepEqual(await counts('cause'), ['TREE: 1', ': 1']);
      assert.ok(Number((await store.snapshot(async (snapshot) => snapshot.revision)).split('.')[0]) > Number(revision.split('.')[0]));
    });
  });
}
