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

test('of two processes that race for the same change never both win, and none is lost', async () => {
  const one = await open();
  const two = await open(one.db.databaseName);
  await one.store.execute('m1', command('Install', 'k'), install);
  const done = await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? one : two).store.execute('m1', command('Read', `r${n}`), readMeter(1n))));
  assert.deepEqual(done.map(({ version }) => version).sort((a, b) => a - b), Array.from({ length: 60 }, (_, n) => n + 2));
  assert.deepEqual(done.map(({ result }) => result.totalFen).sort((a, b) => Number(a - b)), Array.from({ length: 60 }, (_, n) => BigInt(n + 1)));
  assert.equal((await one.store.read('m1'))?.state.totalFen, 60n);
  assert.equal((await two.store.read('m1'))?.state.totalFen, 60n);
});

test('the same key sent to two processes at once is done once, and both get the answer', async () => {
  const one = await open();
  const two = await open(one.db.databaseName);
  for (let n = 0; n < 20; n++) {
    const both = await Promise.all([one, two].map(({ store }) => store.execute(`m${n}`, command('Install', 'k'), install)));
    assert.deepEqual(both[0]!.result, both[1]!.result);
    assert.deepEqual(both.map(({ replayed }) => replayed).sort(), [false, true]);
  }
  assert.equal(await one.log.commits.countDocuments(), 20);
});

test('a refusal rests on the newest state, whoever wrote it', async () => {
  const one = await open();
  const two = await open(one.db.databaseName);
  await one.store.execute('m1', command('Install', 'k'), install);
  const overdrawn: Parameters<typeof one.store.execute>[2] = (state) =>
    state.totalFen < 5n ? { kind: 'refused', code: 'TOO_LITTLE', zh: '不足', en: 'Too little.' } : { events: [] };
  assert.equal((await one.store.read('m1'))?.state.totalFen, 0n);
  await two.store.execute('m1', command('Read', 'r'), readMeter(5n));
  const done = await one.store.execute('m1', command('Check', 'c'), overdrawn);
  assert.equal(done.version, 3);
  await two.store.execute('m1', command('Read', 'r2'), readMeter(-5n));
  await assert.rejects(one.store.execute('m1', command('Check', 'c2'), overdrawn), Rejected);
});

test('what is committed and not to be found yet is told from the commits, by how its id begins', async () => {
  const { store, log } = await open();
  for (const id of ['m1', 'm2', 'n1']) await store.execute(id, command('Install', id), install);
  await store.execute('m1', command('Read', 'r'), readMeter(5n));
  const [found, late] = [await store.find({}), await store.unsettled('m')];
  assert.deepEqual(found.items, []);
  assert.deepEqual(late.map(({ id, state, version }) => [id, state.totalFen, version]), [['m1', 5n, 2], ['m2', 0n, 1]]);
  await log.commits.updateMany({}, { $unset: { open: 1 } });
  assert.deepEqual(await store.unsettled('m'), []);
});

test('a command without events is remembered too', async () => {
  const { store, log } = await open();
  await store.execute('m1', command('Install', 'k'), install);
  const look = (result: string) => store.execute('m1', command('Look', 'l'), () => ({ events: [], result }));
  assert.deepEqual(await look('first'), { result: 'first', version: 2, replayed: false });
  assert.deepEqual(await look('second'), { result: 'first', version: 2, replayed: true });
  assert.deepEqual((await log.commits.findOne({ seq: 2 }))?.events, []);
});

test('an import gives each row its own outcome; importing it again changes nothing', async () => {
  const { store, log, db } = await open();
  const items = Array.from({ length: 2_500 }, (_, n) => ({
    id: `m${n}`, command: command('Install', `row ${n}`, { n }), decide: n % 100 === 7 ? readMeter(1n) as unknown as typeof install : install,
  }));
  const first = await store.executeMany(items);
  assert.equal(first.filter((outcome) => 'rejection' in outcome && outcome.rejection.code === 'METER_UNKNOWN').length, 25);
  assert.equal(await log.commits.countDocuments(), 2_475);
  const again = await (await open(db.databaseName)).store.executeMany(items);
  assert.equal(again.filter((outcome) => 'replayed' in outcome && outcome.replayed).length, 2_475);
  assert.equal(await log.commits.countDocuments(), 2_475);
});

