import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { change, type FactChange } from '../../facts/change.ts';
import { CASE_TOPIC } from '../../topics.ts';
import { DuckDbFactStore } from './duckdb-fact-store.ts';
import { openDatabase } from './open.ts';
import { Readers } from './readers.ts';
import { RollUps } from './roll-ups.ts';

test('a step that could not be committed leaves nothing behind, and comes again as if for the first time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-commit-'));
  const opened = await openDatabase({ folder, memoryLimitMb: 256, clock: () => new Date('2026-11-24T00:00:00Z') });
  const run = opened.writer.run.bind(opened.writer);
  let failing = '';
  opened.writer.run = (sql, ...values) => (sql === failing ? Promise.reject(new Error('the disk is full')) : run(sql, ...values));
  const store = new DuckDbFactStore(opened, await Readers.open(opened.database), await RollUps.open(opened.database, []));
  const commit = (...effects: FactChange[]): Promise<void> => store.commit({
    clusterId: 'c1', effects, park: [], unpark: [], progress: [], positions: [],
    subjects: effects.map(({ subject, sequence }) => ({ topic: CASE_TOPIC, subject, sequence })),
  });
  const of = (id: string, sequence: bigint, values: Parameters<typeof change<'case_facts'>>[2]): FactChange => change('case_facts', { subject: id, sequence, eventId: `${id}:${sequence}:0` }, values);
  const facts = (): Promise<unknown> => store.snapshot(({ rows }) => rows("SELECT sign || ' ' || subject || ' ' || sequence || ' ' || coalesce(classification, '?') FROM case_facts ORDER BY rowid", []));

  await commit(of('a', 1n, { kind: 'FAULT' }));
  failing = 'COMMIT';
  await assert.rejects(commit(of('x', 1n, {}), of('y', 1n, {}), of('a', 2n, { classification: 'TREE' })), /the disk is full/);
  failing = '';
  assert.deepEqual([...await store.subjects(CASE_TOPIC, ['a', 'x'])].map(([subject, { sequence }]) => [subject, sequence]), [['a', 1n]]);
  await commit(of('a', 2n, { classification: 'STORM' }), of('x', 1n, {}));
  await commit(of('x', 2n, { classification: 'TREE' }));
  assert.deepEqual(await facts(), [['1 a 1 ?'], ['-1 a 2 ?'], ['1 a 2 STORM'], ['1 x 1 ?'], ['-1 x 2 ?'], ['1 x 2 TREE']]);
  await store.close();
  rmSync(folder, { recursive: true });
});
