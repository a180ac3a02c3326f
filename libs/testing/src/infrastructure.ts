import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaBroker } from './kafka.ts';
import { start } from './process.ts';

const MONGO_READY_LIMIT_MS = 20_000;

/** Real Kafka and MongoDB for one test file. */
export interface Infrastructure {
  /** `host:port`, for KAFKA_BROKERS */
  readonly brokers: string;
  /** The URI of a database of that name, for MONGODB_URI. */
  mongoUri(database: string): string;
  stop(): Promise<void>;
}

/** `KAFKA_BROKERS` and `MONGODB_URI` (a server, no database) are used where they are given; else both are started. */
export async function startInfrastructure(): Promise<Infrastructure> {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-it-'));
  const [kafka, mongo] = await Promise.all([givenKafka() ?? startKafkaBroker(join(folder, 'kafka')), givenMongo() ?? startMongo(join(folder, 'mongo'))]);
  // Databases of a given server are told apart by the run.
  const run = mongo.stop === none ? `_${randomUUID().slice(0, 8)}` : '';
  return {
    brokers: kafka.brokers,
    mongoUri: (database) => `${mongo.server.replace(/\/$/, '')}/${database}${run}`,
    stop: async () => {
      await Promise.all([kafka.stop(), mongo.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const none = async () => {};

function givenKafka() {
  const brokers = process.env['KAFKA_BROKERS'];
  return brokers ? { brokers, stop: none } : undefined;
}

function givenMongo() {
  const server = process.env['MONGODB_URI'];
  return server ? { server, stop: none } : undefined;
}

/** Without `--sync-on-commit` acknowledged writes are lost on a kill. */
async function startMongo(folder: string) {
  const args = ['--sync-on-commit', '--port', '0', '--storage-path', folder, '--log-level', 'WARNING', '--cache-size', '512M'];
  const server = start('secantusd-rs', args);
  const [, address] = await server.said(/listening on (\S+)/, MONGO_READY_LIMIT_MS);
  return { server: `mongodb://${address}`, stop: server.stop };
}
