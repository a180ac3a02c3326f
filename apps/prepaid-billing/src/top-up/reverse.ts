import type { Posting } from '@youdian/contracts-billing/ledger';
import type { ReverseTopUpRequest, ReverseTopUpResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { askedOf, checkReason } from '../accounts/account-command.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideReversal, type Reversal } from '../ledger/decide/top-up.ts';
import { isPostingId, shardSequence } from '../ledger/posting-id.ts';
import { notATopUp, notYourTopUp } from '../ledger/rejections.ts';
import { submitDecision } from '../shards/decided.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';

export const REVERSE_ROLES = ['cashier', 'manager', 'admin', 'service'];

export function reverseTopUp(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, postingId, reason }: ReverseTopUpRequest, call: Call): Promise<ReverseTopUpResponse> => {
    const { command, context } = askedOf(call, 'reverse', accountNo, postingId, reason);
    checkReason(reason);
    const shard = shards.of(accountNo);
    const topUp = await findTopUp(shard, accountNo, postingId);
    // Who took the money may give it back; another's money is for a manager.
    if (call.actor.role === 'cashier' && topUp.topUp!.collectorId !== call.actor.id) throw new Rejected(notYourTopUp);
    const posting = await post(shard, directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideReversal(ledger, { ...command, topUp, reason, openWithFen }, { ...context, at }),
    });
    const { amountFen, invoiceNo } = posting.reversal!;
    return { postingId: posting.postingId, accountNo, amountFen, invoiceNo, balanceFen: posting.balanceFen, receivableFen: posting.receivableFen, postedOn: posting.postedOn };
  };
}

/** For what may be another process's: the account is the command's. */
export const REVERSE = job('reverse-top-up', async (shard, { command, context }: { command: ReverseCommand; context: Omit<Context, 'at'> }) => {
  const topUp = await findTopUp(shard, command.accountNo, command.postingId);
  return submitDecision(shard, (ledger, at) => decideReversal(ledger, { ...command, topUp }, { ...context, at }));
});

type ReverseCommand = Omit<Reversal, 'topUp'> & { readonly postingId: string };

export async function findTopUp(shard: LedgerShard, accountNo: string, postingId: string): Promise<Posting> {
  const sequence = isPostingId(postingId) ? shardSequence(postingId) : 0;
  const isThere = await shard.read(({ accounts }) => accounts.get(accountNo)?.postings().includes(sequence) ?? false);
  const [found] = isThere ? await shard.postings([sequence]) : [];
  if (found?.postingId !== postingId || !found.topUp) throw new Rejected(notATopUp);
  return found;
}
