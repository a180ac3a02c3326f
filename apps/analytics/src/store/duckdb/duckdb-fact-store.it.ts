import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inboxContract } from '@youdian/messaging/inbox-contract';
import { change } from '../../facts/change.ts';
import { DuckDbFactStore } from './duckdb-fact-store.ts';

inboxContract('DuckDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-facts-'));
  const open = (): Promise<DuckDbFactStore> => DuckDbFactStore.open({ folder, memoryLimitMb: 512, clock: () => new Date('2026-05-01T00:00:00Z') });
  let store = await open();
  const ask = (sql: string, ...parameters: string[]) => store.snapshot(({ rows }) => rows(sql, parameters));
  return {
    // One process owns the file: what was opened before a restart goes on with what was opened after it.
    store: {
      open: () => store.open(),
      subjects: (topic, subjects) => store.subjects(topic, subjects),
      parked: (topic, subject, above, limit) => store.parked(topic, subject, above, limit),
      commit: (step) => store.commit(step),
    },
    reopened: async () => {
      await store.close();
      return (store = await open());
    },
    effect: (id) => change('region_names', { subject: id, sequence: 1n, eventId: `${id}:1:0` }, { region_id: id, name: id }),
    effects: async () => (await ask('SELECT region_id FROM region_names')).map(([id]) => id as string),
    progress: async (topic, partition) => {
      const [[through] = []] = await ask("SELECT epoch_ms(through) FROM partitions WHERE topic = $1 AND partition = $2::BIGINT", topic, String(partition));
      return through === null || through === undefined ? undefined : new Date(Number(through));
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
