import type { Posting } from '@youdian/contracts-billing/ledger';
import type { TransferBalanceRequest, TransferBalanceResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { askedOf, checkReason } from '../accounts/account-command.ts';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { decideTransferOut, transferEnd } from '../ledger/decide/transfer.ts';
import { accountNoInvalid } from '../ledger/rejections.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';
import { settleTransfer } from './settle.ts';

export const TRANSFER_ROLES = ['cashier', 'manager', 'admin'];

export function transferBalance(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, toAccountNo, amountFen, reason }: TransferBalanceRequest, call: Call): Promise<TransferBalanceResponse> => {
    const { command, context } = askedOf(call, 'transfer', accountNo, toAccountNo, amountFen.toString(), reason);
    if (!isAccountNo(toAccountNo)) throw new Rejected({ ...accountNoInvalid, field: 'toAccountNo' });
    checkReason(reason);
    const source = shards.of(accountNo);
    const { postingId: transferId } = await post(source, directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideTransferOut(ledger, { ...command, amountFen, toAccountNo, reason, openWithFen }, { ...context, at }),
    });
    const end = await endOf(shards, directory, source, transferId);
    const status = !end ? 'TRANSFER_STATUS_PENDING' : end.transferEnd!.returned ? 'TRANSFER_STATUS_RETURNED' : 'TRANSFER_STATUS_DONE';
    return { transferId, accountNo, toAccountNo, amountFen, status, code: end?.transferEnd!.code ?? '' };
  };
}

/** Undefined while somebody is away: the money is on its way, and the clockwork sees it through. */
async function endOf(shards: Shards, directory: AccountDirectory, source: LedgerShard, transferId: string): Promise<Posting | undefined> {
  try {
    const { transfer, ended } = await source.read(({ transfers, keys }) => ({ transfer: transfers.get(transferId), ended: keys.find(transferEnd(transferId), NO_HASH)?.sequence }));
    if (transfer) return await settleTransfer(shards, directory, source, transferId, transfer);
    return (await source.postings([ended!]))[0];
  } catch (error) {
    if (error instanceof Rejected && error.rejection.kind === 'unavailable') return undefined;
    throw error;
  }
}
