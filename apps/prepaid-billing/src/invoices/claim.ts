/** How a number comes to be one top-up's, over all shards: claimed in the shard of its block, posted in the account's. */
import type { InvoiceClaimDetail, Posting } from '@youdian/contracts-billing/ledger';
import { isRejection, Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideInvoiceClaim, decideTopUpRefusal, type ClaimedTopUp } from '../ledger/decide/invoice.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { decideTopUp, type TopUp } from '../ledger/decide/top-up.ts';
import { decided, outcomeOf, submitDecision } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { postBy, vouched } from '../shards/post.ts';
import { numberSpoiled, numberTakenOver, numberUsed } from './rejections.ts';
import { heldBlock, type Block, type Holder } from './series.ts';
import { readSeries, type SeriesStore } from './store.ts';

export type Claim = Omit<InvoiceClaimDetail, 'attempt'>;
export type Caller = Omit<Context, 'at'>;

export interface NumberedParts {
  readonly shards: Shards;
  readonly directory: AccountDirectory;
  readonly series: Pick<SeriesStore, 'read'>;
}

export interface NumberedTopUp {
  readonly topUp: TopUp & { readonly invoiceNo: string };
  readonly holder: Holder;
  /** Where the top-up does not say when its money was taken. */
  readonly now: Date;
}

/** A top-up with a number out of a block that its collector or device holds. Throws Rejected. */
export async function postNumbered({ shards, directory, series }: NumberedParts, { topUp, holder, now }: NumberedTopUp, caller: Caller): Promise<Posting> {
  const { invoiceNo, key, inputHash, accountNo, amountFen, takenAt = now } = topUp;
  const shard = shards.of(accountNo);
  const decide = (rehearsed: boolean) => (openWithFen: bigint | undefined) => shard.ask(TOP_UP, { topUp: { ...topUp, openWithFen }, rehearsed, caller });
  // What cannot be posted does not use up its number.
  const rehearsal = await vouched(decide(true), directory, accountNo);
  if (rehearsal.kind !== 'repeat') {
    const block = heldBlock(await readSeries(series, invoiceNo), invoiceNo, holder);
    if (isRejection(block)) throw new Rejected(block);
    const claim = { invoiceNo, blockId: block.blockId, accountNo, topUpKey: key, topUpHash: inputHash, amountFen, takenAt, collectorId: holder.collectorId, reason: '' };
    await claimNumber(shards, claim, caller);
  }
  const posting = await postBy(decide(false), shard, directory, accountNo);
  if (posting.topUpRefusal) throw new Rejected(numberTakenOver(invoiceNo));
  return posting;
}

/** `rehearsed`: decided, and not posted. */
const TOP_UP = job('numbered-top-up', (shard, { topUp, rehearsed, caller }: { topUp: TopUp; rehearsed: boolean; caller: Caller }) =>
  shard.submit((ledger, at) => {
    const decision = decideTopUp(ledger, topUp, { ...caller, at });
    return rehearsed ? { postings: [], result: decision } : outcomeOf(decision);
  }));

const CLAIM_NUMBER = job('claim-number', (shard, { claim, known, caller }: { claim: Claim; known: number; caller: Caller }) =>
  decided(shard, (ledger, at) => decideInvoiceClaim(ledger, claim, known, { ...caller, at })));

const REFUSE_TOP_UP = job('refuse-top-up', (shard, { topUp, caller }: { topUp: ClaimedTopUp; caller: Caller }) =>
  submitDecision(shard, (ledger, at) => decideTopUpRefusal(ledger, topUp, { ...caller, at })));

/** A number that was never and will never be a top-up's. */
export function spoiled({ blockId, collectorId }: Block, invoiceNo: string, reason: string): Claim {
  return { invoiceNo, blockId, accountNo: '', topUpKey: '', topUpHash: NO_HASH, amountFen: 0n, takenAt: undefined, collectorId, reason };
}

/** The number is this claim's from here on; again, it finds its first claim. Throws Rejected where it is another's. */
export async function claimNumber(shards: Shards, claim: Claim, caller: Caller): Promise<Posting> {
  for (let after = 0; ; ) {
    const known = after;
    const posting = await shards.of(claim.blockId).ask(CLAIM_NUMBER, { claim, known, caller });
    const standing = posting.invoiceClaim!;
    if (standing.topUpKey === claim.topUpKey && standing.reason === claim.reason) return posting;
    await refuseWhereTaken(shards, standing, caller);
    after = standing.attempt;
  }
}

/** A number that was claimed by a top-up which then could not be posted is free again, once that top-up is refused for good. */
async function refuseWhereTaken(shards: Shards, standing: InvoiceClaimDetail, caller: Caller): Promise<void> {
  const { invoiceNo, accountNo, topUpKey } = standing;
  if (topUpKey === '') throw new Rejected(numberSpoiled(invoiceNo));
  const first = await refuseTopUp(shards, standing, caller);
  if (first) throw new Rejected(numberUsed(invoiceNo, accountNo, first.postingId));
}

/** From here on it is never posted; answers with its posting where it has one already. */
export async function refuseTopUp(shards: Shards, topUp: ClaimedTopUp, caller: Caller): Promise<Posting | undefined> {
  const shard = shards.of(topUp.accountNo);
  const decision = await shard.ask(REFUSE_TOP_UP, { topUp, caller });
  if (decision.kind !== 'repeat' || decision.refused) return undefined;
  return (await shard.postings([decision.sequence]))[0];
}
