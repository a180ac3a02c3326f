import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startKafka, type KafkaCluster } from '@youdian/launcher';
import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';
import { canonical, chained, postingOf, type Headers } from './verify.ts';

const POSTINGS = 'prepaid-billing.posting.v1';
const DAYS = 'prepaid-billing.day.v1';
const KINDS = ['TOP_UP', 'TOP_UP_REVERSED', 'CHARGE', 'CHARGE_ADJUSTED', 'REFUND', 'TRANSFER_OUT', 'TRANSFER_IN', 'TRANSFER_RETURNED', 'ACCOUNT_CLOSED', 'CORRECTION'];
const NO_POSTINGS = '0'.repeat(64);
const folder = mkdtempSync(join(tmpdir(), 'youdian-billing-center-'));
let kafka: KafkaCluster;
let client: Kafka;

before(async () => {
  kafka = await startKafka();
  client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [POSTINGS, DAYS].map((topic) => ({ topic, numPartitions: 6 })) });
  await admin.disconnect();
});
after(async () => {
  await kafka.stop();
  rmSync(folder, { recursive: true });
});

function event(type: string, subject: string, sequence: number, data: object, extensions: Headers = {}): Message & { headers: Record<string, string>; value: string } {
  return {
    key: subject,
    value: JSON.stringify(data),
    headers: {
      ce_specversion: '1.0', ce_id: `test:${type}:${subject}:${sequence}`, ce_source: '/youdian/prepaid-billing', ce_type: `youdian.billing.v1.${type}`, ce_subject: subject,
      ce_sequence: String(sequence), ce_time: '2026-03-02T04:00:00.000Z', 'content-type': 'application/json', ...extensions,
    },
  };
}

/** The shard's top-ups of one day, one account each, so that they are in several partitions. */
function topUps(shard: number, first: number, last: number, postedOn: string) {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const sequence = first + index;
    const accountNo = String(shard * 1_000 + sequence).padStart(10, '0');
    const data = { postingId: `0${shard}-${sequence}`, accountNo, amountFen: '100', balanceFen: '100', invoiceNo: `0${shard}-${String(sequence).padStart(8, '0')}`, postedOn, postedAt: `${postedOn}T04:00:00.000Z` };
    return event('TopUpPosted', accountNo, 1, data, { ce_shard: String(shard), ce_shardsequence: String(sequence), ce_postedon: postedOn });
  });
}

function dayClosed(shard: number, barrier: number, day: string, postings: ReturnType<typeof topUps>) {
  const sequences = postings.map(({ headers }) => Number(headers['ce_shardsequence']));
  const totals = KINDS.map((kind) => ({ kind, ...(kind === 'TOP_UP' && postings.length > 0 && { count: String(postings.length), amountFen: String(postings.length * 100) }) }));
  const digest = postings.reduce((before, { headers, value }) => chained(before, canonical(postingOf(headers, value))), NO_POSTINGS);
  const range = postings.length > 0 ? { firstShardSequence: String(sequences[0]), lastShardSequence: String(sequences.at(-1)) } : {};
  return event('DayClosed', `0${shard}`, barrier, { day, ...(shard > 0 && { shard }), shards: 2, ...range, totals, digest });
}

async function publish(topic: string, messages: Message[]): Promise<void> {
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages });
  await producer.disconnect();
}

/** `PYTHON_CONSUMER=…/bin/python3` tries consumer.py instead, with a Python that has requirements.txt. */
function consumer(state: string): Promise<{ code: number | null; out: string[] }> {
  const python = process.env['PYTHON_CONSUMER'];
  const child = spawn(python ?? process.execPath, [join(import.meta.dirname, python ? 'consumer.py' : 'consumer.ts'), '--brokers', kafka.brokers.join(','), '--state', join(folder, state), '--once']);
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  // What the client library has to say of a group whose coordinator is not up yet.
  child.stderr.pipe(process.stderr);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out: out.split('\n').filter((line) => line !== '').sort() })));
}

const one = topUps(0, 1, 20, '2026-03-02');
const two = topUps(1, 1, 5, '2026-03-02');

test('the days of both shards match; a second run reads on, and finds what is missing and what differs', async () => {
  const progress = { key: null, value: '{"through":"2026-03-02T04:00:00.000Z"}', headers: { ce_specversion: '1.0', ce_type: 'youdian.platform.v1.Progress' }, partition: 3 };
  await publish(DAYS, [dayClosed(0, 1, '2026-03-02', one), dayClosed(1, 1, '2026-03-02', two)]);
  await publish(POSTINGS, [...two, progress, ...one.toReversed(), ...one.slice(3, 9)]);
  const first = await consumer('first');
  assert.deepEqual(first, { code: 0, out: ['2026-03-02 shard 0 OK: 20 postings', '2026-03-02 shard 1 OK: 5 postings', '2026-03-02 whole: 2 of 2 shards'] });
  assert.deepEqual(await consumer('first'), { code: 0, out: [] });

  const [kept, lost] = topUps(0, 21, 22, '2026-03-03');
  const changed = topUps(1, 6, 6, '2026-03-03');
  await publish(DAYS, [dayClosed(0, 2, '2026-03-03', [kept!, lost!]), dayClosed(1, 2, '2026-03-03', changed)]);
  await publish(POSTINGS, [kept!, { ...changed[0]!, value: changed[0]!.value.replace('"amountFen":"100"', '"amountFen":"101"') }]);
  const second = await consumer('first');
  assert.equal(second.code, 1);
  assert.match(second.out.join('\n'), /^1 days of shards differ\n2026-03-03 shard 1 DIFFERS: the sum of TOP_UP is 101 here and 100 in the ledger; the digest is .*\nshard 0: posting 22 is missing$/);

  await publish(POSTINGS, [lost!]);
  assert.deepEqual(await consumer('first'), { code: 1, out: ['1 days of shards differ', '2026-03-03 shard 0 OK: 2 postings'] });
  const anew = await consumer('anew');
  assert.deepEqual([anew.code, anew.out.filter((line) => line.includes('OK')).length, anew.out.filter((line) => line.includes('DIFFERS')).length], [1, 3, 1]);
});
