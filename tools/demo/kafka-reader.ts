import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

const READ_LIMIT_MS = 30_000;

export interface Read {
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

/** All records that stand on a topic now, as any other company's program would read them. */
export async function readTopic(brokers: string, topic: string): Promise<Read[]> {
  const kafka = new Kafka({ clientId: 'integrator', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const wanted = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]));
  const groupId = `reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const records: Read[] = [];
  const open = new Set([...wanted].filter(([, { low, high }]) => high > low).map(([partition]) => partition));
  try {
    if (open.size === 0) return records;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${topic} could not be read within ${READ_LIMIT_MS / 1_000} s`)), READ_LIMIT_MS);
      consumer
        .run({
          eachMessage: async ({ partition, message }) => {
            const end = wanted.get(partition)!.high;
            if (BigInt(message.offset) < end) {
              const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
              records.push({ partition, headers, value: message.value?.toString() ?? '' });
            }
            if (BigInt(message.offset) >= end - 1n) open.delete(partition);
            if (open.size === 0) (clearTimeout(limit), resolve());
          },
        })
        .catch(reject);
    });
    return records;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => {});
    await admin.disconnect();
  }
}
