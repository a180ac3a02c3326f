import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { startTelemetry } from '@youdian/telemetry';
import { eventually, start } from '@youdian/testing';
import { z } from 'zod';
import { routes } from './routes.ts';
import { read, send, type Answered } from './testing/client.ts';
import { EXAMPLES } from './testing/examples.ts';
import { arrived, lastArrived } from './testing/fake-methods.ts';
import { BROKEN_DAY, FAKES, OPEN_DAY, serveFake, serveFakes, UNKNOWN_ACCOUNT } from './testing/fake-peers.ts';
import { MAIN, startGateway, type Gateway } from './testing/gateway-process.ts';

let fakes: Awaited<ReturnType<typeof serveFakes>>;
let gateway: Gateway;
let collector: Server;
let stopTelemetry: () => Promise<void>;
const exported: string[] = [];

before(async () => {
  collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk)).on('end', () => (exported.push(text), response.writeHead(200, { 'content-type': 'application/json' }).end('{}')));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
  Object.assign(process.env, otlp);
  stopTelemetry = await startTelemetry('fake');
  fakes = await serveFakes();
  gateway = await startGateway({ ...fakes.addresses, ...otlp });
});
after(async () => {
  await gateway?.stop();
  await fakes?.stop();
  await stopTelemetry?.();
  collector?.close();
});

const routeOf = (operation: string) => routes.find((route) => route.operation === operation)!;
const sendExample = (operation: string, init: Parameters<typeof send>[3] = {}, change: object = {}) =>
  send(gateway.url, routeOf(operation), { ...EXAMPLES[operation], ...change }, init);

function assertProblem(answer: Answered, status: number, code: string, field?: string): void {
  assert.deepEqual([answer.status, answer.body.code, answer.body.field], [status, code, field], JSON.stringify(answer.body));
  assert.match(answer.type, /^application\/problem\+json/);
  assert.equal(answer.body.type, `urn:youdian:problem:${code}`);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.detail, /[\u4e00-\u9fff]/);
  assert.match(answer.body.detailEn, /[a-z]/);
  assert.match(answer.body.traceId, /^[0-9a-f]{32}$/);
}

