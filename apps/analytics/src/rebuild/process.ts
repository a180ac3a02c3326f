/**
 * Folds the archive into a new store, in a process of its own, so that questions and ingest go on. It starts others like
 * itself, each for a part of all subjects, and makes one store of theirs.
 */
import { availableParallelism } from 'node:os';
import { createLogger, systemClock } from '@youdian/telemetry';
import { remoteHistory } from '@youdian/service-host';
import { ArchiveReader } from '../archive/read.ts';
import { inputOf, tell } from '../helper/helper.ts';
import { historyOf } from '../ingest.ts';
import { DuckDbHome } from '../store/duckdb/duckdb-home.ts';
import { replay } from './replay.ts';
import { startRebuild, type FromRebuild, type RebuildInput } from './start.ts';

/** More would not be faster: the disk is one. */
const PARTS_MAX = 2;

const input = inputOf<RebuildInput>();
const { folder, archiveFolder, name, after, standing, owners, logLevel, part = { part: 0, parts: Math.min(PARTS_MAX, availableParallelism()) } } = input;
const log = createLogger('analytics-rebuild', logLevel);
const home = new DuckDbHome({ folder, memoryLimitMb: Math.floor(input.memoryLimitMb / part.parts), clock: systemClock });

/** A store's name is digits. */
const nameOf = (of: number): string => (of === 0 ? name : `${name}${of}`);
const done = new Map<number, number>();
let total = 0;

function heardOf(of: number, events: number): void {
  done.set(of, events);
  tell({ done: [...done.values()].reduce((sum, own) => sum + own, 0), total } satisfies FromRebuild);
}

/** Resolves when a process has made this part. */
async function madeByAnother(of: number): Promise<void> {
  let failed: string | undefined;
  const helper = startRebuild({ ...input, part: { ...part, part: of } }, (message) => {
    if ('failed' in message) failed = message.failed;
    else heardOf(of, message.done);
  });
  const how = await helper.ended;
  if (how !== undefined || failed !== undefined) throw new Error(failed ?? `a part of it did not come to its end: ${how}`);
}

async function makeOwn(): Promise<void> {
  const archive = await ArchiveReader.open(archiveFolder);
  total = archive.records;
  const store = await home.openNew(nameOf(part.part), after);
  const history = historyOf(Object.fromEntries(Object.entries(owners).map(([owner, address]) => [owner, remoteHistory(address, 'service:analytics')])));
  const positions = standing.positions.map((position) => ({ ...position, offset: BigInt(position.offset) }));
  let events = 0;
  await replay({ archive, store, standing: { ...standing, positions }, part, history, log, progress: (more) => heardOf(part.part, events += more) });
  await store.close();
  archive.close();
}

try {
  const others = input.part ? [] : Array.from({ length: part.parts - 1 }, (_, i) => i + 1);
  await Promise.all([makeOwn(), ...others.map(madeByAnother)]);
  if (others.length > 0) {
    await home.join([name, ...others.map(nameOf)]);
    heardOf(part.part, done.get(part.part) ?? 0); // only now are they made
  }
  process.exit(0);
} catch (error) {
  tell({ failed: (error as Error).message } satisfies FromRebuild);
  log.error({ err: error }, 'the rebuild failed');
  process.exitCode = 1;
  process.disconnect?.();
}
