import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deserialize } from 'node:v8';
import fc from 'fast-check';
import { Poison } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { connectService, serveGrpc, type CallOptions, type Host } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import { evolve as evolveBankLine, type BankLine, type BankLineEvent } from '../bank-lines/state.ts';
import { takeManifests } from '../charges/batches.ts';
import { decodeSent } from '../charges/decode.ts';
import { chargeIntakeService } from '../charges/grpc.ts';
import { BILLING_CENTER } from '../charges/sender.ts';
import { Senders } from '../charges/senders.ts';
import { takeCharges } from '../charges/take.ts';
import { openDayClose } from '../day-close/open.ts';
import { prepaidBillingService } from '../grpc.ts';
import { invoiceService } from '../invoices/grpc.ts';
import { evolve as evolveSeries, type Series, type SeriesEvent } from '../invoices/series.ts';
import { evolve as evolveKeepers, NOBODY } from '../keepers/state.ts';
import { requireKeeper } from '../keepers/store.ts';
import { evolve } from '../ledger/evolve.ts';
import { shardOf } from '../ledger/money-kind.ts';
import { packLedger } from '../ledger/snapshot.ts';
import { emptyLedger, type Ledger } from '../ledger/state.ts';
import { postingStreamService } from '../post-many/post-many.ts';
import { rovingRouteService } from '../routes/grpc.ts';
import { evolve as evolveRoute, type Route, type RouteEvent } from '../routes/state.ts';
import { evolve as evolveDevice, type Device, type DeviceEvent } from '../roving/devices/state.ts';
import { openRoving } from '../roving/open.ts';
import { evolve as evolveRecord, type Recorded, type RecordEvent } from '../roving/records/state.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { evolve as evolveShift, type Shift, type ShiftEvent } from '../shifts/state.ts';
import { memoryAggregates } from './memory-aggregates.ts';
import { contractsOf, hostileRequest } from './messages.ts';

const SOAK = Boolean(process.env['SOAK']);
const COMMANDS = SOAK ? 1_000_000 : 10_000;
const RECORDS = SOAK ? 1_000_000 : 10_000;
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const NOON = new Date('2026-03-02T04:00:00Z');
const SHARDS = 4;
/** Whoever is not answered by then is forgotten: that is a failure. */
const ANSWER_LIMIT_MS = 20_000;

const shards = memoryShards(SHARDS, NOON);
const directory: AccountDirectory = {
  defaultThresholdFen: 3_000n, existing: async (nos) => new Set(nos.filter((no) => no.startsWith('0'))), places: async () => new Map(), close: () => {},
};
const log = createLogger('hostile', 'silent');
const stops: (() => unknown)[] = [];
const host: Host = { name: 'prepaid-billing', log, clock: () => NOON, onStop: (_, stop) => stops.push(stop), onReady: () => {}, waitFor: (_, attempt) => attempt() };
const store = memoryAggregates<Shift | undefined, ShiftEvent>(evolveShift, NOON, undefined);
const bank = memoryAggregates<BankLine | undefined, BankLineEvent>(evolveBankLine, NOON, undefined);
const keepers = memoryAggregates(evolveKeepers, NOON, NOBODY);
const series = memoryAggregates<Series | undefined, SeriesEvent>(evolveSeries, NOON, undefined);
const routes = memoryAggregates<Route | undefined, RouteEvent>(evolveRoute, NOON, undefined);
const rovingRoutes = rovingRouteService({ routes, series, directory, network: async () => new Map([['L1', 'R1'], ['L2', 'R1']]) }, () => NOON);
const devices = memoryAggregates<Device | undefined, DeviceEvent>(evolveDevice, NOON, undefined);
const records = memoryAggregates<Recorded | undefined, RecordEvent>(evolveRecord, NOON, undefined);
const deadlines = { cutOff: '23:00', reminderMinutes: 60, cashLimitFen: 10_000_000n };
const senders = new Senders([BILLING_CENTER, { ...BILLING_CENTER, id: 'rural-grid', name: '农电', accountPrefixes: ['00'] }]);
const dayClose = openDayClose({ store, bank, series, shards, directory, keepers, deadlines, clock: () => NOON, log, ours: () => false });
const roving = openRoving({ shards, directory, series, devices, records, shifts: store }, { clock: () => NOON, log, ours: () => false });
const commands = prepaidBillingService(shards, directory, { shifts: store, series }, senders, requireKeeper(keepers, () => NOON), () => NOON);
const services = [commands, postingStreamService(commands, log), chargeIntakeService(shards, directory, senders), ...dayClose.services, invoiceService({ shards, directory, series }), rovingRoutes, roving.service];