test('every route answers its example in the form that it documents', async () => {
  for (const route of routes) {
    const { status, type, body, headers } = await sendExample(route.operation);
    assert.equal(status, route.status ?? 200, `${route.operation} ${JSON.stringify(body)}`);
    if (route.contentType) assert.equal(type, route.contentType);
    else assert.doesNotThrow(() => z.strictObject((route.response as z.ZodObject).shape).parse(body), `${route.operation} ${JSON.stringify(body)}`);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('a file arrives under its name; what the owner refuses is a problem, and what breaks off never looks whole', async () => {
  const whole = await sendExample('getSettlementFile');
  assert.deepEqual([whole.body, whole.headers.get('content-disposition')], ['record,shard\nDAY,0\n', 'attachment; filename="settlement-2026-11-24.csv"']);
  assertProblem(await sendExample('getSettlementFile', {}, { params: { day: OPEN_DAY } }), 404, 'DAY_NOT_CLOSED', 'day');
  await assert.rejects(sendExample('getSettlementFile', {}, { params: { day: BROKEN_DAY } }), TypeError);
});

test('a statistic as a file keeps its form, its name and its question', async () => {
  const csv = await sendExample('exportStatistic');
  assert.deepEqual([csv.body, csv.headers.get('content-disposition')], ['片区,数量\r\n城东,3\r\n', 'attachment; filename="faults-1-7.csv"']);
  const xlsx = await sendExample('exportStatistic', {}, { query: { format: 'xlsx', groupBy: 'region,line', from: '2026-11-01', cause: '' } });
  assert.equal(xlsx.type, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  const { query, format } = lastArrived('export').request;
  assert.deepEqual([query.statistic, query.groupBy, query.from, query.to, query.conditions, format], ['faults', ['region', 'line'], '2026-11-01', '', [{ dimension: 'cause', values: [''], exclude: false }], 'EXPORT_FORMAT_XLSX']);
  assertProblem(await sendExample('exportStatistic', {}, { params: { statistic: 'fautls' } }), 404, 'STATISTIC_UNKNOWN', 'statistic');
  assertProblem(await sendExample('exportStatistic', {}, { query: {} }), 400, 'FIELD_MISSING', 'format');
  const facts = await sendExample('exportFacts', {}, { query: { format: 'csv', from: '2026-11-01', region: 'R1,R2', changesSince: '1.5' } });
  assert.deepEqual([facts.body, facts.headers.get('content-disposition')], ['对象\r\ncase-1\r\n', 'attachment; filename="faults-facts-1-7.csv"']);
  const asked = lastArrived('exportFacts').request.facts;
  assert.deepEqual([asked.statistic, asked.from, asked.conditions, asked.changesSince], ['faults', '2026-11-01', [{ dimension: 'region', values: ['R1', 'R2'], exclude: false }], '1.5']);
  assert.deepEqual((await sendExample('runSql')).body.rows, [['FAULT', null]]);
});

test('the caller and the key go to the owner as they came', async () => {
  await sendExample('topUp', { headers: { 'x-actor': 'cashier:C07', 'idempotency-key': 'receipt 7/a' } });
  assert.deepEqual(lastArrived('topUp').call, { actor: { role: 'cashier', id: 'C07', name: 'cashier:C07' }, idempotencyKey: 'receipt 7/a', forwarded: false });
});

test('what changes something without a key is refused, by every such route, and reaches nobody', async () => {
  const before = arrived.length;
  for (const route of routes.filter(({ method }) => method !== 'GET')) {
    for (const key of [null, '', 'x'.repeat(129), 'schlüssel']) {
      assertProblem(await sendExample(route.operation, { headers: { 'idempotency-key': key } }), 400, 'IDEMPOTENCY_KEY_MISSING', 'Idempotency-Key');
    }
  }
  assert.equal(arrived.length, before);
});

test('who does not say who he is is refused, by every route', async () => {
  for (const route of routes) {
    for (const actor of [null, '', 'C01', 'Cashier:C01', 'cashier:', 'cashier:x y']) assertProblem(await sendExample(route.operation, { headers: { 'x-actor': actor } }), 400, 'ACTOR_MISSING', 'X-Actor');
    assertProblem(await sendExample(route.operation, { headers: { 'x-actor': 'service:analytics' } }), 403, 'ROLE_RESERVED', 'X-Actor');
  }
});

test("owners' refusals come through with their status", async () => {
  assertProblem(await sendExample('getBalance', {}, { params: { accountNo: UNKNOWN_ACCOUNT } }), 404, 'ACCOUNT_UNKNOWN', 'accountNo');
  assertProblem(await sendExample('openCase', {}, { body: { kind: 'FAULT', channel: 'HOTLINE', accountNo: UNKNOWN_ACCOUNT } }), 422, 'ACCOUNT_UNKNOWN', 'accountNo');
  assertProblem(await sendExample('topUp', {}, { body: { amountFen: '409', channel: 'COUNTER' } }), 409, 'KEY_REUSED', 'Idempotency-Key');
  assertProblem(await sendExample('topUp', { headers: { 'x-actor': 'stranger:S1' } }), 403, 'ROLE_NOT_ALLOWED', 'X-Actor');
  assertProblem(await sendExample('queryStatistic', {}, { params: { statistic: 'fautls' } }), 404, 'STATISTIC_UNKNOWN', 'statistic');
});

test("an owner's own mistake is a 500 that tells nothing of the inside", async () => {
  const answer = await sendExample('topUp', {}, { body: { amountFen: '500', channel: 'COUNTER' } });
  assertProblem(answer, 500, 'INTERNAL');
  assert.doesNotMatch(JSON.stringify(answer.body), /secret|13900001111|at /);
});

test('money and times keep every digit on their way', async () => {
  assert.equal((await sendExample('getBalance')).body.balanceFen, '9223372036854775807');
  await sendExample('topUp', {}, { body: { amountFen: '999999999999999999', channel: 'ROVING', takenAt: '2026-11-24T08:30:00.123+08:00' } });
  const { amountFen, takenAt, channel } = lastArrived('topUp').request;
  assert.deepEqual([amountFen, takenAt.toISOString(), channel], [999_999_999_999_999_999n, '2026-11-24T00:30:00.123Z', 'TOP_UP_CHANNEL_ROVING']);
});

test('what is left out of a change stays as it is: the owner gets it empty', async () => {
  await sendExample('updateAccount');
  const { accountNo, usageNature, installedCapacityKva, lineId, address } = lastArrived('updateAccount').request;
  assert.deepEqual([accountNo, usageNature, installedCapacityKva, lineId, address], ['4101000001', 'USAGE_NATURE_UNSPECIFIED', 630n, '', '']);
  assertProblem(await sendExample('updateAccount', {}, { body: {} }), 400, 'VALUE_MALFORMED', undefined);
});

test('a statistic is asked by dimensions, days and filters; what is not known is null', async () => {
  const { body } = await sendExample('queryStatistic', {}, { query: { groupBy: 'region,line', from: '2026-11-01', to: '', cause: '!STORM,TREE', line: '' } });
  const { statistic, groupBy, from, to, conditions } = lastArrived('query').request;
  assert.deepEqual({ statistic, groupBy, from, to, conditions }, { statistic: 'faults', groupBy: ['region', 'line'], from: '2026-11-01', to: '', conditions: [{ dimension: 'cause', values: ['STORM', 'TREE'], exclude: true }, { dimension: 'line', values: [''], exclude: false }] });
  assert.deepEqual(body.rows[0], { keys: { region: 'R1', line: null }, labels: { region: { zh: '城东', en: 'East' }, line: { zh: '城东', en: 'East' } }, values: { count: 3, restoreMinutesMean: null, amountFen: '5000' } });
  assert.deepEqual([body.from, body.to, body.watermark, body.revision], ['2026-11-01', null, '2026-11-24T01:02:03.000Z', '1.7']);
});

test('wrong input is refused with its field and what would work', async () => {
  const topUp = (body: unknown) => sendExample('topUp', {}, { body });
  for (const amountFen of ['0', '-5', '12.50', '1e3', '', ' 1', '1'.repeat(19), 100, null]) assertProblem(await topUp({ amountFen, channel: 'COUNTER' }), 400, 'VALUE_MALFORMED', 'amountFen');
  for (const takenAt of ['yesterday', '2026-11-24', '2026-11-24T08:30:00', '0000-01-01T00:00:00Z', `2026-11-24T08:30:00.${'1'.repeat(60)}Z`]) {
    assertProblem(await topUp({ amountFen: '1', channel: 'COUNTER', takenAt }), 400, 'VALUE_MALFORMED', 'takenAt');
  }
  assertProblem(await topUp({ amountFen: '1', channel: 'PIGEON' }), 400, 'VALUE_MALFORMED', 'channel');
  assertProblem(await topUp({ channel: 'COUNTER' }), 400, 'FIELD_MISSING', 'amountFen');
  assertProblem(await topUp({ amountFen: '1', channel: 'COUNTER', colour: 'red' }), 400, 'FIELD_UNKNOWN', 'colour');
  assertProblem(await sendExample('topUp', {}, { params: { accountNo: '123' } }), 400, 'VALUE_MALFORMED', 'accountNo');
  assertProblem(await sendExample('getStatement', {}, { query: { pageSize: '201' } }), 400, 'VALUE_MALFORMED', 'pageSize');
  assertProblem(await sendExample('getStatement', {}, { query: { page: '2' } }), 400, 'FIELD_UNKNOWN', 'page');
  assertProblem(await read(await fetch(`${gateway.url}/api/v1/messages?status=SENT&status=FAILED`, { headers: { 'x-actor': 'agent:A1' } })), 400, 'VALUE_MALFORMED', 'status');
});

test('bodies that are no JSON, too large, or of another kind are told so', async () => {
  for (const body of ['{', '', '{"amountFen":"1",}', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])]) {
    const answer = await sendExample('topUp', { body });
    assertProblem(answer, 400, body === '' ? 'FIELD_MISSING' : 'JSON_MALFORMED', body === '' ? 'amountFen' : undefined);
  }
  const large = await sendExample('topUp', { body: JSON.stringify({ amountFen: 'x'.repeat(65_536) }) });
  assertProblem(large, 413, 'BODY_TOO_LARGE');
  assert.match(large.body.detail, /64 KiB/);
  for (const type of ['text/plain', 'application/xml', 'application/json; charset=gbk']) assertProblem(await sendExample('topUp', { headers: { 'content-type': type } }), 415, 'CONTENT_TYPE_UNSUPPORTED', 'Content-Type');
  assertProblem(await sendExample('topUp', { headers: { 'content-encoding': 'gzip' } }), 415, 'CONTENT_TYPE_UNSUPPORTED', 'Content-Type');
});

test('a body that is too large without saying so is cut off at the limit', async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16_384)) });
  assertProblem(await sendExample('topUp', { body: endless }), 413, 'BODY_TOO_LARGE');
});

