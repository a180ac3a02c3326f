import { randomUUID } from 'node:crypto';
import { startKafka, startMongo, type KafkaCluster, type MongoServer } from '@youdian/launcher';

/** Real Kafka and MongoDB for one test file. */
export interface Infrastructure {
  /** `host:port`, for KAFKA_BROKERS */
  readonly brokers: string;
  /** The URI of a database of that name, for MONGODB_URI. */
  mongoUri(database: string): string;
  readonly kafka: KafkaCluster;
  readonly mongo: MongoServer;
  stop(): Promise<void>;
}

/** `KAFKA_BROKERS` and `MONGODB_URI` (a server, no database) are used where they are given; else both are started. */
export async function startInfrastructure(): Promise<Infrastructure> {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  // Databases of a given server are told apart by the run.
  const run = mongo.pid === -1 ? `_${randomUUID().slice(0, 8)}` : '';
  return {
    kafka,
    mongo,
    brokers: kafka.brokers.join(','),
    mongoUri: (database) => mongo.databaseUri(database + run),
    stop: async () => void (await Promise.all([kafka.stop(), mongo.stop()])),
  };
}
