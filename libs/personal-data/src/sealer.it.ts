import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startInfrastructure, type Infrastructure } from '@youdian/testing';
import { MongoClient } from 'mongodb';
import { openSealer, type Sealer } from './index.ts';

const masterKey = randomBytes(32);
const person = { name: '王小明', phone: '13900000000' };
let infrastructure: Infrastructure;
let client: MongoClient;
const open = (key = masterKey): Promise<Sealer> => openSealer({ db: client.db(), masterKey: key });

before(async () => {
  infrastructure = await startInfrastructure();
  client = await new MongoClient(infrastructure.mongoUri('personal'), { retryWrites: false, useBigInt64: true }).connect();
});
after(async () => {
  await client?.close();
  await infrastructure?.stop();
});

test('what is sealed is opened by whoever has the keys, also after a restart, and reads as nothing to others', async () => {
  const sealed = await (await open()).seal('c1', person);
  assert.ok(!Buffer.from(sealed).includes('13900000000'));
  assert.deepEqual(await (await open()).open('c1', sealed), person);
  await assert.rejects((await open(randomBytes(32))).open('c1', sealed));
});

test('sealed data of one person cannot be passed off as another’s', async () => {
  const sealer = await open();
  const sealed = await sealer.seal('c2', person);
  await sealer.seal('c3', person);
  await assert.rejects(sealer.open('c3', sealed));
});

test('erasing the key erases the person wherever sealed data still stand', async () => {
  const sealer = await open();
  const sealed = await sealer.seal('c4', person);
  await sealer.erase('c4');
  assert.equal(await sealer.open('c4', sealed), 'erased');
  assert.equal(await (await open()).open('c4', sealed), 'erased');
  await assert.rejects(sealer.seal('c4', person), /erased/);
});

test('many at once; two who meet a new person at the same moment agree on one key', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  const items = Array.from({ length: 1_500 }, (_, index) => ({ person: `many-${index % 1_000}`, data: { index } }));
  const [a, b] = await Promise.all([one.sealMany(items), other.sealMany(items)]);
  const opened = await one.openMany(items.map(({ person: who }, index) => ({ person: who, sealed: (index % 2 ? a : b)[index]! })));
  assert.deepEqual(opened, items.map(({ data }) => data));
});
