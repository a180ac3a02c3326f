import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AnalyticsServiceService, QueryRequest, type QueryResponse } from '@youdian/contracts-analytics/analytics';
import { AnalyticsUpkeepServiceService, type Rebuild } from '@youdian/contracts-analytics/upkeep';
import { connect, type Kafka, type KafkaPublisher } from '@youdian/messaging';
import type { Rejected } from '@youdian/rejection';
import { connectService, type Calls } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import { start, startInfrastructure, startService, type Infrastructure, type RunningService } from '@youdian/testing';
import { toSixDigits } from './testing/figures.ts';
import { largeStory, shuffled } from './testing/large-story.ts';
import { QUESTIONS } from './testing/questions.ts';
import { recount } from './testing/recount.ts';
import { TOPICS } from './topics.ts';

/** The service as its own process, on real Kafka. */
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const story = largeStory({ seed, cases: 1_500, accounts: 60 });
const folder = mkdtempSync(join(tmpdir(), 'youdian-analytics-'));
const ACTOR = { actor: 'analyst:A01' };
let infrastructure: Infrastructure;
let kafka: Kafka;
let publisher: KafkaPublisher;
let service: RunningService;
let client: Calls<typeof AnalyticsServiceService> | undefined;

const environment = (): Record<string, string> => ({
  KAFKA_BROKERS: infrastructure.brokers, DATA_DIR: folder,
  // No owner answers here: nothing that is asked of them may be needed.
  CUSTOMER_PROFILE_GRPC: '127.0.0.1:1', SERVICE_DESK_GRPC: '127.0.0.1:1', PREPAID_BILLING_GRPC: '127.0.0.1:1', NOTIFICATION_GRPC: '127.0.0.1:1',
});

before(async () => {
  infrastructure = await startInfrastructure();
  await startAnalytics();
  kafka = connect({ brokers: [infrastructure.brokers], clientId: 'test', log: createLogger('test', 'silent') });
  publisher = kafka.publisher({ source: '/youdian/test' });
});
after(async () => {
  client?.close();
  await service?.stop();
  await kafka?.close();
  await infrastructure?.stop();
  rmSync(folder, { recursive: true });
});

async function startAnalytics(env: Record<string, string> = {}): Promise<void> {
  client?.close();
  service = await startService('analytics', { ...environment(), ...env });
  client = connectService(AnalyticsServiceService, service.grpc);
}

const ask = (asked: Partial<QueryRequest>): Promise<QueryResponse> =>
  client!.query(QueryRequest.fromPartial({ statistic: 'faults', ...asked }), ACTOR);

