import { after, before } from 'node:test';
import { MongoClient } from 'mongodb';
import { inboxContract } from './inbox-contract.ts';
import { startServers, type Servers } from './it-servers.ts';
import { MongoInboxStore } from './mongo-inbox-store.ts';

let servers: Servers;
let client: MongoClient;
let made = 0;

before(async () => {
  servers = await startServers();
  client = await new MongoClient(servers.mongoUri('messaging'), { useBigInt64: true }).connect();
});
after(async () => {
  await client?.close();
  await servers?.stop();
});

inboxContract('MongoDB', async () => {
  const db = client.db(`inbox_${process.pid}_${made++}`);
  const effects = db.collection<{ _id: string }>('effects');
  return {
    store: new MongoInboxStore(db, 'group'),
    reopened: async () => new MongoInboxStore(db, 'group'),
    effect: (id) => ({ collection: 'effects', insert: { _id: id } }),
    effects: async () => (await effects.find().toArray()).map(({ _id }) => _id),
    progress: async (topic, partition) => (await db.collection<{ _id: string; progress: Date }>('inbox_positions').findOne({ _id: `group|${topic}|${partition}` }))?.progress,
    close: async () => { await db.dropDatabase(); },
  };
});
