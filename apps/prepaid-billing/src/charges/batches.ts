import type { ChargeBatchManifest } from '@youdian/contracts-billing/events';
import type { GetChargeBatchRequest, GetChargeBatchResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import { Counter, metrics } from '@youdian/telemetry';
import { sumOf } from '../ledger/batch.ts';
import { decideForgetting, decideManifest, decideSettling, settlingOf } from '../ledger/decide/batch.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { decided, submitDecision } from '../shards/decided.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import { isChargeId } from './check.ts';
import { SENDER } from './take.ts';

const refused = new Counter({ name: 'youdian_charge_manifests_refused_total', help: 'Manifests whose batch id was used for another one', registers: [metrics] });

/** Notes what batches say of themselves. Another manifest under a used id changes nothing: the first one counts. */
export async function takeManifests(shards: Shards, manifests: readonly ChargeBatchManifest[]): Promise<void> {
  await Promise.all(manifests.map(async ({ batchId, count, sumFen }) => {
    const decision = await submitDecision(shards.of(batchId), (ledger, at) => decideManifest(ledger, batchId, { count, sumFen }, { at, actor: SENDER }));
    if (decision.kind === 'reject') refused.inc();
  }));
}

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
    const settled = await shards.of(batchId).read(({ keys }) => keys.find(settlingOf(batchId), NO_HASH));
    if (settled) await decided(shard, (ledger, at) => decideForgetting(ledger, batchId, { at, actor: CLOCKWORK }));
  }
}

/** How far a batch is, or what became of it. */
export function getChargeBatch(shards: Shards) {
  return async ({ batchId }: GetChargeBatchRequest): Promise<GetChargeBatchResponse> => {
    if (!isChargeId(batchId)) throw new Rejected(batchUnknown);
    const owner = shards.of(batchId);
    const { manifest, settledAt } = await owner.read(({ manifests, keys }) => ({ manifest: manifests.get(batchId), settledAt: keys.find(settlingOf(batchId), NO_HASH)?.sequence }));
    if (settledAt !== undefined) return { settled: true, declared: true, ...(await owner.postings([settledAt]))[0]!.chargeBatchSettling! };
    const { accepted, duplicate, rejected } = await totalOf(shards, batchId);
    if (!manifest && accepted.count + duplicate.count + rejected.count === 0) throw new Rejected(batchUnknown);
    return {
      batchId, settled: false, declared: manifest !== undefined, declaredCount: manifest?.count ?? 0, declaredFen: manifest?.sumFen ?? 0n,
      acceptedCount: accepted.count, acceptedFen: accepted.amountFen, duplicateCount: duplicate.count, duplicateFen: duplicate.amountFen,
      rejectedCount: rejected.count, rejectedFen: rejected.amountFen,
    };
  };
}

async function totalOf(shards: Shards, batchId: string) {
  return sumOf(await Promise.all(shards.each().map((shard) => shard.read(({ batches }) => {
    const tally = batches.get(batchId);
    return tally && { accepted: { ...tally.accepted }, duplicate: { ...tally.duplicate }, rejected: { ...tally.rejected } };
  }))));
}

const batchUnknown = {
  kind: 'unknown', code: 'CHARGE_BATCH_UNKNOWN', field: 'batchId',
  zh: '没有收到这个批次的清单或电费，请核对批次号。', en: 'Neither the manifest nor a charge of this batch has come: check the id.',
} as const;
