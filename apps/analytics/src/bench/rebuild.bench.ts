/** The archive alone: written and folded again, without Kafka, by the process that a service starts: `node apps/analytics/src/bench/rebuild.bench.ts [events]`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf, type InRecord } from '@youdian/messaging';
import { ArchiveWriter } from '../archive/writer.ts';
import { startRebuild, type RebuildInput } from '../rebuild/start.ts';
import { DuckDbHome } from '../store/duckdb/duckdb-home.ts';
import { recordOf } from '../testing/story.ts';
import { CASE_TOPIC, PARTITIONS } from '../topics.ts';
import { caseEvents } from './case-events.ts';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 4_000;
const CLOCK_TICKS_PER_SECOND = 100;
const OWNERS = { 'customer-profile': '127.0.0.1:1', 'service-desk': '127.0.0.1:1', 'prepaid-billing': '127.0.0.1:1', notification: '127.0.0.1:1' };

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

  const positions = partitions.map(({ next }, partition) => ({ topic: CASE_TOPIC, partition, offset: String(next) }));
  const input: RebuildInput = { folder, archiveFolder: join(folder, 'archive'), memoryLimitMb: 1_024, name: '1', after: '0', standing: { clusterId: 'bench', positions, incomplete: [] }, owners: OWNERS, logLevel: 'error' };
  const began = performance.now();
  let failed: string | undefined;
  const helper = startRebuild(input, (message) => 'failed' in message && (failed = message.failed));
  const how = await helper.ended ?? failed;
  if (how !== undefined) throw new Error(how);
  const ms = performance.now() - began;
  const store = await new DuckDbHome({ folder, memoryLimitMb: 1_024, clock: () => new Date() }).openNew('1', '0');
  const [[facts]] = await store.snapshot((snapshot) => snapshot.rows('SELECT sum(sign) FROM case_facts', [])) as [[bigint]];
  await store.close();
  console.log(`replayed: ${Math.round(EVENTS / (ms / 1_000))} events/s (${facts} facts), CPU ${(endedChildrenCpuUs() / EVENTS).toFixed(1)} µs/event, start and end of the processes with it`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of processes that have ended, and of theirs. */
function endedChildrenCpuUs(): number {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ');
  return ((Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS_PER_SECOND) * 1_000_000;
}
