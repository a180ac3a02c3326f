/** For tests: one process that takes a story in, from where the last one came to, until it is killed or done. */
import { Inbox, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { handle } from '../ingest.ts';
import { DuckDbFactStore } from '../store/duckdb/duckdb-fact-store.ts';
import { PARTITIONS, TOPICS } from '../topics.ts';
import { largeStory, shuffled } from './large-story.ts';
import { partitionFor, progressOf, recordOf } from './story.ts';

const [folder = '', seed = '1', cases = '100', batch = '50'] = process.argv.slice(2);
const story = largeStory({ seed: Number(seed), cases: Number(cases), accounts: 50 });

const logs = new Map<string, InRecord[]>();
for (const topic of TOPICS) for (let partition = 0; partition < PARTITIONS; partition++) logs.set(`${topic}/${partition}`, []);
for (const [i, event] of shuffled(story, Number(seed)).entries()) {
  const log = logs.get(`${event.topic}/${partitionFor(event)}`)!;
  log.push(recordOf(event, log.length));
  if (i % 10 === 0) log.push(progressOf(event.topic, partitionFor(event), new Date(Date.parse('2026-11-24T00:00:00Z') + i), log.length));
}

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
