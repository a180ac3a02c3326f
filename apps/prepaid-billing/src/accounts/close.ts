import type { CloseAccountRequest, CloseAccountResponse } from '@youdian/contracts-billing/prepaid_billing';
import type { Call } from '@youdian/service-host';
import { decideClosing } from '../ledger/decide/account.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';
import { askedOf, checkReason } from './account-command.ts';
import type { AccountDirectory } from './directory.ts';

export function closeAccount(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, reason }: CloseAccountRequest, call: Call): Promise<CloseAccountResponse> => {
    const { command, context } = askedOf(call, 'close', accountNo, reason);
    checkReason(reason);
    const { postedOn } = await post(shards.of(accountNo), directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideClosing(ledger, { ...command, reason, openWithFen }, { ...context, at }),
    });
    return { accountNo, closedOn: postedOn };
  };
}