test('other paths and methods are told what there is', async () => {
  assertProblem(await read(await fetch(`${gateway.url}/api/v1/nothing`)), 404, 'PATH_UNKNOWN');
  assertProblem(await read(await fetch(`${gateway.url}/api/v1/accounts/%zz`)), 400, 'REQUEST_MALFORMED');
  const answer = await read(await fetch(`${gateway.url}/api/v1/network`, { method: 'DELETE' }));
  assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
  assert.equal(answer.headers.get('allow'), 'GET');
});

test('a CSV file reaches the owner chunk by chunk, whole, with its columns and source', async () => {
  const line = `${'4101000001,'.repeat(50)}\n`;
  let lines = 0;
  const file = new ReadableStream({ pull: (controller) => ((lines += 1) > 4_000 ? controller.close() : controller.enqueue(Buffer.from(line))) });
  const { status, body } = await sendExample('importAccounts', { body: file }, { query: { source: '旧系统', columns: 'accountNo:户号,name:户 名' } });
  assert.deepEqual([status, body], [200, { accepted: 1, duplicate: 2, rejected: 1, rejectedRows: [{ line: 4, field: 'kva', code: 'CAPACITY_OUT_OF_RANGE', zh: '容量', en: 'capacity' }] }]);
  const { columns, source, text, chunks } = lastArrived('importAccounts').request;
  assert.deepEqual([{ ...columns }, source], [{ accountNo: '户号', name: '户 名' }, '旧系统']);
  assert.equal(text, line.repeat(4_000));
  assert.ok(chunks > 10, `${chunks} chunks`);
});

