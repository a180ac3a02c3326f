import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { systemClock } from '@youdian/telemetry';
import { openCommitLog } from '../log/commit-log.ts';
import { command, install, meters, readMeter } from '../testing/meter.ts';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { idFromKey } from './id-from-key.ts';
import { openAggregates } from './store.ts';

let mongo: TestMongo;
before(async () => { mongo = await startTestMongo(); });
after(() => mongo.stop());

async function open(database?: string) {
  const db = await mongo.connect(database);
  const log = await openCommitLog({ db, clock: systemClock });
  return { db, log, store: await openAggregates(log, meters) };
}

test('a retry gets the first answer, also after a restart and after the state has moved on', async () => {
  const { db, store } = await open();
  const first = await store.execute('m1', command('Install', 'k1', { place: 'A' }), install);
  const read = await store.execute('m1', command('Read', 'k2', { amountFen: 5n }), readMeter(5n));
  await store.execute('m1', command('Read', 'k3', { amountFen: 7n }), readMeter(7n));
  assert.deepEqual(read, { result: { totalFen: 5n }, version: 2, replayed: false });
  for (const other of [store, (await open(db.databaseName)).store]) {
    assert.deepEqual(await other.execute('m1', command('Install', 'k1', { place: 'A' }), install), { ...first, replayed: true });
    assert.deepEqual(await other.execute('m1', command('Read', 'k2', { amountFen: 5n }), readMeter(5n)), { ...read, replayed: true });
    assert.deepEqual((await other.read('m1'))?.state.totalFen, 12n);
  }
});

test('the same key with another input is a conflict, for an accepted and for a repeated create', async () => {
  const { store } = await open();
  await store.execute('m1', command('Install', 'k1', { place: 'A' }), install);
  await assert.rejects(store.execute('m1', command('Install', 'k1', { place: 'B' }), install), (error: Rejected) =>
    error.rejection.kind === 'conflict' && error.rejection.code === 'IDEMPOTENCY_KEY_REUSED');
});

test('a create whose id comes from its key finds its first answer', async () => {
  const { store, db } = await open();
  const id = idFromKey('meter', 'agent:7', 'Install', 'k1');
  const first = await store.execute(id, command('Install', 'k1'), install);
  const again = await (await open(db.databaseName)).store.execute(id, command('Install', 'k1'), install);
  assert.deepEqual(again, { ...first, replayed: true });
});
