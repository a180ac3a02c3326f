import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { SeenSubjects } from './seen-subjects.ts';

test('a subject that is in the table, or was added, is seen; others almost never are', async () => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run("CREATE TABLE subject_states AS SELECT 'service-desk.case.v1' AS topic, '工单-' || range AS subject FROM range(20000)");
  const seen = await SeenSubjects.of(connection);
  connection.closeSync();
  database.closeSync();
  for (let n = 0; n < 20_000; n++) assert.ok(seen.has('service-desk.case.v1', `工单-${n}`), String(n));
  seen.add('service-desk.case.v1', 'one more');
  assert.ok(seen.has('service-desk.case.v1', 'one more'));
  let inVain = 0;
  for (let n = 0; n < 20_000; n++) if (seen.has('prepaid-billing.posting.v1', `工单-${n}`)) inVain += 1;
  assert.ok(inVain < 5, `${inVain} of 20,000`);
});