test('feedback on the prepaid service opens a case: a complaint where it is rated low, else a consultation', async () => {
  for (const [rating, kind] of [[1, 'COMPLAINT'], [2, 'COMPLAINT'], [3, 'CONSULTATION'], [5, 'CONSULTATION']] as const) {
    const { status, body } = await sendExample('giveFeedback', { headers: { 'x-actor': 'customer:1', 'idempotency-key': `feedback-${rating}` } }, { body: { rating, text: '短信提醒太晚', channel: 'ONLINE' } });
    assert.deepEqual([status, body.kind, body.classification, body.status], [201, kind, 'PREPAID', 'OPEN']);
    const { request, call } = lastArrived('openCase');
    assert.deepEqual([request.kind, request.channel, request.accountNo, request.description], [`CASE_KIND_${kind}`, 'CASE_CHANNEL_ONLINE', '4101000001', `预存电费服务评价 ${rating}/5：短信提醒太晚`]);
    assert.deepEqual([call.actor.name, call.idempotencyKey], ['customer:1', `feedback-${rating}`], "the desk's case is the key's");
  }
  assertProblem(await sendExample('giveFeedback', {}, { params: { accountNo: UNKNOWN_ACCOUNT } }), 422, 'ACCOUNT_UNKNOWN', 'accountNo');
  for (const rating of [0, 6, 2.5, '2']) assertProblem(await sendExample('giveFeedback', {}, { body: { rating, channel: 'ONLINE' } }), 400, 'VALUE_MALFORMED', 'rating');
  assert.doesNotMatch(gateway.output(), /短信提醒太晚/);
});

