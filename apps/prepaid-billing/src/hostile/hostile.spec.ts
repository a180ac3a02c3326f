import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Poison } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import type { CallOptions, MethodShape } from '@youdian/service-host';
import { takeManifests } from '../charges/batches.ts';
import { decodeSent } from '../charges/decode.ts';
import { takeCharges } from '../charges/take.ts';
import { evolve } from '../ledger/evolve.ts';
import { shardOf } from '../ledger/money-kind.ts';
import { emptyLedger, type Ledger } from '../ledger/state.ts';
import { memoryShards } from '../shards/memory-shards.ts';
import { contractsOf, hostileCall } from './messages.ts';
import { directory, memoryStores, NOON, play, type Played } from './played.ts';

const SOAK = Boolean(process.env['SOAK']);
const COMMANDS = SOAK ? 1_000_000 : 10_000;
const RECORDS = SOAK ? 1_000_000 : 10_000;
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const SHARDS = 4;
/** Whoever is not answered by then is forgotten: that is a failure. */
const ANSWER_LIMIT_MS = 20_000;

const shards = memoryShards(SHARDS, NOON);
let played: Played;
before(async () => {
  played = await play(shards, memoryStores());
});
after(() => played.stop());

const contracts = contractsOf('billing', 'platform');

/** What was refused, in order; throws where the answer is no refusal and no answer. */
async function refusalsOf(path: string, messages: readonly Uint8Array[], options: CallOptions, streams: Pick<MethodShape, 'requestStream' | 'responseStream'>): Promise<unknown[]> {
  async function* all() {
    yield* messages;
  }
  try {
    const answer = played.calls[path]!(streams.requestStream ? all() : messages[0]!, options);
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
const valueOf = ({ keys, accounts, invoices, ...rest }: Ledger) => ({ ...rest, accounts: Array.from(accounts, ([no, account]) => [no, account.toJSON()]), parts: [keys.parts().recent, invoices.parts()] });

test(`${COMMANDS} malformed commands: each is answered or refused with a code and both languages, and what is refused changes nothing (seed ${seed})`, async () => {
  const codes = new Map<string, number>();
  const asked = hostileCall(contracts, played.services.flatMap(({ definition }) => Object.values(definition)));
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
