/** The archive alone: written and folded again, without Kafka: `node apps/analytics/src/bench/rebuild.bench.ts [events]`. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf, type InRecord } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { ArchiveReader } from '../archive/read.ts';
import { ArchiveWriter } from '../archive/writer.ts';
import { replay } from '../rebuild/replay.ts';
import { DuckDbHome } from '../store/duckdb/duckdb-home.ts';
import { recordOf } from '../testing/story.ts';
import { CASE_TOPIC, PARTITIONS } from '../topics.ts';
import { caseEvents } from './case-events.ts';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'youdian-rebuild-bench-'));
try {
  const archive = await ArchiveWriter.open(join(folder, 'archive'), () => 0);
  const partitions = Array.from({ length: PARTITIONS }, () => ({ next: 0, batch: [] as InRecord[] }));
  for (let partition = 0; partition < PARTITIONS; partition++) await archive.startAt('bench', CASE_TOPIC, partition, { earliest: 0n, latest: BigInt(EVENTS) });
  let archivedMs = 0;
  const take = async (partition: number): Promise<void> => {
    const { next, batch } = partitions[partition]!;
    const began = performance.now();
    await archive.take(CASE_TOPIC, partition, batch, BigInt(next));
    archivedMs += performance.now() - began;
    partitions[partition]!.batch = [];
  };
  const source = caseEvents();
  for (let n = 0; n < EVENTS; n++) {
    const event = source.next();
    const partition = partitionOf(event.subject, PARTITIONS);
    const own = partitions[partition]!;
    own.batch.push(recordOf(event, own.next++));
    if (own.batch.length === BATCH) await take(partition);
  }
  for (let partition = 0; partition < PARTITIONS; partition++) await take(partition);
  const closing = performance.now();
  await archive.close();
  archivedMs += performance.now() - closing;
  const bytes = readdirSync(join(folder, 'archive', 'bench')).reduce((sum, name) => sum + statSync(join(folder, 'archive', 'bench', name)).size, 0);
  console.log(`archive: ${Math.round(EVENTS / (archivedMs / 1_000))} events/s, ${(bytes / EVENTS).toFixed(0)} bytes an event`);

  const reader = await ArchiveReader.open(join(folder, 'archive'));
  const home = new DuckDbHome({ folder, memoryLimitMb: 1_024, clock: () => new Date() });
  const store = await home.openNew('1', '0');
  const positions = partitions.map(({ next }, partition) => ({ topic: CASE_TOPIC, partition, offset: BigInt(next) }));
  const cpu = process.cpuUsage();
  const began = performance.now();
  await replay({ archive: reader, store, standing: { clusterId: 'bench', positions, incomplete: [] }, history: undefined, log: createLogger('bench', 'fatal'), progress: () => {} });
  const ms = performance.now() - began;
  const spent = process.cpuUsage(cpu);
  console.log(`replayed: ${Math.round(EVENTS / (ms / 1_000))} events/s, CPU ${((spent.user + spent.system) / EVENTS).toFixed(1)} µs/event, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`);
  await store.close();
  reader.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
