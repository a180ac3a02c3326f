import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@youdian/telemetry';
import { listDeadLetters, replay } from './dead-letter-tool.ts';
import type { InRecord, OutRecord } from './event.ts';
import { startServers, type Servers } from './it-servers.ts';
import { until } from './it-support.ts';
import { connect, type Kafka } from './kafka.ts';
import type { PlainRecord } from './plain.ts';

const log = createLogger('test', 'silent');
const TOPIC = `billing-center.charges-${process.pid}.v1`;
let servers: Servers;
let kafka: Kafka;

before(async () => {
  servers = await startServers();
  kafka = connect({ brokers: [servers.brokers], clientId: 'test', log });
  await kafka.ensureTopics([{ topic: TOPIC, partitions: 3 }]);
});
after(async () => {
  await kafka?.close();
  await servers?.stop();
});

interface Charge { chargeId: string; accountNo: string }

const chargeRecord = (charge: object, key: string): OutRecord =>
  ({ key, value: Buffer.from(JSON.stringify(charge)), headers: { ce_specversion: '1.0', ce_id: `charge-${key}`, ce_type: 'youdian.billing.v1.Charge' } });

function decode({ value }: InRecord): Charge {
  const charge = JSON.parse(String(value)) as Partial<Charge>;
  if (!charge.chargeId) throw new TypeError('chargeId is missing');
  return charge as Charge;
}

test('charges from outside: all are taken, bad ones become dead letters, an outage loses none, a replay brings one back', async () => {
  const group = `billing-${process.pid}`;
  const publisher = kafka.publisher({ source: '/billing-center' });
  const taken = new Map<string, PlainRecord<Charge>>();
  let away = true;
  let accountKnown = false;
  const subscription = kafka.consumePlain<Charge>({
    group, topic: TOPIC, decode,
    onBatch: async (batch) => {
      if (away) throw new Error('the ledger is away');
      const poison = batch.filter(({ value }) => value.accountNo === '404' && !accountKnown).map((record) => ({ record, reason: 'account unknown' }));
      for (const record of batch) if (!poison.some((bad) => bad.record === record)) taken.set(record.value.chargeId, record);
      return poison;
    },
  });
  const good = Array.from({ length: 200 }, (_, i) => chargeRecord({ chargeId: `c${i}`, accountNo: String(i % 9) }, String(i % 9)));
  await publisher.records(TOPIC, [...good.slice(0, 100), chargeRecord({}, '3'), chargeRecord({ chargeId: 'c404', accountNo: '404' }, '404'), ...good.slice(100)]);
  await until(() => subscription.status().state === 'waiting' && /ledger is away/.test(subscription.status().reason ?? ''), 30_000, () => subscription.status());
  away = false;
  await until(() => taken.size === 200);
  assert.equal(taken.get('c7')?.header('ce_id'), 'charge-7');
  assert.equal(taken.get('c7')?.key, '7');
  const target = { brokers: [servers.brokers], group, log };
  await until(async () => (await listDeadLetters(target)).length === 2);
  const letters = await listDeadLetters(target);
  assert.deepEqual(letters.map(({ reason }) => reason).sort(), ['TypeError: chargeId is missing', 'account unknown']);
  accountKnown = true;
  await replay({ ...target, ids: [letters.find(({ reason }) => reason === 'account unknown')!.id] });
  await until(() => taken.has('c404'));
  await subscription.stop();

  const again = new Set<string>();
  const second = kafka.consumePlain<Charge>({ group, topic: TOPIC, decode, onBatch: async (batch) => { for (const { value } of batch) again.add(value.chargeId); } });
  await second.ready;
  await publisher.records(TOPIC, [chargeRecord({ chargeId: 'c-new', accountNo: '1' }, '1')]);
  await until(() => again.size > 0);
  assert.deepEqual([...again], ['c-new'], 'a restart goes on where the group was');
  await second.stop();
});

test('offsets that are out of the topic\'s range stop a group from outside, in words, instead of a silent reset', async () => {
  const group = `expired-${process.pid}`;
  const take = () => kafka.consumePlain<Charge>({ group, topic: TOPIC, decode, onBatch: async () => {} });
  const first = take();
  await first.ready;
  await until(async () => (await kafka.committedOffsets(group, [TOPIC])).some(({ offset }) => offset > 0n));
  await first.stop();
  const publisher = kafka.publisher({ source: '/billing-center' });
  await publisher.records(TOPIC, Array.from({ length: 30 }, (_, i) => chargeRecord({ chargeId: `x${i}`, accountNo: '1' }, String(i))));
  await kafka.deleteRecords(TOPIC, (await kafka.offsets(TOPIC)).map(({ partition, latest }) => ({ partition, offset: latest })));
  const second = take();
  await until(() => second.status().state === 'waiting' && /is outside/.test(second.status().reason ?? ''), 20_000, () => second.status());
  await second.stop();
});
