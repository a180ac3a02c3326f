import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Rejected } from '@youdian/rejection';
import { systemClock } from '@youdian/telemetry';
import { openCommitLog } from '../log/commit-log.ts';
import { startCuttingProxy, type CuttingProxy } from '../testing/cutting-proxy.ts';
import { command, install, meters, readMeter } from '../testing/meter.ts';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { openAggregates } from './store.ts';

let mongo: TestMongo;
let proxy: CuttingProxy;
before(async () => {
  mongo = await startTestMongo();
  proxy = await startCuttingProxy(mongo.address);
});
after(async () => {
  await proxy.close();
  await mongo.stop();
});

async function open(limits = {}) {
  const db = await mongo.connect(undefined, { uri: proxy.uri });
  const log = await openCommitLog({ db, clock: systemClock, limits });
  return { db, log, store: await openAggregates(log, meters) };
}

for (const what of ['reply', 'request'] as const) {
  test(`a commit whose ${what} is lost happens once, and its caller gets the answer`, async () => {
    const { log, store } = await open();
    await store.execute('m1', command('Install', 'k'), install);
    for (let n = 1; n <= 5; n++) {
      const dropped = what === 'reply' ? proxy.dropReplyTo(`marked-${n}`) : proxy.dropRequest(`marked-${n}`);
      const done = await store.execute('m1', command('Read', `marked-${n}`), readMeter(1n));
      await dropped;
      assert.deepEqual([done.result, done.version], [{ totalFen: BigInt(n) }, n + 1]);
    }
    assert.equal(await log.commits.countDocuments(), 6);
    assert.equal((await store.read('m1'))?.state.readings, 5);
  });
}

test('of many commits in one lost flight each happens once', async () => {
  const { log, store } = await open();
  const dropped = proxy.dropReplyTo('many-77');
  const done = await Promise.all(Array.from({ length: 300 }, (_, n) => store.execute(`m${n}`, command('Install', `many-${n}`), install)));
  await dropped;
  assert.equal(done.length, 300);
  assert.equal(await log.commits.countDocuments(), 300);
});

test('while nobody can find out the caller is told to retry with the same key, and the retry finds whichever happened', async () => {
  const { log, store } = await open({ resolveMs: 500 });
  await store.execute('m1', command('Install', 'k'), install);
  for (const what of ['reply', 'request'] as const) {
    const dropped = (what === 'reply' ? proxy.dropReplyTo : proxy.dropRequest)(`lost-${what}`).then(() => proxy.cut());
    const unavailable = (error: Rejected) => error.rejection.kind === 'unavailable';
    const refused = store.execute('m1', command('Read', `lost-${what}`), readMeter(1n));
    await assert.rejects(refused, unavailable);
    await dropped;
    await assert.rejects(store.execute('m1', command('Read', 'other'), readMeter(1n)), unavailable);
    await assert.rejects(store.read('m1'), unavailable);
    assert.match(log.appender.problem ?? '', /waiting/);
    proxy.mend();
    const retried = await store.execute('m1', command('Read', `lost-${what}`), readMeter(1n));
    assert.equal(retried.result.totalFen, what === 'reply' ? 1n : 2n);
    assert.equal(log.appender.problem, undefined);
  }
  assert.equal((await store.read('m1'))?.state.readings, 2);
});