type Ask = (request: Uint8Array | AsyncIterable<Uint8Array>, options: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;
const methods = services.flatMap(({ definition }) => Object.values(definition));
const calls: Record<string, Ask> = {};
const clients: { close(): void }[] = [];

before(async () => {
  const address = await serveGrpc(host, { listen: '127.0.0.1:0', services, descriptors: [] });
  for (const { definition } of services) {
    // Requests are bytes already.
    const raw = Object.fromEntries(Object.entries(definition).map(([name, shape]) => [name, { ...shape, requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes) }]));
    const client = connectService(raw, address) as unknown as Record<string, Ask> & { close(): void };
    clients.push(client);
    for (const [name, shape] of Object.entries(definition)) calls[shape.path] = client[name]!;
  }
});
after(async () => {
  for (const client of clients) client.close();
  for (const stop of stops) await stop();
  await dayClose.stop();
  await roving.stop();
});

const contracts = contractsOf('billing', 'platform');
const actor = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('cashier:C01', 'cashier:C02', 'manager:M1', 'admin:A1', 'integrator:billing-center', 'integrator:rural-grid', 'kiosk:K1', 'customer:1', 'service:x', 'agent:A') },
  { weight: 1, arbitrary: fc.constantFrom('', 'C01', 'integrator:stranger', 'nobody:1', 'Cashier:C01', 'cashier:a|b') },
);
const key = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 1_000_000 }).map((n) => `k${n}`) }, { weight: 1, arbitrary: fc.constantFrom('', 'x'.repeat(129), 'k1', '|') });
const asked = fc.oneof(...methods.map((method) => fc.record({
  method: fc.constant(method), messages: fc.array(hostileRequest(contracts, method.path), method.requestStream ? { maxLength: 4 } : { minLength: 1, maxLength: 1 }), actor, key,
})));

/** What was refused, in order; throws where the answer is no refusal and no answer. */
async function refusalsOf(path: string, messages: readonly Uint8Array[], options: CallOptions, streams: { requestStream: boolean; responseStream: boolean }): Promise<unknown[]> {
  async function* all() {
    yield* messages;
  }
  try {
    const answer = calls[path]!(streams.requestStream ? all() : messages[0]!, options);
    const refused: unknown[] = [];
    if (!streams.responseStream) await answer;
    else for await (const one of answer as AsyncIterable<{ rejection?: unknown; refused?: readonly unknown[] }>) refused.push(...[one.rejection ?? []].flat(), ...(one.refused ?? []));
    return refused;
  } catch (error) {
    if (error instanceof Rejected && error.rejection.code !== 'SERVICE_UNAVAILABLE') return [error.rejection];
    throw new Error(`${path} failed: ${String(error)}`);
  }
}

function assertTold(refusal: unknown): string {
  const { code, zh, reasonZh = zh, en, reasonEn = en } = refusal as Record<string, string>;
  assert.match(code!, /^[A-Z][A-Z_]+$/);
  assert.notEqual(code, 'INTERNAL');
  assert.match(reasonZh!, /[\u4e00-\u9fff]/, code);
  assert.match(reasonEn!, /[A-Za-z]{2}/, code);
  return code!;
}

/** As values: in the bytes the engine may write one number in two ways. */
const valueOf = (ledger: Ledger) => deserialize(packLedger(ledger)) as unknown;

