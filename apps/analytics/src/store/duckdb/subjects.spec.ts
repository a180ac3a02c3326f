import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { change, type FactChange, type FactRow } from '../../facts/change.ts';
import { columnsOf, type FactValue } from '../../facts/tables.ts';
import { CASE_TOPIC, MESSAGE_TOPIC, POSTING_TOPIC } from '../../topics.ts';
import { createTables } from './schema.ts';
import { Subjects } from './subjects.ts';

/** Texts that differ by a NUL alone have the same bits in the index. */
const ONE = 'case-1';
const OTHER = 'case\0-1';

let database: DuckDBInstance;
let connection: DuckDBConnection;
let subjects: Subjects;
let revision = 0n;

beforeEach(async () => {
  database = await DuckDBInstance.create(':memory:');
  connection = await database.connect();
  for (const statement of createTables()) await connection.run(statement);
  subjects = await Subjects.of(connection);
});
afterEach(() => {
  connection.closeSync();
  database.closeSync();
});

const opened = (id: string, region = 'R1'): FactChange => change('case_facts', { subject: id, sequence: 1n, eventId: `${id}:1:0` }, { kind: 'FAULT', region_id: region });
const classified = (id: string, sequence: bigint, classification: string): FactChange => change('case_facts', { subject: id, sequence, eventId: `${id}:${sequence}:0` }, { classification });
const toppedUp = (account: string, sequence: bigint): FactChange => change('top_up_facts', { subject: account, sequence, eventId: `${account}:${sequence}:0` }, { account_no: account });
type State = Parameters<Subjects['append']>[1][number];

async function step(changes: FactChange[], states: State[] = []): Promise<string[]> {
  await connection.run('BEGIN');
  const rows = await subjects.fold(changes);
  await subjects.append(rows, states, ++revision);
  await connection.run('COMMIT');
  subjects.committed();
  return [...rows.values()].flat().map(said);
}

const CLASSIFICATION = columnsOf('case_facts').indexOf('classification');
const REGION = columnsOf('case_facts').indexOf('region_id');
const said = ({ made, sign, values }: FactRow): string => [sign, made.subject, made.sequence, values[REGION] ?? '?', values[CLASSIFICATION] ?? '?'].map((value: FactValue) => String(value)).join(' ');
const sequences = async (topic: string, ...asked: string[]): Promise<Record<string, bigint>> => Object.fromEntries([...await subjects.find(topic, asked)].map(([subject, { sequence }]) => [subject, sequence]));

async function restart(): Promise<void> {
  subjects = await Subjects.of(connection);
}

test('what is known of a case is taken back when it changes: in the same step, in a later one, after a restart', async () => {
  assert.deepEqual(await step([opened('a', '片区一号供电营业所'), classified('a', 2n, 'STORM')]), ['1 a 1 片区一号供电营业所 ?', '-1 a 2 片区一号供电营业所 ?', '1 a 2 片区一号供电营业所 STORM']);
  assert.deepEqual(await step([classified('a', 3n, 'TREE')]), ['-1 a 3 片区一号供电营业所 STORM', '1 a 3 片区一号供电营业所 TREE']);
  await restart();
  assert.deepEqual(await step([classified('a', 4n, 'EQUIPMENT')]), ['-1 a 4 片区一号供电营业所 TREE', '1 a 4 片区一号供电营业所 EQUIPMENT']);
  assert.deepEqual(await sequences(CASE_TOPIC, 'a', 'never seen'), { a: 4n });
});

