import { randomUUID } from 'node:crypto';
import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { startMongo } from '@youdian/launcher';

export interface TestMongo {
  readonly uri: string;
  /** `host:port` */
  readonly address: string;
  /** −1 when the server is not ours. */
  readonly pid: number;
  /** A database with the settings that a service uses, an empty one unless named; closed with the server. */
  connect(database?: string, options?: MongoClientOptions & { uri?: string }): Promise<Db>;
  stop(): Promise<void>;
}

/** A MongoDB of this test file's own, or the one that is given. */
export async function startTestMongo(): Promise<TestMongo> {
  const server = await startMongo();
  const clients: MongoClient[] = [];
  return {
    uri: server.uri, address: new URL(server.uri).host, pid: server.pid,
    connect: async (database = `commit_log_${randomUUID().slice(0, 8)}`, options = {}) => {
      const { uri = server.uri, ...settings } = options;
      const client = new MongoClient(uri, { retryWrites: false, useBigInt64: true, serverSelectionTimeoutMS: 1_000, ...settings });
      clients.push(await client.connect());
      return client.db(database);
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
    },
  };
}