test(`${COMMANDS} malformed commands: each is answered or refused with a code and both languages, and what is refused changes nothing (seed ${seed})`, async () => {
  const codes = new Map<string, number>();
  let answered = 0;
  await fc.assert(fc.asyncProperty(asked, async ({ method, messages, actor, key: idempotencyKey }) => {
    const before = shards.posted.length;
    const refused = await refusalsOf(method.path, messages, { actor, idempotencyKey, deadlineMs: ANSWER_LIMIT_MS }, method);
    for (const code of refused.map(assertTold)) codes.set(code, (codes.get(code) ?? 0) + 1);
    if (refused.length === 0) answered += 1;
    // A stream, a barrier and a step of the ledger's own may have posted before; a single command may not.
    else if (!method.requestStream) assert.deepEqual(shards.posted.slice(before).filter((posting) => posting.key !== '' && !isStep(posting)), [], method.path);
  }), { seed, numRuns: COMMANDS, endOnFailure: true });
  assert.ok(answered > COMMANDS / 100, `${answered} were proper`);
  assert.ok(codes.size > 30, `refused for ${codes.size} reasons: ${[...codes.keys()].join(' ')}`);
  const again = Array.from({ length: SHARDS }, (_, shard) => emptyLedger(shard));
  for (const posting of shards.posted) evolve(again[shardOf(posting)]!, posting);
  assert.deepEqual(again.map(valueOf), shards.ledgers.map(valueOf), 'the state is what the postings say, and nothing else');
});

/** What a command posts on its way, by an id of its own, and may leave behind when a later step is refused: a shift's barrier, a manifest. */
function isStep({ shiftBarrier, chargeBatchOpening, dayBarrier }: (typeof shards.posted)[number]): boolean {
  return shiftBarrier !== undefined || chargeBatchOpening !== undefined || dayBarrier !== undefined;
}

const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>({ toString: 5 }, { valueOf: null, toString: null }, [[]], '1.5', 1e300, -0, '9'.repeat(30), '\0', { __proto__: null }),
);
const field = (good: unknown) => fc.oneof({ weight: 20, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: oddValue });
const sent = fc.oneof(
  fc.record({
    chargeId: fc.oneof({ weight: 20, arbitrary: fc.nat({ max: 200 }).map((n) => `R${n}`) }, { weight: 1, arbitrary: oddValue }), accountNo: field('0000000001'), amountFen: field('100'), amount_fen: field('100'), period: field('2026-02'), dueOn: field('2026-03-20'),
    batchId: field('B1'), line: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 100 }) }, { weight: 1, arbitrary: oddValue }),
  }, { requiredKeys: ['chargeId', 'line'] }),
  fc.record({ batchId: field('B2'), count: field(5), sumFen: field('500') }, { requiredKeys: [] }),
  oddValue,
);
const bytesOf = fc.oneof({ weight: 9, arbitrary: sent.map((json) => Buffer.from(JSON.stringify(json) ?? '')) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) });
const type = fc.constantFrom(undefined, 'youdian.billing.v1.Charge', 'youdian.billing.v1.ChargeBatchManifest', 'x', '');

test(`${RECORDS} malformed records of the topic: each is poison, or taken or refused as a charge (seed ${seed})`, async () => {
  const counts = { poison: 0, taken: 0 };
  await fc.assert(fc.asyncProperty(bytesOf, type, async (value, ceType) => {
    try {
      const decoded = decodeSent({ key: null, value, headers: ceType === undefined ? {} : { ce_type: ceType }, offset: '0', timestamp: '0' });
      if ('charge' in decoded) assert.equal((await takeCharges(shards, directory, [decoded])).length, 1);
      else await takeManifests(shards, [decoded.manifest]);
      counts.taken += 1;
    } catch (error) {
      assert.ok(error instanceof Poison, String(error));
      counts.poison += 1;
    }
  }), { seed, numRuns: RECORDS, endOnFailure: true });
  assert.ok(counts.poison > RECORDS / 20 && counts.taken > RECORDS / 20, JSON.stringify(counts));
});