test('a file of charges reaches the ledger with its batch, its manifest and where it goes on', async () => {
  const { status, body } = await sendExample('uploadChargeFile', { headers: { 'x-actor': 'integrator:rural-grid' } });
  assert.deepEqual([status, body.nextLine], [200, 12_002]);
  const { batchId, count, sumFen, fromLine, columns, text } = lastArrived('uploadChargeFile').request;
  assert.deepEqual([batchId, count, sumFen, fromLine, { ...columns }, text], ['night-2026-11-24', 20_000, 172_800_000n, 12_001, { accountNo: '户号' }, 'chargeId,户号\nC1,4101000001\n']);
  for (const [query, field] of [[{ count: '0', sumFen: '1' }, 'count'], [{ count: '10000001', sumFen: '1' }, 'count'], [{ count: '1', sumFen: '1.5' }, 'sumFen'], [{ count: '1', sumFen: '1', fromLine: '-1' }, 'fromLine']] as const) {
    assertProblem(await sendExample('uploadChargeFile', {}, { query }), 400, 'VALUE_MALFORMED', field);
  }
});

test('an import of another kind, or with a wrong mapping, is refused', async () => {
  assertProblem(await sendExample('importCases', { headers: { 'content-type': 'application/json' } }), 415, 'CONTENT_TYPE_UNSUPPORTED', 'Content-Type');
  for (const columns of ['a', 'a:', ':b', 'a:b,a:c', '__proto__:x', 'a:b:c']) assertProblem(await sendExample('importCases', {}, { query: { columns } }), 400, 'VALUE_MALFORMED', 'columns');
});

test('a file that the owner refuses at its beginning is answered at once, however much would follow', async () => {
  let sent = 0;
  const file = new ReadableStream({
    pull: async (controller) => {
      sent += 1;
      if (sent > 200) return controller.close();
      controller.enqueue(Buffer.from(sent === 1 ? 'COLUMN MISSING' : 'x'.repeat(65_536)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  });
  assertProblem(await sendExample('importTopUps', { body: file }), 400, 'COLUMN_MISSING', 'kva');
  assert.ok(sent < 200, 'the answer did not wait for the whole file');
});

test('a file above the limit is refused by its length, with the limit', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const headers = ['POST /api/v1/cases/import HTTP/1.1', 'host: localhost', 'x-actor: admin:A1', 'idempotency-key: k', 'content-type: text/csv', `content-length: ${257 * 1024 * 1024}`];
  socket.write(`${headers.join('\r\n')}\r\n\r\nkind\n`);
  const answer = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  socket.destroy();
  assert.match(answer, /^HTTP\/1.1 413/);
  assert.match(answer, /256 MiB/);
});

test('who goes away in the middle of a file breaks nothing', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const headers = ['POST /api/v1/cases/import HTTP/1.1', 'host: localhost', 'x-actor: admin:A1', 'idempotency-key: k', 'content-type: text/csv', 'content-length: 1000000'];
  socket.write(`${headers.join('\r\n')}\r\n\r\nkind\n`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await eventually('the log says that the caller left', () => /"status":499/.test(gateway.output()));
  assert.equal((await sendExample('importCases')).status, 200);
});

test('a service that is away is 503 with when to come back; the others go on; it recovers by itself', async () => {
  const billing = fakes.peers.get('PREPAID_BILLING_GRPC')!;
  await billing.stop();
  const answer = await sendExample('topUp');
  assertProblem(answer, 503, 'SERVICE_UNAVAILABLE');
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.equal((await sendExample('getAccount')).status, 200);
  assertProblem(await sendExample('importTopUps'), 503, 'SERVICE_UNAVAILABLE');
  fakes.peers.set('PREPAID_BILLING_GRPC', await serveFake(FAKES.PREPAID_BILLING_GRPC, billing.address));
  await eventually('top-ups work again', async () => (await sendExample('topUp')).status === 201);
});

test("a request's trace goes on to the owner, and its id stands in problems", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  await sendExample('getAccount', { headers: { traceparent } });
  assert.equal(lastArrived('getAccount').traceparent?.split('-')[1], traceId);
  const refused = await sendExample('topUp', { headers: { traceparent }, body: '{' });
  assert.equal(refused.body.traceId, traceId);
  const mine = await eventually('the gateway exports its server span', () => {
    const spans = exported.flatMap((text) => JSON.parse(text).resourceSpans).flatMap((one: any) => one.scopeSpans).flatMap((one: any) => one.spans);
    return spans.find((span: any) => span.name === 'GET /api/v1/accounts/{accountNo}' && span.traceId === traceId);
  });
  assert.equal(mine.parentSpanId, 'b7ad6b7169203331');
  const own = await sendExample('getAccount', { headers: { traceparent: 'rubbish' } });
  assert.equal(own.status, 200);
  assert.match(lastArrived('getAccount').traceparent ?? '', /^00-(?!0af7651916cd43dd8448eb211c80319c)[0-9a-f]{32}-/);
});

test('neither log nor metrics nor traces have account numbers, names, phones or query strings', async () => {
  await sendExample('getAccount', {}, { params: { accountNo: '4152637481' } });
  await sendExample('listMessages', {}, { query: { accountNo: '4152637482' } });
  await sendExample('registerCustomer', {}, { body: { kind: 'ENTERPRISE', name: '某某厂', phone: '13911112222' } });
  await eventually('spans are exported', () => exported.some((text) => text.includes('/api/v1/messages')));
  const metrics = await (await fetch(`${gateway.admin}/metrics`)).text();
  assert.match(metrics, /youdian_http_server_duration_seconds_count\{[^}]*route="\/api\/v1\/accounts\/\{accountNo\}"[^}]*status="200"/);
  for (const told of [gateway.output(), metrics, ...exported]) assert.equal(/415263748[12]|某某厂|13911112222|\?accountNo/.exec(told)?.[0], undefined);
});

