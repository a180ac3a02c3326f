/** Folds the archive into a new store, in a process of its own, so that questions and ingest go on. */
import { createLogger, systemClock } from '@youdian/telemetry';
import { remoteHistory } from '@youdian/service-host';
import { ArchiveReader } from '../archive/read.ts';
import { inputOf, tell } from '../helper/helper.ts';
import { historyOf } from '../ingest.ts';
import { DuckDbHome } from '../store/duckdb/duckdb-home.ts';
import type { FromRebuild, RebuildInput } from './rebuild.ts';
import { replay } from './replay.ts';

const { folder, archiveFolder, memoryLimitMb, name, after, standing, owners, logLevel } = inputOf<RebuildInput>();
const log = createLogger('analytics-rebuild', logLevel);
try {
  const archive = await ArchiveReader.open(archiveFolder);
  const store = await new DuckDbHome({ folder, memoryLimitMb, clock: systemClock }).openNew(name, after);
  const history = historyOf(Object.fromEntries(Object.entries(owners).map(([owner, address]) => [owner, remoteHistory(address, 'service:analytics')])));
  const places = standing.positions.map((position) => ({ ...position, offset: BigInt(position.offset) }));
  let done = 0;
  await replay({
    archive, store, standing: { ...standing, positions: places }, history, log,
    progress: (events) => {
      done += events;
      tell({ done, total: archive.records } satisfies FromRebuild);
    },
  });
  await store.close();
  archive.close();
  process.exit(0);
} catch (error) {
  tell({ failed: (error as Error).message } satisfies FromRebuild);
  log.error({ err: error }, 'the rebuild failed');
  process.exitCode = 1;
  process.disconnect?.();
}
