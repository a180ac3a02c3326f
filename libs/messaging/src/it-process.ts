/** For the kill tests: one process that publishes or consumes, to be killed. Its place is in the environment. */
import { createLogger } from '@youdian/telemetry';
import { MongoClient } from 'mongodb';
import type { Event } from './event.ts';
import { connect } from './kafka.ts';
import { MongoInboxStore } from './mongo-inbox-store.ts';

const { BROKERS = '', MONGODB_URI = '', DATABASE = '', TOPIC = '', GROUP = '', FROM = '0', TO = '0', SUBJECTS = '1' } = process.env;
const kafka = connect({ brokers: BROKERS.split(','), clientId: 'killed', log: createLogger('killed', 'silent') });

if (process.argv[2] === 'consume') {
  const client = await new MongoClient(MONGODB_URI, { useBigInt64: true }).connect();
  kafka.subscribe({
    group: GROUP, topics: [TOPIC], store: new MongoInboxStore(client.db(DATABASE), GROUP), sessionTimeoutMs: 6_000, maxBatchRecords: 50,
    handle: (event) => [{ collection: 'effects', insert: { _id: event.id } }],
  });
} else {
  const publisher = kafka.publisher({ source: '/youdian/owner', limits: { batchRecords: 50 } });
  const subjects = Number(SUBJECTS);
  for (let from = Number(FROM); from < Number(TO); from += 100) {
    const events: Event[] = [];
    for (let i = from; i < Math.min(from + 100, Number(TO)); i++) {
      const subject = `s${i % subjects}`;
      const sequence = BigInt(Math.floor(i / subjects) + 1);
      events.push({ topic: TOPIC, id: `${subject}:${sequence}:0`, source: '/youdian/owner', type: 'youdian.owner.v1.ThingDone', subject, sequence, time: new Date(), data: Buffer.from('{}') });
    }
    await publisher.publish(events);
    process.stdout.write(`through ${from + events.length}\n`);
  }
  await kafka.close();
  process.stdout.write('all\n');
}