test('the page is served with a policy that lets nothing else in', async () => {
  const page = await fetch(`${gateway.url}/`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal((await fetch(`${gateway.url}/vendor/echarts.mjs`)).headers.get('content-type'), 'text/javascript; charset=utf-8');
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/package.json', '/src/page.spec.ts', '/.git/config']) assert.equal((await fetch(`${gateway.url}${path}`)).status, 404, path);
});

test('OpenAPI is served, the same that the routes are made from', async () => {
  const { status, body } = await read(await fetch(`${gateway.url}/api/openapi.json`));
  assert.equal(status, 200);
  assert.equal(Object.values<object>(body.paths).flatMap((item) => Object.keys(item)).length, routes.length);
});

test('a foreign name for this address is refused', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.end('GET /api/v1/network HTTP/1.1\r\nhost: evil.example\r\nx-actor: admin:A1\r\n\r\n');
  const answer = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  assert.match(answer, /^HTTP\/1.1 421/);
  assert.match(answer, /HOST_NOT_LOOPBACK/);
});

async function exitOf(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = start(process.execPath, [MAIN], { PATH: process.env['PATH'], ...fakes.addresses, HTTP_LISTEN: '127.0.0.1:0', ...env });
  await child.ended;
  return { code: child.child.exitCode, said: child.output() };
}

test('it does not listen beyond loopback until there is sign-in, unless somebody says so', async () => {
  const refused = await exitOf({ HTTP_LISTEN: '0.0.0.0:0' });
  assert.equal(refused.code, 78);
  assert.match(refused.said, /HTTP_LISTEN.*ALLOW_REMOTE_WITHOUT_SIGN_IN=yes/);
  const allowed = await startGateway({ ...fakes.addresses, HTTP_LISTEN: '0.0.0.0:0', ALLOW_REMOTE_WITHOUT_SIGN_IN: 'yes' });
  assert.equal((await fetch(`http://127.0.0.1:${new URL(allowed.url).port}/api/openapi.json`)).status, 200);
  await allowed.stop();
});

test('a missing or wrong variable stops it at once, with its name', async () => {
  const { code, said } = await exitOf({ ANALYTICS_GRPC: 'nowhere' });
  assert.equal(code, 78);
  assert.match(said, /ANALYTICS_GRPC/);
});

test('on SIGTERM it finishes what it is answering, and leaves with 0', async () => {
  const other = await startGateway(fakes.addresses);
  let close = () => {};
  const slow = new ReadableStream({ start: (controller) => (controller.enqueue(Buffer.from('kind\n')), (close = () => controller.close())) });
  const answer = send(other.url, routeOf('importCases'), {}, { body: slow });
  await new Promise((resolve) => setTimeout(resolve, 300));
  other.child.kill('SIGTERM');
  await other.said(/draining/, 5_000);
  close();
  assert.equal((await answer).status, 200);
  await other.ended;
  assert.equal(other.child.exitCode, 0);
});
