import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { start } from '@youdian/testing';

const READY_LIMIT_MS = 20_000;

export interface TestMongo {
  readonly uri: string;
  /** `host:port` */
  readonly address: string;
  readonly pid: number;
  /** A database with the settings that a service uses, an empty one unless named; closed with the server. */
  connect(database?: string, options?: MongoClientOptions & { uri?: string }): Promise<Db>;
  stop(): Promise<void>;
}

/** A MongoDB of this test file's own. */
export async function startTestMongo(): Promise<TestMongo> {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-commit-log-'));
  const server = start('secantusd-rs', ['--sync-on-commit', '--port', '0', '--storage-path', folder, '--log-level', 'WARNING', '--cache-size', '512M']);
  const [, address] = await server.said(/listening on (\S+)/, READY_LIMIT_MS);
  const uri = `mongodb://${address}`;
  const clients: MongoClient[] = [];
  return {
    uri, address: address!, pid: server.child.pid!,
    connect: async (database = `test${(databases += 1)}`, options = {}) => {
      const { uri: at = uri, ...settings } = options;
      const client = new MongoClient(at, { retryWrites: false, useBigInt64: true, serverSelectionTimeoutMS: 1_000, ...settings });
      clients.push(await client.connect());
      return client.db(database);
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let databases = 0;
