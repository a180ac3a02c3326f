import { MongoClient, type Db } from 'mongodb';
import type { Host } from './host.ts';

const PING_EVERY_MS = 2_000;
const SERVER_SELECTION_MS = 2_000;
const SOCKET_MS = 20_000;

/**
 * The service's own database. Writes wait for a majority's journal; unknown outcomes are read back by who wrote, so the
 * driver never retries a write by itself. 64-bit integers are `bigint`.
 */
export async function connectMongo(host: Host, uri: string): Promise<Db> {
  const client = new MongoClient(uri, {
    appName: host.name,
    retryWrites: false,
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_MS,
    useBigInt64: true,
  });
  await host.waitFor('mongodb', async () => {
    await client.connect();
    await client.db().command({ ping: 1 });
  });
  let problem: string | undefined;
  const timer = setInterval(() => {
    client
      .db()
      .command({ ping: 1 }, { timeoutMS: SERVER_SELECTION_MS })
      .then(
        () => (problem = undefined),
        (error: Error) => (problem = `waiting: ${error.message}`),
      );
  }, PING_EVERY_MS);
  host.onReady('mongodb', () => problem);
  host.onStop('mongodb', () => {
    clearInterval(timer);
    return client.close();
  });
  return client.db();
}
