import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { createTables } from './schema.ts';
import { SeenSubjects } from './seen-subjects.ts';

test('a subject of a fact or of a state, or that was added, is seen; others almost never are', async () => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  for (const statement of createTables()) await connection.run(statement);
  await connection.run("INSERT INTO case_facts BY NAME SELECT '工单-' || range AS subject, 1 AS sequence FROM range(20000)");
  await connection.run("INSERT INTO subject_states BY NAME SELECT 'notification.message.v1' AS topic, 'a' || chr(0) || 'b' AS subject, 1 AS sequence");
  const seen = await SeenSubjects.of(connection);
  connection.closeSync();
  database.closeSync();
  for (let n = 0; n < 20_000; n++) assert.ok(seen.has('service-desk.case.v1', `工单-${n}`), String(n));
  assert.ok(seen.has('notification.message.v1', 'a\0b'));
  seen.add('service-desk.case.v1', 'one more');
  assert.ok(seen.has('service-desk.case.v1', 'one more'));
  let inVain = 0;
  for (let n = 0; n < 20_000; n++) if (seen.has('prepaid-billing.posting.v1', `工单-${n}`)) inVain += 1;
  assert.ok(inVain < 5, `${inVain} of 20,000`);
});
