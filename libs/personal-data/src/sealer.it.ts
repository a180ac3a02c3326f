import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient, type Db } from 'mongodb';
import { start, type Started } from '@youdian/testing';
import { openSealer, PersonErased } from './sealer.ts';

const READY_LIMIT_MS = 20_000;
const masterKey = randomBytes(32);
const folder = mkdtempSync(join(tmpdir(), 'youdian-personal-data-'));
let server: Started;
let client: MongoClient;
let databases = 0;
const database = (): Db => client.db(`test${(databases += 1)}`);

before(async () => {
  server = start('secantusd-rs', ['--sync-on-commit', '--port', '0', '--storage-path', folder, '--log-level', 'WARNING']);
  const [, address] = await server.said(/listening on (\S+)/, READY_LIMIT_MS);
  client = await new MongoClient(`mongodb://${address}`, { retryWrites: false, useBigInt64: true }).connect();
});

after(async () => {
  await client.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const data = { name: '王小明', phone: '13800000000', since: new Date('2008-01-01'), count: 3, fen: 5n, more: { list: ['a'] } };

test('what is sealed comes back whole, also in another process, and shows nothing of itself', async () => {
  const db = database();
  const sealed = await openSealer({ db, masterKey }).seal('c1', { ...data, none: undefined });
  assert.equal(Buffer.from(sealed).includes('王小明') || Buffer.from(sealed).includes('13800000000'), false);
  await db.collection<{ _id: string; sealed: Uint8Array }>('commits').insertOne({ _id: 'x', sealed });
  const stored = await db.collection('commits').findOne();
  const other = openSealer({ db, masterKey: masterKey.toString('hex') });
  assert.deepEqual(await other.open('c1', stored!['sealed']), data);
  assert.deepEqual(await other.open('c1', sealed), data);
});

test('erasing a person erases all that was ever sealed for them, and nobody else', async () => {
  const db = database();
  const [one, other] = [openSealer({ db, masterKey }), openSealer({ db, masterKey, cacheMs: 0 })];
  const [a, b] = await one.sealMany([{ person: 'a', data }, { person: 'b', data }]);
  await one.erase('a');
  for (const sealer of [one, other, openSealer({ db, masterKey })]) {
    assert.deepEqual(await sealer.openMany([{ person: 'a', sealed: a! }, { person: 'b', sealed: b! }]), ['erased', data]);
    await assert.rejects(sealer.seal('a', data), PersonErased);
  }
  await one.erase('never seen');
  await assert.rejects(one.seal('never seen', data), PersonErased);
});

test('twenty that seal for a new person at once all use the key that was first', async () => {
  const db = database();
  const sealers = Array.from({ length: 20 }, () => openSealer({ db, masterKey }));
  const sealed = await Promise.all(sealers.map((sealer, n) => sealer.seal('new', { n })));
  assert.equal(await db.collection('personal_keys').countDocuments(), 1);
  const reader = openSealer({ db, masterKey });
  assert.deepEqual(await reader.openMany(sealed.map((bytes) => ({ person: 'new', sealed: bytes }))), sealed.map((_, n) => ({ n })));
});

test('sealed data opens for its own person and with the right master key only, and not when a bit has changed', async () => {
  const db = database();
  const sealer = openSealer({ db, masterKey });
  const [a] = await sealer.sealMany([{ person: 'a', data }, { person: 'b', data }]);
  await assert.rejects(sealer.open('b', a!));
  await assert.rejects(openSealer({ db, masterKey: randomBytes(32) }).open('a', a!));
  const changed = Buffer.from(a!);
  changed[changed.length - 1]! ^= 1;
  await assert.rejects(sealer.open('a', changed));
  assert.throws(() => openSealer({ db, masterKey: 'short' }), /32/);
});

test('an import seals thousands of people in a few writes', async () => {
  const sealer = openSealer({ db: database(), masterKey, cachedKeys: 100 });
  const items = Array.from({ length: 5_000 }, (_, n) => ({ person: `p${n}`, data: { n } }));
  const started = performance.now();
  const sealed = await sealer.sealMany(items);
  const opened = await sealer.openMany(items.map(({ person }, n) => ({ person, sealed: sealed[n]! })));
  assert.deepEqual(opened, items.map((item) => item.data));
  assert.ok(performance.now() - started < 10_000);
});
