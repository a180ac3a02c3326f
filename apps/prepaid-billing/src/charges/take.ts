import type { Charge } from '@youdian/contracts-billing/events';
import { Counter, metrics } from '@youdian/telemetry';
import { lookUpAccounts, type AccountDirectory } from '../accounts/directory.ts';
import { decideCharge } from '../ledger/decide/charge.ts';
import { decideClaims, type Verdict } from '../ledger/decide/claims.ts';
import { inputHash } from '../ledger/input-hash.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decideOn, type Ask } from '../shards/post.ts';
import { checkCharge, refusalOf } from './check.ts';

/** As whom the ledger notes the sender of `billing-center.charges.v1`. */
export const SENDER = 'integrator:billing-center';

const taken = new Counter({ name: 'youdian_charges_total', help: 'Charges by what became of them', labelNames: ['outcome'], registers: [metrics] });

export interface IncomingCharge {
  readonly charge: Charge;
  readonly traceparent?: string | undefined;
}

interface Checked extends IncomingCharge {
  readonly inputHash: Buffer;
  readonly code: ReturnType<typeof checkCharge>;
}

/**
 * Takes a batch of charges into the ledger, each once however often it comes: resolves when all of them are durable,
 * posted or refused. First each charge id is claimed in the shard of the id, which decides for good whether it is
 * taken; then it is posted in the shard of the account. Whatever a crash leaves between the two, the same batch mends.
 */
export async function takeCharges(shards: Shards, directory: AccountDirectory, incoming: readonly IncomingCharge[]): Promise<void> {
  const checked = await checkAll(shards, directory, incoming);
  const verdicts = await claimAll(shards, checked);
  const outcomes = await Promise.all(checked.map((one, index) => (verdicts[index] === 'claimed' ? postCharge(shards, directory, one) : verdicts[index]!)));
  for (const [outcome, count] of Map.groupBy(outcomes, (outcome) => outcome)) taken.inc({ outcome }, count.length);
}

async function checkAll(shards: Shards, directory: AccountDirectory, incoming: readonly IncomingCharge[]): Promise<Checked[]> {
  const checked = incoming.map((one): Checked => {
    const { accountNo, amountFen, period, dueOn } = one.charge;
    return { ...one, inputHash: inputHash(accountNo, amountFen.toString(), period, dueOn), code: checkCharge(one.charge) };
  });
  const valid = checked.filter(({ code }) => code === undefined).map(({ charge }) => charge.accountNo);
  const { unknown, closed } = await lookUpAccounts(shards, directory, valid);
  if (unknown.size === 0 && closed.size === 0) return checked;
  return checked.map((one) => {
    if (unknown.has(one.charge.accountNo)) return { ...one, code: 'ACCOUNT_UNKNOWN' as const };
    return closed.has(one.charge.accountNo) ? { ...one, code: 'ACCOUNT_CLOSED' as const } : one;
  });
}

/** One claim a shard for the whole batch. */
async function claimAll(shards: Shards, checked: readonly Checked[]): Promise<Verdict[]> {
  const verdicts = new Array<Verdict>(checked.length);
  const byShard = Map.groupBy(checked.keys(), (index) => shards.of(checked[index]!.charge.chargeId));
  await Promise.all(
    Array.from(byShard, async ([shard, indexes]) => {
      const claims = indexes.map((index) => {
        const { charge, inputHash, code } = checked[index]!;
        const { batchId, line, amountFen } = charge;
        return {
          key: `charge-id|${charge.chargeId}`, inputHash, refusal: code && refusalOf(charge, code), whenReused: () => refusalOf(charge, 'CHARGE_ID_REUSED'),
          line: batchId === '' ? undefined : { batchId, line, amountFen },
        };
      });
      const decided = await shard.submit((ledger, at) => {
        const { postings, verdicts } = decideClaims(ledger, claims, { at, actor: SENDER });
        return { postings, result: verdicts };
      });
      for (const [i, index] of indexes.entries()) verdicts[index] = decided[i]!;
    }),
  );
  return verdicts;
}

async function postCharge(shards: Shards, directory: AccountDirectory, { charge, inputHash, traceparent }: Checked): Promise<'posted' | 'repeated'> {
  const { accountNo, amountFen, chargeId, period, dueOn } = charge;
  const command = { key: `charge|${chargeId}`, inputHash, accountNo, amountFen, chargeId, period, dueOn };
  const ask: Ask = {
    accountNo,
    decide: (ledger, at, openWithFen) => decideCharge(ledger, { ...command, openWithFen }, { at, actor: SENDER, traceparent }),
  };
  // A claim is given only to charges of accounts that exist.
  const decision = await decideOn(shards.of(accountNo), ask, directory.defaultThresholdFen);
  if (decision.kind === 'reject') throw new Error(`charge ${chargeId} was claimed but cannot be posted: ${decision.rejection.code}`);
  return decision.kind === 'post' ? 'posted' : 'repeated';
}
