import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import smpp from 'smpp';
import { startKafka, startMongo, startSmsc } from './index.ts';

delete process.env['KAFKA_BROKERS'];
delete process.env['MONGODB_URI'];

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'youdian-launcher-'));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const client = (brokers: readonly string[]) => new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });

test('Kafka comes up on its own data again: after a kill -9, and after a stop', async (context) => {
  const dataDir = folder(context);
  const first = await startKafka({ dataDir });
  const admin = client(first.brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 't', numPartitions: 1 }] });
  const producer = client(first.brokers).producer();
  await producer.connect();
  await producer.send({ topic: 't', acks: -1, messages: [{ value: 'kept' }] });
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  await first.nodes[0]!.kill();
  await first.nodes[0]!.start();
  await first.stop();

  const second = await startKafka({ dataDir });
  context.after(() => second.stop());
  assert.deepEqual(second.brokers, first.brokers);
  const again = client(second.brokers).admin();
  await again.connect();
  assert.deepEqual((await again.fetchTopicOffsets('t')).map(({ high }) => high), ['1']);
  await again.disconnect();
});

test('three Kafka nodes are one cluster', async (context) => {
  const cluster = await startKafka({ nodes: 3, dataDir: folder(context) });
  context.after(() => cluster.stop());
  const admin = client(cluster.brokers).admin();
  await admin.connect();
  assert.equal((await admin.describeCluster()).brokers.length, 3);
  await admin.disconnect();
});

test('MongoDB keeps what it acknowledged over a kill -9', async (context) => {
  const server = await startMongo({ dataDir: folder(context) });
  context.after(() => server.stop());
  const connect = () => new MongoClient(server.databaseUri('t'), { retryWrites: false, writeConcern: { w: 'majority', journal: true } }).connect();
  const before = await connect();
  await before.db().collection('c').insertOne({ a: 1 });
  await server.kill();
  await before.close();
  await server.start();
  const after = await connect();
  assert.equal((await after.db().collection('c').findOne())?.['a'], 1);
  await after.close();
});

test('the SMSC takes a message once, also when it is repeated, and sends its receipt', async (context) => {
  const smsc = await startSmsc();
  const sessions: { destroy(): void }[] = [];
  // Sessions first: one whose server ends under it has an error to tell.
  context.after(() => (sessions.forEach((session) => session.destroy()), smsc.stop()));
  const [host, port] = smsc.address.split(':');
  const session = (smpp as any).connect({ host, port: Number(port) });
  sessions.push(session);
  const ask = (command: string, fields: object) => new Promise<any>((resolve) => session[command](fields, resolve));
  await new Promise((resolve) => session.on('connect', resolve));
  assert.equal((await ask('bind_transceiver', { system_id: 'x', password: 'wrong' })).command_status !== 0, true);
  const right = (smpp as any).connect({ host, port: Number(port) });
  sessions.push(right);
  await new Promise((resolve) => right.on('connect', resolve));
  const say = (command: string, fields: object) => new Promise<any>((resolve) => right[command](fields, resolve));
  assert.equal((await say('bind_transceiver', { system_id: 'x', password: 'youdian' })).command_status, 0);
  const receipt = new Promise<any>((resolve) => right.on('deliver_sm', (pdu: any) => (right.send(pdu.response()), resolve(pdu))));
  const sms = { source_addr: '95598', destination_addr: '13900000001', data_coding: 8, registered_delivery: 1, user_message_reference: 7, short_message: '余额不足' };
  const { message_id: messageId } = await say('submit_sm', sms);
  assert.equal((await say('submit_sm', sms)).message_id, messageId);
  assert.equal((await receipt).receipted_message_id, messageId);
  const messages = await smsc.messages();
  assert.deepEqual(messages.map(({ to, text }) => [to, text]), [['13900000001', '余额不足']]);
});
