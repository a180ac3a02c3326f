/** For tests: one process that takes a story in, from where the last one came to, until it is killed or done. */
import { Inbox } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { handle } from '../ingest.ts';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { topicLogs } from './topic-logs.ts';

const [folder = '', seed = '1', cases = '100', batch = '50'] = process.argv.slice(2);
const logs = topicLogs(Number(seed), Number(cases));

const store = await DuckDbFactStore.open({ folder, memoryLimitMb: 512, clock: () => new Date('2026-11-24T00:00:00Z') });
const inbox = new Inbox({ group: 'analytics', store, handle, log: createLogger('test', 'fatal'), bury: async () => { throw new Error('nothing here is poison'); } });
inbox.clusterId = 'test';
const { positions } = await inbox.open();
const offsets = new Map(positions.map(({ topic, partition, offset }) => [`${topic}/${partition}`, Number(offset)]));
process.stdout.write('started\n');
for (let moved = true; moved; ) {
  moved = false;
  for (const [key, log] of logs) {
    const from = offsets.get(key) ?? 0;
    const records = log.slice(from, from + Number(batch));
    if (records.length === 0) continue;
    const [topic, partition] = [key.slice(0, key.indexOf('/')), Number(key.slice(key.indexOf('/') + 1))];
    await inbox.receive(topic, partition, records, [{ topic, partition, offset: BigInt(from + records.length) }]);
    offsets.set(key, from + records.length);
    moved = true;
  }
}
await store.close();
process.stdout.write('done\n');