test('too much at once is refused with "retry", and nothing of it has happened', async () => {
  const db = await mongo.connect();
  const log = await openCommitLog({ db, clock: systemClock, limits: { queuedCommits: 10 } });
  const store = await openAggregates(log, meters);
  const all = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => store.execute(`m${n}`, command('Install', 'k'), install)));
  const refused = all.filter((outcome) => outcome.status === 'rejected');
  assert.ok(refused.length > 0 && refused.every(({ reason }) => reason instanceof Rejected && reason.rejection.kind === 'unavailable'));
  assert.equal(await log.commits.countDocuments(), 100 - refused.length);
});

test('history shows each change with who, when and the state after it, as of any moment', async () => {
  const { store } = await open();
  await store.execute('m1', command('Install', 'k'), install);
  await store.execute('m1', command('Read', 'r1'), readMeter(1n));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const between = new Date();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await store.execute('m1', command('Read', 'r2'), readMeter(2n));
  const all = await Array.fromAsync(store.history('m1'));
  assert.deepEqual(all.map(({ version, operation, actor, state }) => [version, operation, actor, state.totalFen]), [
    [1, 'Install', 'agent:7', 0n], [2, 'Read', 'agent:7', 1n], [3, 'Read', 'agent:7', 3n]]);
  assert.deepEqual(all[2]!.events, [{ type: 'MeterRead', data: { amountFen: 2n } }]);
  assert.equal((await Array.fromAsync(store.history('m1', between))).length, 2);
});

test('a page follows another without a gap or a repeat, also among equal values', async () => {
  const { store } = await open();
  await store.executeMany(Array.from({ length: 25 }, (_, n) => ({ id: `m${n}`, command: command('Install', 'k'), decide: install })));
  await store.readModel.rebuild();
  await store.readModel.documents.updateMany({ _id: { $in: ['m1', 'm2', 'm3'] } }, { $set: { 'state.readings': 9 } });
  for (const direction of [1, -1] as const) {
    for (const field of ['_id', 'state.readings']) {
      const ids: string[] = [];
      for (let next: string | undefined; ;) {
        const page = await store.find({}, { limit: 4, sort: { field, direction }, after: next });
        ids.push(...page.items.map(({ id }) => id));
        if (!page.next) break;
        next = page.next;
      }
      assert.equal(ids.length, 25);
      assert.equal(new Set(ids).size, 25);
      if (field === 'state.readings') assert.deepEqual((direction === 1 ? ids.slice(-3) : ids.slice(0, 3)).sort(), ['m1', 'm2', 'm3']);
    }
  }
  await assert.rejects(store.find({}, { after: 'no token' }), (error: unknown) => error instanceof Rejected && error.rejection.code === 'PAGE_TOKEN_INVALID');
});

test('read documents of an older shape are made anew at the start', async () => {
  const { store, db, log } = await open();
  await store.execute('m1', command('Install', 'k'), install);
  await store.execute('m1', command('Read', 'r'), readMeter(3n));
  await store.readModel.rebuild();
  const doubled = { ...meters, shape: 2, evolve: (state: Parameters<typeof meters.evolve>[0], event: Parameters<typeof meters.evolve>[1]) => {
    const next = meters.evolve(state, event);
    return event.type === 'MeterRead' ? { ...next, totalFen: next.totalFen + event.data.amountFen } : next;
  } };
  const later = await openAggregates(log, doubled);
  assert.equal((await later.read('m1'))?.state.totalFen, 6n);
  assert.deepEqual((await later.find({})).items.map(({ state }) => state.totalFen), [6n]);
  assert.equal((await db.collection('meters').findOne())?.['shape'], 2);
});

test('what is kept in a commit reaches the state, and stays out of what is published', async () => {
  const { log } = await open();
  const keeping = { ...meters, evolve: (state: Parameters<typeof meters.evolve>[0], event: Parameters<typeof meters.evolve>[1]) =>
    ({ ...meters.evolve(state, event), kept: event.kept?.['sealed'] as Uint8Array }) };
  const store = await openAggregates(log, keeping);
  const sealed = new Uint8Array([1, 2, 3]);
  await store.execute('m9', command('Install', 'k'), (_state, at) => ({ events: [{ type: 'MeterInstalled', data: { installedAt: at }, kept: { sealed } }] }));
  const fresh = await openAggregates(log, keeping);
  for (const each of [store, fresh]) {
    const { state } = (await each.read('m9')) as unknown as { state: { kept: Uint8Array } };
    assert.deepEqual([...state.kept], [1, 2, 3]);
  }
  const { toEvents } = await import('../relay/to-events.ts');
  const [event] = toEvents(keeping, (await log.commits.findOne())!);
  assert.deepEqual(Object.keys(JSON.parse(Buffer.from(event!.data).toString())), ['installedAt']);
});
