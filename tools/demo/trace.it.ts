import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startPlatform, type Platform } from '../start/platform.ts';
import { mustCall } from '../town/rest.ts';
import { startCollector, type CollectedSpan } from './otlp-collector.ts';

const ARRIVAL_LIMIT_MS = 30_000;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN_ID = 'b7ad6b7169203331';
const ACCOUNT = '5201000001';

const folder = mkdtempSync(join(tmpdir(), 'youdian-trace-'));
let platform: Platform;
let collector: Awaited<ReturnType<typeof startCollector>>;

before(async () => {
  collector = await startCollector();
  platform = await startPlatform({ data: folder, gatewayPort: 8_300, say: () => {}, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  const post = (path: string, body: object, key: string) => mustCall(platform.gatewayUrl, { method: 'POST', path: `/api/v1/${path}`, body, key, actor: 'admin:A01' });
  await post('regions', { regionId: 'R1', name: '城中片区' }, 'region');
  await post('lines', { lineId: 'L101', regionId: 'R1', name: '10kV人民线' }, 'line');
  const { customerId } = await post('customers', { kind: 'RESIDENTIAL', name: '王小明', phone: '13900001234', language: 'zh' }, 'customer');
  await post('accounts', { accountNo: ACCOUNT, customerId, usageNature: 'RESIDENTIAL', installedCapacityKva: 8, lineId: 'L101', address: '人民路 1 号' }, 'account');
});
after(async () => {
  await platform?.stop();
  await collector?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('one trace follows a top-up from REST through gRPC, the commit and Kafka to the SMS', async () => {
  await mustCall(platform.gatewayUrl, {
    method: 'POST',
    path: `/api/v1/accounts/${ACCOUNT}/top-ups`,
    body: { amountFen: '10000', channel: 'COUNTER' },
    key: 'top-up',
    actor: 'cashier:C01',
    headers: { traceparent: `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01` },
  });
  // The relay has the trace from the commit alone.
  const consumed = await pathTo((span) => span.service === 'notification' && span.name === 'consume prepaid-billing.posting.v1');
  passes(consumed, [['gateway', /top-ups/], ['prepaid-billing', /\/TopUp$/], ['prepaid-billing', /^relay ledger-/], ['notification', /^consume/]]);
  const sent = await pathTo((span) => span.service === 'notification' && span.name === 'sms.submit');
  passes(sent, [['gateway', /top-ups/], ['prepaid-billing', /\/TopUp$/], ['notification', /^notification\.send$/], ['notification', /^sms\.submit$/]]);
  assert.deepEqual(collector.problems, []);
  assert.equal((await platform.smsc.messages()).length, 1);
});

test('the same trace tells that the statistics took the top-up in', async () => {
  await passes(await pathTo((span) => span.service === 'analytics' && span.name === 'consume prepaid-billing.posting.v1'), [['gateway', /top-ups/], ['prepaid-billing', /\/TopUp$/]]);
});

test("every example of the analysts' guide is answered", async () => {
  for (const guide of ['analyst.md', 'analyst.zh.md']) {
    const text = readFileSync(join(import.meta.dirname, '../../docs/how-to', guide), 'utf8');
    const examples = [...text.matchAll(/^curl -s '?localhost:8080(\/[^' ]*)'? -H 'X-Actor: (analyst:\w+)'$/gm)];
    assert.equal(examples.length, text.match(/^curl/gm)?.length, 'each is understood');
    assert.ok(examples.length >= 8, guide);
    for (const [, path, actor] of examples) {
      const response = await fetch(`${platform.gatewayUrl}${path}`, { headers: { 'x-actor': actor! } });
      assert.equal(response.status, 200, `${path} ${await response.text()}`);
    }
  }
});

/** The path goes through these, in this order. */
function passes(path: readonly CollectedSpan[], stations: readonly (readonly [string, RegExp])[]): void {
  let from = 0;
  for (const [service, name] of stations) {
    const at = path.findIndex((span, index) => index >= from && span.service === service && name.test(span.name));
    assert.ok(at >= 0, `${service} ${name} is missing in its place: ${path.map((span) => `${span.service} ${span.name}`).join(' → ')}`);
    from = at + 1;
  }
}

/** From the first span of the trace to the one that is wanted, each the parent of the next. Waits until all have arrived. */
async function pathTo(wanted: (span: CollectedSpan) => boolean): Promise<CollectedSpan[]> {
  const end = Date.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const spans = collector.ofTrace(TRACE_ID);
    const path: CollectedSpan[] = [];
    for (let span = spans.find(wanted); span; span = spans.find(({ spanId }) => spanId === path[0]!.parentSpanId)) path.unshift(span);
    if (path[0]?.parentSpanId === CLIENT_SPAN_ID) return path;
    if (Date.now() > end) assert.fail(`the trace has no such unbroken path: ${JSON.stringify(spans, undefined, 1)} ${collector.problems.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
