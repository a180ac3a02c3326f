import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@youdian/telemetry';
import { MongoClient, type Db } from 'mongodb';
import { startServers, startVictim, type Servers, type Victim } from './it-servers.ts';
import { scaled, until } from './it-support.ts';
import { connect, type Kafka } from './kafka.ts';

const SUBJECTS = 37;
const DATABASE = `kill_${process.pid}`;
let servers: Servers;
let client: MongoClient;
let db: Db;
let kafka: Kafka;

before(async () => {
  servers = await startServers();
  client = await new MongoClient(servers.mongoUri('messaging'), { useBigInt64: true }).connect();
  db = client.db(DATABASE);
  kafka = connect({ brokers: [servers.brokers], clientId: 'test', log: createLogger('test', 'silent') });
});
after(async () => {
  await kafka?.close();
  await client?.close();
  await servers?.stop();
});

function run(mode: 'publish' | 'consume', env: Record<string, string>, killAt?: string): Victim {
  const place = { BROKERS: servers.brokers, MONGODB_URI: servers.mongoUri('messaging'), DATABASE, SUBJECTS: String(SUBJECTS) };
  return startVictim(mode, { ...place, ...env, ...(killAt ? { YOUDIAN_KILL_AT: killAt } : {}) });
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i % SUBJECTS}:${Math.floor(i / SUBJECTS) + 1}:0`).sort();

test('kill -9 of a publisher, and of the consumer between any two of its writes: every effect happened, none twice', async () => {
  const COUNT = scaled(4_000, 100_000);
  const TOPIC = `owner.killed-${process.pid}.v1`;
  const GROUP = `killed-${process.pid}`;
  await kafka.ensureTopics([{ topic: TOPIC, partitions: 6 }]);

  let marked = 0;
  for (let kill = 0; ; kill++) {
    const publisher = run('publish', { TOPIC, FROM: String(marked), TO: String(COUNT) }, kill < scaled(3, 30) ? `publisher.acknowledged-not-told:${7 + kill * 11}` : undefined);
    const signal = await publisher.ended();
    // What was told last may be behind what is on the topic, so the next begins with doubles.
    marked = Math.max(marked, ...[...publisher.output().matchAll(/through (\d+)/g)].map(([, through]) => Number(through)));
    if (signal !== 'SIGKILL') break;
  }
  assert.equal(marked, COUNT);
  const onTopic = (await kafka.offsets(TOPIC)).reduce((sum, { latest }) => sum + Number(latest), 0);
  assert.ok(onTopic > COUNT, `${onTopic} records hold doubles of ${COUNT} events`);

  const points = ['inbox.effects-not-parked:3', 'inbox.effects-not-positions:5', 'inbox.parked-not-subjects:4'];
  for (let kill = 0; kill < scaled(points.length, 30); kill++) {
    assert.equal(await run('consume', { TOPIC, GROUP }, points[kill % points.length]).ended(), 'SIGKILL');
  }
  const consumer = run('consume', { TOPIC, GROUP });
  const effects = db.collection('effects');
  const subjects = db.collection<{ _id: string; sequence: bigint }>('inbox_subjects');
  const applied = async () => (await subjects.find().toArray()).reduce((sum, { sequence }) => sum + Number(sequence), 0);
  // Subjects are written after the effects of their step.
  await until(async () => (await applied()) >= COUNT, 60_000, () => consumer.output());
  await consumer.kill();
  assert.deepEqual((await effects.find().toArray()).map(({ _id }) => String(_id)).sort(), ids(COUNT));
  assert.equal(await applied(), COUNT);
});
