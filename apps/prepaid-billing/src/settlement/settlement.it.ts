/** A real MongoDB and the service's own shards, with a clock that goes on to the next day. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openCommitLog } from '@youdian/commit-log';
import { startMongo, type MongoServer } from '@youdian/launcher';
import type { Event } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { eventually } from '@youdian/testing';
import { MongoClient } from 'mongodb';
import { POSTING_TOPIC } from '../ledger/events.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { THRESHOLD_FEN } from '../ledger/ledger-fixture.ts';
import { decided } from '../shards/decided.ts';
import { openShards, type OpenShards } from '../shards/open.ts';
import { settlementService } from './grpc.ts';

const SHARDS = 2;
const MONDAY = new Date('2026-03-02T04:00:00Z');
const TUESDAY = new Date('2026-03-03T04:00:00Z');
const THURSDAY = new Date('2026-03-05T04:00:00Z');
const CALL = { actor: { role: 'integrator', id: 'B1', name: 'integrator:B1' }, idempotencyKey: '' };

const published: Event[] = [];
let now = MONDAY;
let mongo: MongoServer;
let client: MongoClient;
let shards: OpenShards;
let methods: ReturnType<typeof settlementService>['methods'];

before(async () => {
  mongo = await startMongo();
  client = await new MongoClient(mongo.uri, { retryWrites: false, useBigInt64: true }).connect();
  const log = await openCommitLog({ db: client.db('settlement'), clock: () => now });
  const publisher = { publish: async (events: readonly Event[]) => void published.push(...events), progress: async () => {} };
  shards = await openShards(log, SHARDS, { publisher, owner: 'test' });
  methods = settlementService(shards, shards.all.map(({ history }) => history)).methods;
  await eventually('both shards are owned', () => shards.all.every(({ owned }) => owned));
  for (const at of [MONDAY, TUESDAY, THURSDAY]) {
    now = at;
    await Promise.all(Array.from({ length: 40 }, (_, n) => topUp((n % 7) + 1, 100n + BigInt(n), `${at.getTime()}-${n}`)));
  }
});
after(async () => {
  await shards.close();
  await client.close();
  await mongo.stop();
});

function topUp(account: number, amountFen: bigint, key: string) {
  const accountNo = String(account).padStart(10, '0');
  const command = { key, inputHash: Buffer.from(key), accountNo, amountFen, channel: 'TOP_UP_CHANNEL_COUNTER' as const, collectorId: 'C01', openWithFen: THRESHOLD_FEN };
  return decided(shards.of(accountNo), (ledger, at) => decideTopUp(ledger, command, { at, actor: 'cashier:C01' }));
}

async function file(day: string): Promise<string[][]> {
  const pieces: { content: Buffer }[] = await Array.fromAsync(methods['getSettlementFile']!.handle({ day }, CALL));
  const lines = Buffer.concat(pieces.map(({ content }) => content)).toString().trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

test('the file of a closed day is what its events say, and its digests come out', async () => {
  const [header, ...lines] = await file('2026-03-02');
  assert.ok(lines.every((line) => line.length === header!.length));
  const ofMonday = published.filter(({ topic, extensions }) => topic === POSTING_TOPIC && extensions!['ce_postedon'] === '2026-03-02');
  const numbered = (rows: readonly { shard: string; sequence: string; accountNo: string; amountFen: string }[]) => rows.map((row) => Object.values(row).join(' ')).sort();
  assert.equal(ofMonday.length, 40);
  assert.deepEqual(
    numbered(lines.filter(([record]) => record === 'POSTING').map(([, shard, sequence, , accountNo, amountFen]) => ({ shard: shard!, sequence: sequence!, accountNo: accountNo!, amountFen: amountFen! }))),
    numbered(ofMonday.map(({ subject, extensions, data }) => ({ shard: extensions!['ce_shard']!, sequence: extensions!['ce_shardsequence']!, accountNo: subject, amountFen: JSON.parse(Buffer.from(data).toString()).amountFen }))),
  );
  for (const shard of ['0', '1']) {
    const mine = lines.filter((line) => line[1] === shard);
    const postings = mine.filter(([record]) => record === 'POSTING');
    const digest = postings.reduce((before, line) => createHash('sha256').update(before).update(line.slice(1, 11).join('|')).digest(), Buffer.alloc(32));
    const day = mine.at(-1)!;
    assert.deepEqual([day[0], day[2], day[8], day[11], day[12], day[13]], ['DAY', postings[0]![2], '2026-03-02', String(postings.length), postings.at(-1)![2], digest.toString('hex')]);
    const total = mine.find(([record, , , kind]) => record === 'TOTAL' && kind === 'TOP_UP')!;
    assert.deepEqual([total[5], total[11]], [String(postings.reduce((sum, line) => sum + BigInt(line[5]!), 0n)), String(postings.length)]);
  }
});

test('a day without postings has its totals; a day that is not over, or never was the ledger’s, has no file', async () => {
  const lines = await file('2026-03-04');
  assert.deepEqual(lines.filter(([record]) => record === 'DAY').map((line) => [line[1], line[2], line[11], line[13]]), [['0', '0', '0', '0'.repeat(64)], ['1', '0', '0', '0'.repeat(64)]]);
  for (const [day, code] of [['2026-03-05', 'DAY_NOT_CLOSED'], ['2026-03-01', 'DAY_NOT_CLOSED'], ['2026-02-30', 'PERIOD_INVALID']] as const) {
    await assert.rejects(file(day), (error: unknown) => error instanceof Rejected && error.rejection.code === code && error.rejection.field === 'day');
  }
});

test('a shard is replayed from any of its postings on, as it was published', async () => {
  const replay = async (shard: number, fromShardSequence: bigint) => {
    const answers: { event: Event }[] = await Array.fromAsync(methods['replayShard']!.handle({ shard, fromShardSequence }, CALL));
    return answers.map(({ event }) => [event.id, event.extensions!['ce_shardsequence']]);
  };
  for (const shard of [0, 1]) {
    const mine = published.filter(({ topic, extensions }) => topic === POSTING_TOPIC && extensions!['ce_shard'] === String(shard)).map(({ id, extensions }) => [id, extensions!['ce_shardsequence']]);
    for (const from of [0, 1, 2, Math.floor(mine.length / 2), mine.length, mine.length + 1]) assert.deepEqual(await replay(shard, BigInt(from)), mine.slice(Math.max(0, from - 1)), `from ${from}`);
  }
  await assert.rejects(replay(2, 1n), (error: unknown) => error instanceof Rejected && error.rejection.code === 'SHARD_UNKNOWN');
});
