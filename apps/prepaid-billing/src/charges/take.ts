import type { Charge } from '@youdian/contracts-billing/events';
import { Counter, metrics } from '@youdian/telemetry';
import { lookUpAccounts, type AccountDirectory } from '../accounts/directory.ts';
import { decideCharge } from '../ledger/decide/charge.ts';
import { decideClaims, decideUnreadable, type Verdict } from '../ledger/decide/claims.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { askEach } from '../shards/ask-each.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decideAll, type Ask } from '../shards/post.ts';
import { checkCharge, refusalOf, type RefusalCode } from './check.ts';
import { actorOf, asksForPlaces, BILLING_CENTER, checkRights, mayCharge, named, type Sender } from './sender.ts';

const taken = new Counter({ name: 'youdian_charges_total', help: 'Charges by sender and what became of them', labelNames: ['sender', 'outcome'], registers: [metrics] });

export interface IncomingCharge {
  readonly charge: Charge;
  readonly traceparent?: string | undefined;
}

interface Checked extends IncomingCharge {
  readonly inputHash: Buffer;
  readonly code: RefusalCode | undefined;
}

/** What became of a charge. */
export type Outcome = 'posted' | 'repeated' | { readonly refused: RefusalCode };

/**
 * Takes a batch of a sender's charges into the ledger, each once however often it comes: resolves when all of them are
 * durable, posted or refused, with what became of each. First each charge id is claimed in the shard of the id, which
 * decides for good whether it is taken; then it is posted in the shard of the account. Whatever a crash leaves between
 * the two, the same batch mends.
 */
export async function takeCharges(shards: Shards, directory: AccountDirectory, incoming: readonly IncomingCharge[], sender: Sender = BILLING_CENTER): Promise<Outcome[]> {
  const checked = await checkAll(shards, directory, incoming, sender);
  const verdicts = await claimAll(shards, checked, sender);
  const posted = (await postCharges(shards, directory, checked.filter((_, index) => verdicts[index] === 'claimed'), sender)).values();
  const outcomes = checked.map(({ code }, index): Outcome => {
    if (verdicts[index] === 'claimed') return posted.next().value!;
    return { refused: verdicts[index] === 'reused' ? 'CHARGE_ID_REUSED' : (code ?? 'REFUSED_BEFORE') };
  });
  for (const [outcome, those] of Map.groupBy(outcomes, (outcome) => (typeof outcome === 'string' ? outcome : 'refused'))) taken.inc({ sender: sender.id, outcome }, those.length);
  return outcomes;
}

/** Counts lines of a batch that name no charge, each once: they are rejected, and there is nobody to tell but by the batch. */
export async function refuseLines(shards: Shards, sender: Sender, batchId: string, lines: readonly { readonly line: number; readonly code: RefusalCode }[]): Promise<void> {
  if (lines.length === 0) return;
  const id = named(sender, batchId);
  await shards.of(id).ask(REFUSE_LINES, { id, lines, actor: actorOf(sender) });
}

interface LinesToRefuse {
  readonly id: string;
  readonly lines: Parameters<typeof refuseLines>[3];
  readonly actor: string;
}

const REFUSE_LINES = job('refuse-lines', (shard, { id, lines, actor }: LinesToRefuse) =>
  shard.submit((ledger, at) => ({ postings: decideUnreadable(ledger, id, lines, { at, actor }), result: undefined })));

async function checkAll(shards: Shards, directory: AccountDirectory, incoming: readonly IncomingCharge[], sender: Sender): Promise<Checked[]> {
  const checked = incoming.map(({ charge, traceparent }): Checked => {
    const { accountNo, amountFen, period, dueOn, chargeId, batchId } = charge;
    return {
      charge: { ...charge, chargeId: named(sender, chargeId), batchId: batchId && named(sender, batchId) }, traceparent,
      inputHash: inputHash(accountNo, amountFen.toString(), period, dueOn), code: checkCharge(charge) ?? checkRights(sender, charge),
    };
  });
  const valid = checked.filter(({ code }) => code === undefined).map(({ charge }) => charge.accountNo);
  const { unknown, closed } = await lookUpAccounts(shards, directory, valid);
  const places = asksForPlaces(sender) ? await directory.places(new Set(valid).difference(unknown)) : undefined;
  if (unknown.size === 0 && closed.size === 0 && !places) return checked;
  const refusal = (accountNo: string): RefusalCode | undefined => {
    if (unknown.has(accountNo)) return 'ACCOUNT_UNKNOWN';
    if (places && !mayCharge(sender, places.get(accountNo))) return 'SENDER_ACCOUNT_NOT_ALLOWED';
    return closed.has(accountNo) ? 'ACCOUNT_CLOSED' : undefined;
  };
  return checked.map((one) => (one.code ? one : { ...one, code: refusal(one.charge.accountNo) }));
}

/** One claim a shard for the whole batch. */
function claimAll(shards: Shards, checked: readonly Checked[], sender: Sender): Promise<Verdict[]> {
  const actor = actorOf(sender);
  return askEach(shards, checked, ({ charge }) => charge.chargeId, (shard, charges) => shard.ask(CLAIM_CHARGES, { charges, actor }));
}

interface SentCharges {
  readonly charges: readonly Checked[];
  readonly actor: string;
}

const CLAIM_CHARGES = job('claim-charges', (shard, { charges, actor }: SentCharges) => {
  const claims = charges.map(({ charge, inputHash, code }) => {
    const { batchId, line, amountFen, chargeId } = charge;
    return {
      key: `charge-id|${chargeId}`, inputHash, refusal: code && refusalOf(charge, code), whenReused: () => refusalOf(charge, 'CHARGE_ID_REUSED'),
      line: batchId === '' ? undefined : { batchId, line, amountFen, chargeId },
    };
  });
  return shard.submit((ledger, at) => {
    const { postings, verdicts } = decideClaims(ledger, claims, { at, actor });
    return { postings, result: verdicts };
  });
});

/** A claim is given only to charges of accounts that exist. */
function postCharges(shards: Shards, directory: AccountDirectory, claimed: readonly Checked[], sender: Sender): Promise<('posted' | 'repeated')[]> {
  const actor = actorOf(sender);
  const openWithFen = directory.defaultThresholdFen;
  return askEach(shards, claimed, ({ charge }) => charge.accountNo, (shard, charges) => shard.ask(POST_CHARGES, { charges, actor, openWithFen }));
}

const POST_CHARGES = job('post-charges', async (shard, { charges, actor, openWithFen }: SentCharges & { readonly openWithFen: bigint }) => {
  const decisions = await decideAll(shard, charges.map((one) => askOf(one, actor)), openWithFen);
  return decisions.map((decision, index) => {
    if (decision.kind === 'reject') throw new Error(`charge ${charges[index]!.charge.chargeId} was claimed but cannot be posted: ${decision.rejection.code}`);
    return decision.kind === 'post' ? 'posted' : 'repeated';
  });
});

function askOf({ charge, inputHash, traceparent }: Checked, actor: string): Ask {
  const { accountNo, amountFen, chargeId, period, dueOn } = charge;
  const command = { key: `charge|${chargeId}`, inputHash, accountNo, amountFen, chargeId, period, dueOn };
  return { accountNo, decide: (ledger, at, openWithFen) => decideCharge(ledger, { ...command, openWithFen }, { at, actor, traceparent }) };
}
