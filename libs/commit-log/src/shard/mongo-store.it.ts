import { after, before } from 'node:test';
import { startTestMongo, type TestMongo } from '../testing/mongo.ts';
import { shardStoreContract } from '../testing/shard-store-contract.ts';
import { mongoShardStore } from './mongo-store.ts';

let mongo: TestMongo;
before(async () => { mongo = await startTestMongo(); });
after(() => mongo.stop());

shardStoreContract('MongoDB', async () => {
  const db = await mongo.connect();
  return mongoShardStore(db);
});