test('two subjects with the same bits are two, both ways, also where one was never seen, and after a restart', async () => {
  await step([opened(ONE)]);
  assert.deepEqual(await sequences(CASE_TOPIC, ONE, OTHER), { [ONE]: 1n });
  await step([opened(OTHER, 'R2')]);
  for (let sequence = 2n; sequence < 6n; sequence += 2n) {
    assert.deepEqual(await step([classified(ONE, sequence, 'TREE'), classified(OTHER, sequence, 'STORM')]), [
      `-1 ${ONE} ${sequence} R1 ${sequence === 2n ? '?' : 'LOAD'}`, `1 ${ONE} ${sequence} R1 TREE`, `-1 ${OTHER} ${sequence} R2 ${sequence === 2n ? '?' : 'STORM'}`, `1 ${OTHER} ${sequence} R2 STORM`,
    ]);
    assert.deepEqual(await step([classified(ONE, sequence + 1n, 'LOAD')]), [`-1 ${ONE} ${sequence + 1n} R1 TREE`, `1 ${ONE} ${sequence + 1n} R1 LOAD`]);
    assert.deepEqual(await sequences(CASE_TOPIC, ONE, OTHER), { [ONE]: sequence + 1n, [OTHER]: sequence });
    await restart();
    assert.deepEqual(await sequences(CASE_TOPIC, OTHER, ONE), { [ONE]: sequence + 1n, [OTHER]: sequence });
  }
});

test('rows that are older than the newest 100,000 are read from the table', async () => {
  const ids = Array.from({ length: 101_000 }, (_, n) => `case-with-a-long-name-${n}`);
  for (let from = 0; from < ids.length; from += 20_000) await step(ids.slice(from, from + 20_000).map((id) => opened(id, `R${id.length}`)));
  const changed = [ids[0]!, ids[500]!, ids[999]!, ids[1_000]!, ids.at(-1)!];
  assert.deepEqual(await sequences(CASE_TOPIC, ...changed), Object.fromEntries(changed.map((id) => [id, 1n])));
  assert.deepEqual(await step(changed.map((id) => classified(id, 2n, 'TREE'))), changed.flatMap((id) => [`-1 ${id} 2 R${id.length} ?`, `1 ${id} 2 R${id.length} TREE`]));
  assert.deepEqual(await sequences(CASE_TOPIC, ...changed), Object.fromEntries(changed.map((id) => [id, 2n])));
});

test('what came in many small steps is found, whether it is still kept or has to be read', async () => {
  for (let n = 0; n < 1_200; n++) await step([opened(`case-${n}`)]);
  assert.deepEqual(await step([classified('case-3', 2n, 'TREE'), classified('case-1199', 2n, 'TREE')]), ['-1 case-3 2 R1 ?', '1 case-3 2 R1 TREE', '-1 case-1199 2 R1 ?', '1 case-1199 2 R1 TREE']);
});

test('where each event is a fact of its own, nothing is taken back, and the last one tells how the subject stands', async () => {
  assert.deepEqual(await step([toppedUp('a', 1n), toppedUp('a', 2n)]), ['1 a 1 ? ?', '1 a 2 ? ?'].map((text) => text.replaceAll('?', 'undefined').replaceAll('undefined', '?')));
  assert.deepEqual(await sequences(POSTING_TOPIC, 'a'), { a: 2n });
  await step([change('charge_facts', { subject: 'a', sequence: 3n, eventId: 'a:3:0' }, { account_no: 'a' })]);
  assert.deepEqual(await sequences(POSTING_TOPIC, 'a'), { a: 3n });
  assert.deepEqual(await sequences(CASE_TOPIC, 'a'), {});
});

test('how a subject stands that no fact tells of: by its topic, until a fact tells more', async () => {
  await step([opened('a')], [{ topic: CASE_TOPIC, subject: 'a', sequence: 1n, blockedAt: 2n, incomplete: undefined }, { topic: MESSAGE_TOPIC, subject: 'a', sequence: 7n, incomplete: '3: a test' }]);
  const stands = async (topic: string): Promise<unknown> => [...(await subjects.find(topic, ['a'])).values()];
  for (const again of [async () => {}, restart]) {
    await again();
    assert.deepEqual(await stands(CASE_TOPIC), [{ sequence: 1n, blockedAt: 2n, incomplete: undefined }]);
    assert.deepEqual(await stands(MESSAGE_TOPIC), [{ sequence: 7n, blockedAt: undefined, incomplete: '3: a test' }]);
  }
  await step([classified('a', 2n, 'TREE')]);
  assert.deepEqual(await stands(CASE_TOPIC), [{ sequence: 2n, blockedAt: undefined, incomplete: undefined }]);
});
