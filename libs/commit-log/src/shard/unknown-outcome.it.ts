import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { systemClock } from '@youdian/telemetry';
import { eventually } from '@youdian/testing';
import { openCommitLog } from '../log/commit-log.ts';
import { startCuttingProxy, type CuttingProxy } from '../testing/cutting-proxy.ts';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { post, purseLedger } from '../testing/purse.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { dumpShard } from './dump.ts';
import { openShard } from './shard.ts';

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

async function open(resolveMs?: number) {
  const direct = await mongo.connect();
  const db = await mongo.connect(direct.databaseName, { uri: proxy.uri });
  const log = await openCommitLog({ db, clock: systemClock });
  const shard = await openShard(log, purseLedger(), { publisher: new RecordingPublisher(), owner: 'a', ...(resolveMs && { limits: { resolveMs } }) });
  await eventually('owned', () => shard.owned);
  const postings = async () => (await Array.fromAsync(dumpShard(direct, 'purse-0', purseLedger().codec.decode))).flatMap((line) => line.postings);
  return { shard, postings, direct };
}

const unavailable = (error: unknown) => error instanceof Rejected && error.rejection.kind === 'unavailable';

for (const what of ['reply', 'request'] as const) {
  test(`a batch whose ${what} is lost happens once, and its callers get their answers`, async () => {
    const { shard, postings } = await open();
    const dropped = (what === 'reply' ? proxy.dropReplyTo : proxy.dropRequest)('key-50');
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => shard.submit(post(`key-${n}`, 'p', 1))));
    await dropped;
    assert.equal(answers.at(-1), 100);
    assert.equal((await postings()).length, 100);
    await shard.close();
  });
}

test('while the outcome is unknown callers are told to retry; the shard finds out and goes on with its memory', async () => {
  const { shard, postings } = await open(400);
  for (const what of ['reply', 'request'] as const) {
    const dropped = (what === 'reply' ? proxy.dropReplyTo : proxy.dropRequest)(`lost-${what}`).then(() => proxy.cut());
    const lost = shard.submit(post(`lost-${what}`, 'p', 1));
    await assert.rejects(lost, unavailable);
    await dropped;
    await assert.rejects(shard.submit(post('other', 'p', 1)), unavailable);
    proxy.mend();
    await eventually('answers again', () => shard.read((state) => state.count).catch(() => undefined));
    assert.equal(await shard.submit(post(`lost-${what}`, 'p', 1)), what === 'reply' ? 1 : 2);
  }
  assert.deepEqual((await postings()).map(({ key }) => key), ['lost-reply', 'lost-request']);
  await shard.close();
});

test('when another writer took the place meanwhile, the speculative memory is dropped and the retry is decided anew', async () => {
  const { shard, postings, direct } = await open();
  await shard.submit(post('k1', 'p', 5));
  const { takeoverAfter, tailAfter, batchAfter, BEGINNING } = await import('./commit.ts');
  const commits = direct.collection<{ _id: string }>('commits', { promoteBuffers: true });
  let tail = BEGINNING;
  for (const commit of await commits.find().sort({ _id: 1 }).toArray()) tail = tailAfter(tail, commit as never);
  const takeover = takeoverAfter('purse-0', tail, 'other', new Date());
  tail = tailAfter(tail, takeover);
  const spent = purseLedger().codec.encode([{ key: 'spent', purse: 'p', amount: -4, balance: 1, sequence: 2, at: 0 }]);
  const dropped = proxy.dropRequest('mine');
  const mine = shard.submit(post('mine', 'p', -4));
  const onTop = shard.submit(post('on top', 'p', 1));
  await dropped;
  await commits.insertMany([takeover, batchAfter('purse-0', tail, 1, Buffer.from(spent), new Date())]);
  await assert.rejects(mine, unavailable);
  await assert.rejects(onTop, unavailable);
  await eventually('owned again', () => shard.owned);
  await assert.rejects(shard.submit(post('mine', 'p', -4)), (error: Rejected) => error.rejection.code === 'PURSE_EMPTY');
  assert.equal(await shard.submit(post('on top', 'p', 1)), 2);
  assert.deepEqual((await postings()).map(({ key }) => key), ['k1', 'spent', 'on top']);
  await shard.close();
});