/** Says on every partition that all before has been published, and waits until the answers know. */
async function completeTo(through: string): Promise<void> {
  const time = new Date(through);
  for (const topic of TOPICS) await publisher.progress(topic, time);
  const limit = Date.now() + 60_000;
  for (;;) {
    const { watermark } = await ask({ statistic: 'consultations', groupBy: ['usageNature'] });
    const others = await Promise.all(['faults', 'top-ups', 'messages'].map(async (statistic) => (await ask({ statistic })).watermark));
    if ([watermark, ...others].every((reached) => reached && reached >= time)) return;
    assert.ok(Date.now() < limit, `the watermark is ${watermark?.toISOString()}\n${service.output().slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function assertFigures(): Promise<void> {
  const counted = recount(story.events);
  for (const question of QUESTIONS) {
    const { rows } = await ask(question as Partial<QueryRequest>);
    const table = rows.map(({ keys, values }) => `${keys.join(',')}: ${values.join(',')}`);
    assert.deepEqual(toSixDigits(table).sort(), counted(question), JSON.stringify(question));
  }
}

test(`events doubled, and in any order of their subjects, give the figures of a recount, with the watermark (seed ${seed})`, async () => {
  assert.equal((await ask({})).watermark, undefined, 'nobody has reported yet');
  const mixed = shuffled(story, seed);
  const half = mixed.length >> 1;
  await publisher.publish(mixed.slice(0, half));
  await publisher.publish(mixed.slice(half >> 1, half)); // again
  await publisher.publish(mixed.slice(half));
  await completeTo('2026-11-24T01:00:00Z');
  await assertFigures();
  const { revision, watermark, dimensions, measures } = await ask({ groupBy: ['cause'] });
  assert.match(revision, /^\d+\.\d+$/);
  assert.equal(watermark?.toISOString(), '2026-11-24T01:00:00.000Z');
  assert.deepEqual([dimensions, measures], [['cause'], ['count', 'customersAffected', 'restoreMinutesMean', 'withinCommitment']]);
});

test('killed with -9 and started again, it goes on where it was, and each figure is right', async () => {
  const began = (await ask({})).revision.split('.')[0];
  for (const killAt of ['facts.written-not-committed:2', 'facts.committed:2']) {
    await service.kill();
    await startAnalytics({ YOUDIAN_KILL_AT: killAt });
    const ended = new Promise((resolve) => service.child.once('exit', (_, signal) => resolve(signal)));
    const moment = () => new Promise((resolve) => setTimeout(resolve, 150));
    // A few at a time: what comes together is one transaction.
    for (let n = 0; n < 200 && service.child.exitCode === null && service.child.signalCode === null; n++) {
      story.opened(`after-${killAt}-${n}`, { kind: 'FAULT', openedAt: '2026-11-24T00:30:00Z', regionId: 'R1', lineId: 'R1-L1' });
      await publisher.publish(story.events.slice(-1));
      await moment();
    }
    assert.equal(await ended, 'SIGKILL');
  }
  await startAnalytics();
  await completeTo('2026-11-24T02:00:00Z');
  await assertFigures();
  assert.equal((await ask({})).revision.split('.')[0], began, 'the same epoch: nothing was rebuilt');
});

test('a question that cannot be answered comes back with its field and with what would work', async () => {
  await assert.rejects(ask({ statistic: 'tiers' }), (error: Rejected) => error.rejection.kind === 'unknown' && /faults, consultations/.test(error.rejection.en));
  await assert.rejects(ask({ groupBy: ['colour'] }), (error: Rejected) => error.rejection.kind === 'invalid' && error.rejection.field === 'groupBy');
  await assert.rejects(ask({ filters: { month: "2026-11' OR 1=1" } }), (error: Rejected) => error.rejection.field === 'month' && /2026-11/.test(error.rejection.zh));
  await assert.rejects(client!.query(QueryRequest.fromPartial({ statistic: 'faults' }), { actor: 'kiosk:K1' }),
    (error: Rejected) => error.rejection.kind === 'forbidden');
  assert.equal((await ask({ groupBy: ['region'] })).rows.length, 6, 'and it goes on answering');
});

test('the catalogue says what can be asked, in both languages', async () => {
  const { statistics } = await client!.getCatalogue({}, ACTOR);
  assert.deepEqual(statistics.map(({ id }) => id).slice(0, 6), ['faults', 'consultations', 'complaints', 'top-ups', 'charges', 'messages']);
  for (const { zh, en, measures, dimensions } of statistics) {
    for (const name of [{ zh, en }, ...measures, ...dimensions]) assert.ok(/[\u4e00-\u9fff]/.test(name.zh) && /^[A-Z]/.test(name.en), JSON.stringify(name));
    assert.ok(measures.every(({ unit, formula }) => unit !== '' && formula !== ''));
  }
});

test('facts are made anew from the archive beside the running ones, are equal, and take their place; an epoch is new', async () => {
  const upkeep = connectService(AnalyticsUpkeepServiceService, service.grpc);
  try {
    await assert.rejects(upkeep.startRebuild({ acceptDifferences: false }, { ...ACTOR, idempotencyKey: 'r1' }), (error: Rejected) => error.rejection.kind === 'forbidden');
    const epoch = Number((await ask({})).revision.split('.')[0]);
    const keeper = { actor: 'admin:A1' };
    await upkeep.startRebuild({ acceptDifferences: false }, { ...keeper, idempotencyKey: 'r1' });
    const limit = Date.now() + 60_000;
    let rebuild: Rebuild;
    do {
      await new Promise((resolve) => setTimeout(resolve, 100));
      rebuild = (await upkeep.getRebuild({}, keeper)).rebuild!;
      assert.ok((await ask({ groupBy: ['region'] })).rows.length === 6, 'questions are answered meanwhile');
      if (rebuild.state === 'REBUILD_STATE_REPLAYING') await assert.rejects(upkeep.startRebuild({ acceptDifferences: false }, { ...keeper, idempotencyKey: 'r2' }), /RUNNING|running/);
    } while (!['SWITCHED', 'DIFFERENT', 'FAILED'].includes(rebuild.state.slice('REBUILD_STATE_'.length)) && Date.now() < limit);
    assert.equal(rebuild.state, 'REBUILD_STATE_SWITCHED', `${rebuild.reason}\n${service.output().slice(-3_000)}`);
    assert.ok(rebuild.tables.every(({ equal, rowsBefore, rowsAfter }) => equal && rowsBefore === rowsAfter));
    assert.ok(rebuild.eventsDone >= BigInt(story.events.length), `${rebuild.eventsDone} of ${story.events.length}`);
    assert.equal((await upkeep.startRebuild({ acceptDifferences: false }, { ...keeper, idempotencyKey: 'r1' })).rebuild!.state, 'REBUILD_STATE_SWITCHED', 'a retry starts nothing');
    assert.ok(Number((await ask({})).revision.split('.')[0]) > epoch);
    const { partitions, missing, trouble } = await upkeep.getArchive({}, keeper);
    assert.deepEqual([partitions.length, missing, trouble], [TOPICS.length * 6, 0n, '']);
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.duckdb')).length, 1, 'the old file is gone');
  } finally {
    upkeep.close();
  }
  await assertFigures();
  await completeTo('2026-11-24T03:00:00Z');
  await service.kill();
  await startAnalytics();
  await completeTo('2026-11-24T04:00:00Z');
  await assertFigures();
});

test('a second service on the same folder stops at once and says why', async () => {
  const main = new URL('./main.ts', import.meta.url).pathname;
  const second = start(process.execPath, [main], { PATH: process.env['PATH'], ...environment() });
  await second.said(/is in use by another process/, 20_000);
  await new Promise((resolve) => (second.child.exitCode === null ? second.child.once('exit', resolve) : resolve(undefined)));
  assert.equal(second.child.exitCode, 1);
});
