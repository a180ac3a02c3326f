import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Route } from './rest/route.ts';
import { routes } from './routes.ts';
import { send, type Answered } from './testing/client.ts';
import { EXAMPLES } from './testing/examples.ts';
import { serveFakes } from './testing/fake-peers.ts';
import { startGateway, type Gateway } from './testing/gateway-process.ts';

const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const runs = (many: number) => ({ seed, numRuns: process.env['SOAK'] ? many * 10 : many });

let fakes: Awaited<ReturnType<typeof serveFakes>>;
let gateway: Gateway;
before(async () => {
  fakes = await serveFakes();
  gateway = await startGateway(fakes.addresses);
});
after(async () => {
  await gateway?.stop();
  await fakes?.stop();
});

const withBody = routes.filter(({ body }) => body !== undefined);
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', '\0', '__proto__', 'constructor', 'toString', '{"$ne":null}', "' OR 1=1 --", '../../etc/passwd', '%00', '💥', '\ud800', '9'.repeat(40), '-1', '1e309', 'NaN', '2026-02-30T00:00:00Z', '0001-01-01T00:00:00-23:59'),
);
const value = fc.oneof(nasty, fc.jsonValue(), fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, [], {}, [[]], { $gt: '' }));

function assertRefusedWell({ status, type, body }: Answered, what: () => string): void {
  assert.ok(status >= 400 && status < 500, `${what()} → ${status} ${JSON.stringify(body)}`);
  assert.match(type, /^application\/problem\+json/, what());
  assert.match(body.detail, /[\u4e00-\u9fff]/);
  assert.ok(body.detailEn && body.code && body.traceId, JSON.stringify(body));
}

test(`bodies that are no JSON are always refused (seed ${seed})`, async () => {
  const broken = fc.uint8Array({ minLength: 1, maxLength: 200 }).filter((bytes) => !isJson(bytes));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...withBody), broken, async (route, bytes) => {
      assertRefusedWell(await send(gateway.url, route, EXAMPLES[route.operation]!, { body: Buffer.from(bytes) }), () => `${route.operation} ${Buffer.from(bytes).toString('hex')}`);
    }),
    runs(800),
  );
});

test(`a good body with one thing wrong is always refused (seed ${seed})`, async () => {
  const wrong = fc.constantFrom(...withBody).chain((route) => {
    const good = EXAMPLES[route.operation]!.body!;
    const field = fc.constantFrom(...Object.keys(good));
    return fc.tuple(fc.constant(route), fc.oneof(
      fc.tuple(fc.string({ minLength: 1, maxLength: 100 }).filter((key) => !(key in route.body.shape)), value).map(([key, extra]) => JSON.stringify({ ...good, ['x' + key]: extra })),
      field.map((name) => JSON.stringify({ ...good, [name]: { nested: true } })),
      field.map((name) => JSON.stringify({ ...good, [name]: 'x'.repeat(3_000) })),
      fc.constantFrom('null', '[]', '5', '"text"', '[{}]', 'true'),
      fc.constantFrom(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, `{"__proto__":{"a":1}}`, '{"constructor":{}}'),
    ));
  });
  await fc.assert(
    fc.asyncProperty(wrong, async ([route, body]) => {
      assertRefusedWell(await send(gateway.url, route, EXAMPLES[route.operation]!, { body }), () => `${route.operation} ${body.slice(0, 300)}`);
    }),
    runs(1_200),
  );
});

test(`whatever comes is answered or refused, never a mistake of ours (seed ${seed})`, async () => {
  const request = fc.constantFrom(...routes).chain((route) => {
    const { params = {}, query = {}, body = {} } = EXAMPLES[route.operation]!;
    return fc.record({
      route: fc.constant<Route>(route),
      params: fc.record(Object.fromEntries(Object.entries(params).map(([name, good]) => [name, fc.oneof(fc.constant(good), nasty.map(encode))]))),
      query: fc.oneof(fc.constant(query), fc.dictionary(fc.oneof(fc.constantFrom('groupBy', 'from', 'to', 'region', 'pageSize', 'pageToken', 'columns', 'source', 'kind'), nasty), nasty, { maxKeys: 4 })),
      body: fc.record(Object.fromEntries(Object.entries(body).map(([name, good]) => [name, fc.oneof(fc.constant(good), fc.constant(good), value)])), { requiredKeys: [] }),
    });
  });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(request, async ({ route, params, query, body }) => {
      const example = { ...EXAMPLES[route.operation], params, query, ...(route.body ? { body } : {}) };
      const answer = await send(gateway.url, route, example as never);
      if (answer.status < 300) answered += 1;
      else if (answer.status !== 404 || /json/.test(answer.type)) assertRefusedWell(answer, () => `${route.operation} ${JSON.stringify(example)}`);
    }),
    runs(1_500),
  );
  assert.ok(answered > 0, 'some of them were proper requests');
});

test(`headers of every kind are answered or refused (seed ${seed})`, async () => {
  const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)), maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...withBody), fc.record({ 'x-actor': text, 'idempotency-key': text, traceparent: text, 'content-type': fc.oneof(fc.constant('application/json'), text) }, { requiredKeys: [] }), async (route, headers) => {
      const answer = await send(gateway.url, route, EXAMPLES[route.operation]!, { headers });
      if (answer.status >= 300) assertRefusedWell(answer, () => `${route.operation} ${JSON.stringify(headers)}`);
    }),
    runs(400),
  );
});

test(`what is not even HTTP is refused and the connection closed (seed ${seed})`, async () => {
  const port = Number(new URL(gateway.url).port);
  const prefix = fc.constantFrom('', 'GET / HTTP/1.1\r\n', 'POST /api/v1/cases HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n`);
  await fc.assert(
    fc.asyncProperty(prefix, fc.uint8Array({ minLength: 1, maxLength: 300 }), async (start, bytes) => {
      const answer = await speak(port, Buffer.concat([Buffer.from(start), Buffer.from(bytes), Buffer.from('\r\n\r\n')]));
      assert.ok(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer), answer);
    }),
    runs(200),
  );
});

test('after all that it is the same process, alive, and answers', async () => {
  assert.equal(gateway.child.exitCode, null);
  assert.equal((await fetch(`${gateway.admin}/livez`)).status, 200);
  const route = routes.find(({ operation }) => operation === 'topUp')!;
  assert.equal((await send(gateway.url, route, EXAMPLES['topUp']!)).status, 201);
  const metrics = await (await fetch(`${gateway.admin}/metrics`)).text();
  assert.match(metrics, /status="400"/);
  assert.doesNotMatch(metrics, /status="5\d\d"/, 'none of it was a mistake of ours');
});

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** As one part of a path; lone surrogates, which no address can have, are replaced. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, '%2e') || '%20';
}

function speak(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (chunk) => (answer += chunk)).on('error', () => undefined).on('close', () => resolve(answer));
  });
}
