import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Client, credentials } from '@grpc/grpc-js';
import { EventHistoryServiceService } from '@youdian/contracts-platform/event_history';
import { type Rejected } from '@youdian/rejection';
import { connectService } from './index.ts';

/** A whole service in its own process: it refuses, answers, reflects, reports and drains. */
const env = { PATH: process.env['PATH'], GREETING: 'hello', LOG_LEVEL: 'info' };
const fixture = new URL('./fixture-service.ts', import.meta.url).pathname;
const service = spawn(process.execPath, [fixture], { env, stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
service.stdout.on('data', (chunk: Buffer) => (output += chunk));
const logged = (key: string) => new RegExp(`"${key}":"([^"]+)"`).exec(output)?.[1];

before(async () => {
  while (!output.includes('"msg":"ready"')) await once(service.stdout, 'data');
});
after(() => service.kill('SIGKILL'));

const ask = (path: string) => fetch(`http://${logged('admin')}${path}`);

test('a missing variable stops the service at once, with its name', async () => {
  const { GREETING: _, ...without } = env;
  const child = spawn(process.execPath, [fixture], { env: without, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk));
  const [code] = await once(child, 'close');
  assert.equal(code, 78);
  assert.match(said, /GREETING is missing/);
});

test('health, readiness and metrics are on the admin port', async () => {
  assert.equal((await ask('/livez')).status, 200);
  assert.deepEqual(await (await ask('/readyz')).json(), { status: 'ready', waiting: {} });
  assert.match(await (await ask('/metrics')).text(), /process_cpu_user_seconds_total/);
});

test('who says nothing of himself, or has not the role, is refused with the way out', async () => {
  const client = connectService(EventHistoryServiceService, logged('grpc')!);
  const read = async (actor: string) => {
    for await (const answer of client.read({ topic: 't', subject: 's', fromSequence: 1n }, { actor })) return answer;
    return undefined;
  };
  await assert.rejects(read('nobody'), (error: Rejected) => error.rejection.code === 'ACTOR_MISSING');
  await assert.rejects(read('cashier:C01'), (error: Rejected) => {
    assert.equal(error.rejection.kind, 'forbidden');
    assert.match(error.rejection.zh, /service/);
    return true;
  });
  assert.equal((await read('service:test'))?.event?.subject, 's');
  client.close();
});

test('a service that is not there is "unavailable: retry with the same key", not an internal error', async () => {
  const client = connectService(EventHistoryServiceService, '127.0.0.1:1');
  await assert.rejects(
    async () => {
      for await (const _ of client.read({ topic: 't', subject: 's', fromSequence: 1n }, { actor: 'service:test', deadlineMs: 500 })) break;
    },
    (error: Rejected) => error.rejection.kind === 'unavailable' && /same Idempotency-Key/.test(error.rejection.en),
  );
  client.close();
});

test('a database that does not answer is "unavailable: retry with the same key" too, wherever it was asked', async () => {
  const client = connectService(EventHistoryServiceService, logged('grpc')!);
  await assert.rejects(
    async () => {
      for await (const _ of client.read({ topic: 't', subject: 'away', fromSequence: 1n }, { actor: 'service:test' })) break;
    },
    (error: Rejected) => error.rejection.code === 'STORE_UNAVAILABLE' && error.rejection.kind === 'unavailable',
  );
  client.close();
});

test('gRPC health says SERVING', async () => {
  const client = new Client(logged('grpc')!, credentials.createInsecure());
  const status = await new Promise<number>((resolve, reject) =>
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', () => Buffer.alloc(0), (bytes) => bytes[1]!, {}, (error, value) => (error ? reject(error) : resolve(value!))),
  );
  assert.equal(status, 1);
  client.close();
});

test('gRPC reflection names the services and knows their files', async () => {
  const client = new Client(logged('grpc')!, credentials.createInsecure());
  const same = (bytes: Buffer) => bytes;
  const ask = (field: number, text: string) =>
    new Promise<string>((resolve, reject) => {
      const call = client.makeBidiStreamRequest('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', same, same);
      call.on('data', (answer: Buffer) => (call.end(), resolve(answer.toString('latin1')))).on('error', reject);
      call.write(Buffer.concat([Buffer.from([(field << 3) | 2, text.length]), Buffer.from(text)]));
    });
  const [fileContainingSymbol, listServices] = [4, 7];
  assert.match(await ask(listServices, '*'), /youdian\.platform\.v1\.EventHistoryService/);
  assert.match(await ask(fileContainingSymbol, 'youdian.platform.v1.EventHistoryService'), /ReadAllRequest/);
  client.close();
});

test('on SIGTERM it drains and leaves with 0', async () => {
  service.kill('SIGTERM');
  const [code] = await once(service, 'close');
  assert.equal(code, 0);
  assert.match(output, /draining/);
});
