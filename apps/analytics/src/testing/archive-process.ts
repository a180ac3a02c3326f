/** For tests: one process that archives what the topics hold, from where the last one came to, until it is killed or done. */
import { ArchiveWriter } from '../archive/writer.ts';
import { topicLogs } from './topic-logs.ts';

const BATCH = 50;
const PARTITION_BYTES = 20_000;
const MERGE_FILES = 3;

const [folder = '', seed = '1', cases = '100'] = process.argv.slice(2);
const archive = await ArchiveWriter.open(folder, () => performance.now(), { partitionBytes: PARTITION_BYTES, mergeFiles: MERGE_FILES });
process.stdout.write('started\n');
for (const [key, records] of topicLogs(Number(seed), Number(cases))) {
  const [topic = '', partition] = key.split('/');
  const at = await archive.startAt('test', topic, Number(partition), { earliest: 0n, latest: BigInt(records.length) });
  for (let from = Number(at); from < records.length; from += BATCH) {
    const batch = records.slice(from, from + BATCH);
    await archive.take(topic, Number(partition), batch, BigInt(from + batch.length));
    await archive.merge();
  }
}
await archive.close();
process.stdout.write('done\n');
