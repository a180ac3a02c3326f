import { AnalyticsUpkeepServiceService, type Rebuild as Message } from '@youdian/contracts-analytics/upkeep';
import { command, implement, query, type Implementation } from '@youdian/service-host';
import type { Archive } from '../archive/archive.ts';
import type { Rebuild, Rebuilder } from './rebuild.ts';

const KEEPERS = ['admin'];

export function upkeepService(archive: Archive, rebuilder: Rebuilder): Implementation {
  return implement(AnalyticsUpkeepServiceService, {
    getArchive: query(KEEPERS, async () => {
      const { next, pieces, missing, trouble = '' } = archive.state;
      return { partitions: next.map(({ topic, partition, offset }) => ({ topic, partition, nextOffset: offset })), pieces: BigInt(pieces), missing: BigInt(missing), trouble };
    }),
    startRebuild: command(KEEPERS, async ({ acceptDifferences }, { idempotencyKey }) => ({ rebuild: toMessage(rebuilder.start(idempotencyKey, acceptDifferences)) })),
    getRebuild: query(KEEPERS, async () => ({ rebuild: toMessage(rebuilder.state) })),
  });
}

function toMessage({ state, done, total, perSecond, startedAt, endedAt, revision, comparison, reason }: Rebuild): Message {
  return {
    state: `REBUILD_STATE_${state}`, eventsDone: BigInt(done), eventsTotal: BigInt(total), eventsPerSecond: perSecond, startedAt, endedAt, revision,
    tables: (comparison?.tables ?? []).map((table) => ({ ...table })), subjectsLeftOut: BigInt(comparison?.leftOut ?? 0), reason,
  };
}
