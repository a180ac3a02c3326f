/** How a number comes to be one top-up's, over all shards: claimed in the shard of its block, posted in the account's. */
import type { InvoiceClaimDetail, Posting } from '@youdian/contracts-billing/ledger';
import { isRejection, Rejected } from '@youdian/rejection';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Command, Context } from '../ledger/decide/command.ts';
import { decideInvoiceClaim, decideTopUpRefusal } from '../ledger/decide/invoice.ts';
import { decided, submitDecision } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { post, type Ask } from '../shards/post.ts';
import { numberSpoiled, numberTakenOver, numberUsed } from './rejections.ts';
import { heldBlock, type Holder } from './series.ts';
import { readSeries, type SeriesStore } from './store.ts';

export type Claim = Omit<InvoiceClaimDetail, 'attempt'>;
type Caller = Omit<Context, 'at'>;

export interface NumberedParts {
  readonly shards: Shards;
  readonly directory: AccountDirectory;
  readonly series: Pick<SeriesStore, 'read'>;
}

export interface NumberedTopUp extends Pick<Command, 'key' | 'inputHash' | 'accountNo'> {
  readonly invoiceNo: string;
  readonly amountFen: bigint;
  readonly takenAt: Date;
  readonly holder: Holder;
}

/** A top-up with a number out of a block that its collector or device holds; `ask` posts it under the same key. Throws Rejected. */
export async function postNumbered({ shards, directory, series }: NumberedParts, topUp: NumberedTopUp, ask: Ask, caller: Caller): Promise<Posting> {
  const { invoiceNo, key, inputHash, accountNo, amountFen, takenAt, holder } = topUp;
  const shard = shards.of(accountNo);
  const isRetry = await shard.read(({ keys }) => keys.find(key, inputHash) !== undefined);
  if (!isRetry) {
    const block = heldBlock(await readSeries(series, invoiceNo), invoiceNo, holder);
    if (isRejection(block)) throw new Rejected(block);
    // What cannot be posted does not use up its number.
    await post(rehearsal(shard), directory, ask);
    const claim = { invoiceNo, blockId: block.blockId, accountNo, topUpKey: key, topUpHash: inputHash, amountFen, takenAt, collectorId: holder.collectorId, reason: '' };
    await claimNumber(shards, claim, caller);
  }
  const posting = await post(shard, directory, ask);
  if (posting.topUpRefusal) throw new Rejected(numberTakenOver(invoiceNo));
  return posting;
}

const CLAIM_NUMBER = job('claim-number', (shard, { claim, known, caller }: { claim: Claim; known: number; caller: Caller }) =>
  decided(shard, (ledger, at) => decideInvoiceClaim(ledger, claim, known, { ...caller, at })));

const REFUSE_TOP_UP = job('refuse-top-up', (shard, { standing, caller }: { standing: InvoiceClaimDetail; caller: Caller }) =>
  submitDecision(shard, (ledger, at) => decideTopUpRefusal(ledger, standing, { ...caller, at })));

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
  const shard = shards.of(accountNo);
  const decision = await shard.ask(REFUSE_TOP_UP, { standing, caller });
  if (decision.kind !== 'repeat' || decision.refused) return;
  const [first] = await shard.postings([decision.sequence]);
  throw new Rejected(numberUsed(invoiceNo, accountNo, first!.postingId));
}

/** Decides and posts nothing. */
function rehearsal(shard: LedgerShard): LedgerShard {
  return {
    ...shard,
    submit: (decide) => shard.submit((ledger, at) => ({ postings: [], result: decide(ledger, at).result })),
  };
}
