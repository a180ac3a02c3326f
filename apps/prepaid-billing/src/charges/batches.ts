import type { ChargeBatchManifest } from '@youdian/contracts-billing/events';
import type { GetChargeBatchRequest, GetChargeBatchResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Actor, Call } from '@youdian/service-host';
import { Counter, metrics } from '@youdian/telemetry';
import { firstMissing, sumOf } from '../ledger/batch.ts';
import { decideForgetting, decideManifest, decideSettling, settlingOf } from '../ledger/decide/batch.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { decided, submitDecision } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import { isChargeId } from './check.ts';
import { actorOf, BILLING_CENTER, isNamed, named, OF, type Sender } from './sender.ts';
import type { Senders } from './senders.ts';

const refused = new Counter({ name: 'youdian_charge_manifests_refused_total', help: 'Manifests whose batch id was used for another one', registers: [metrics] });

/** Notes what batches say of themselves. Another manifest under a used id changes nothing: the first one counts. */
export async function takeManifests(shards: Shards, manifests: readonly ChargeBatchManifest[], sender: Sender = BILLING_CENTER): Promise<void> {
  await Promise.all(manifests.map((manifest) => takeManifest(shards, manifest, sender)));
}

/** Whether it is the batch's: the first one, or that again. */
export async function takeManifest(shards: Shards, { batchId, count, sumFen }: ChargeBatchManifest, sender: Sender): Promise<boolean> {
  const id = named(sender, batchId);
  const taken = await shards.of(id).ask(TAKE_MANIFEST, { id, count, sumFen, actor: actorOf(sender) });
  if (!taken) refused.inc();
  return taken;
}

const TAKE_MANIFEST = job('take-manifest', async (shard, { id, count, sumFen, actor }: { id: string; count: number; sumFen: bigint; actor: string }) => {
  const { kind } = await submitDecision(shard, (ledger, at) => decideManifest(ledger, id, { count, sumFen }, { at, actor }));
  return kind !== 'reject';
});

/** Answers the batches of a shard whose lines have all come, in whatever shards. Anybody may call it, again and at the same time. */
export async function settleBatches(shards: Shards, shard: LedgerShard): Promise<void> {
  const open = await shard.read(({ manifests }) => [...manifests]);
  if (open.length === 0) return;
  for (const [batchId, { count }] of open) {
    const total = await totalOf(shards, batchId);
    if (total.accepted.count + total.duplicate.count + total.rejected.count < count) continue;
    await decided(shard, (ledger, at) => decideSettling(ledger, batchId, total, { at, actor: CLOCKWORK }));
  }
}

/** Shards whose batch is settled need not remember its lines. */
export async function forgetBatches(shards: Shards, shard: LedgerShard): Promise<void> {
  const known = await shard.read(({ batches }) => [...batches.keys()]);
  for (const batchId of known) {
    const { settledAt } = await shards.of(batchId).ask(BATCH_SAYS, batchId);
    if (settledAt !== undefined) await decided(shard, (ledger, at) => decideForgetting(ledger, batchId, { at, actor: CLOCKWORK }));
  }
}

/** How far a batch is, or what became of it. */
export function getChargeBatch(shards: Shards, senders: Senders) {
  return async (request: GetChargeBatchRequest, { actor }: Pick<Call, 'actor'>): Promise<GetChargeBatchResponse> => {
    const batchId = batchOf(senders, actor, request.batchId);
    const owner = shards.of(batchId);
    const { manifest, settledAt } = await owner.ask(BATCH_SAYS, batchId);
    if (settledAt !== undefined) {
      const settling = (await owner.postings([settledAt]))[0]!.chargeBatchSettling!;
      return { settled: true, declared: true, ...settling, nextLine: settling.declaredCount + 1 };
    }
    const { accepted, duplicate, rejected } = await totalOf(shards, batchId);
    if (!manifest && accepted.count + duplicate.count + rejected.count === 0) throw new Rejected(batchUnknown);
    return {
      batchId, settled: false, declared: manifest !== undefined, declaredCount: manifest?.count ?? 0, declaredFen: manifest?.sumFen ?? 0n,
      acceptedCount: accepted.count, acceptedFen: accepted.amountFen, duplicateCount: duplicate.count, duplicateFen: duplicate.amountFen,
      rejectedCount: rejected.count, rejectedFen: rejected.amountFen, nextLine: await nextLine(shards, batchId, manifest?.count ?? 0),
    };
  };
}

/** A batch by the name that its sender, or everybody else, gives it. Throws Rejected where a sender asks for another's. */
export function batchOf(senders: Senders, actor: Actor, batchId: string): string {
  if (!isNamed(batchId)) throw new Rejected(batchUnknown);
  if (actor.role !== 'integrator') return batchId;
  const sender = senders.ofCaller(actor);
  if (isChargeId(batchId)) return named(sender, batchId);
  if (batchId.split(OF)[0] !== sender.id) throw new Rejected(batchUnknown);
  return batchId;
}

/** The first line of a batch that no shard has counted; one more than `count` when all have come. */
export async function nextLine(shards: Shards, batchId: string, count: number): Promise<number> {
  if ((await shards.of(batchId).ask(BATCH_SAYS, batchId)).settledAt !== undefined) return count + 1;
  const all = await Promise.all(shards.each().map((shard) => shard.ask(BATCH_LINES, batchId)));
  return firstMissing(all.filter((lines) => lines !== undefined));
}

async function totalOf(shards: Shards, batchId: string) {
  return sumOf(await Promise.all(shards.each().map((shard) => shard.ask(BATCH_TALLY, batchId))));
}

/** In the batch's own shard: what was declared, and the posting that settled it. */
const BATCH_SAYS = job('batch-says', (shard, batchId: string) => shard.read(({ manifests, keys }) => ({ manifest: manifests.get(batchId), settledAt: keys.find(settlingOf(batchId), NO_HASH)?.sequence })));

const BATCH_LINES = job('batch-lines', (shard, batchId: string) => shard.read(({ batches }) => batches.get(batchId)?.lines.slice()));

const BATCH_TALLY = job('batch-tally', (shard, batchId: string) => shard.read(({ batches }) => {
  const tally = batches.get(batchId);
  return tally && { accepted: { ...tally.accepted }, duplicate: { ...tally.duplicate }, rejected: { ...tally.rejected } };
}));

export const batchUnknown = {
  kind: 'unknown', code: 'CHARGE_BATCH_UNKNOWN', field: 'batchId',
  zh: '没有收到这个批次的清单或电费，请核对批次号。', en: 'Neither the manifest nor a charge of this batch has come: check the id.',
} as const;
