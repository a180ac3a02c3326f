import type { Posting } from '@youdian/contracts-billing/ledger';
import { StatementEntry, type GetStatementRequest, type GetStatementResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { refuseUnknown } from '../balance/grpc.ts';
import { accountNoInvalid } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { pageOf, type Page } from './page.ts';

/**
 * Newest first, each line with what the account had afterwards. The ledger's owner knows which postings are an
 * account's; what they say is read from the commits, so that a statement is never behind the balance.
 */
export function getStatement(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, pageSize, pageToken }: GetStatementRequest): Promise<GetStatementResponse> => {
    if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
    const shard = shards.of(accountNo);
    const page = await shard.read((ledger): Page | undefined => {
      const account = ledger.accounts.get(accountNo);
      return account && pageOf(account.postings, pageSize, pageToken);
    });
    if (page) {
      const oldestFirst = await shard.postings(page.sequences);
      return { entries: oldestFirst.reverse().map(entryOf), nextPageToken: page.nextPageToken };
    }
    await refuseUnknown(directory, accountNo);
    return { entries: [], nextPageToken: '' };
  };
}

function entryOf({ postingId, topUp, charge, balanceFen, receivableFen, postedOn, postedAt }: Posting): StatementEntry {
  const after = { postingId, balanceFen, receivableFen, postedOn, postedAt };
  return StatementEntry.fromPartial(
    topUp
      ? { ...after, kind: 'STATEMENT_ENTRY_KIND_TOP_UP', amountFen: topUp.amountFen, invoiceNo: topUp.invoiceNo, takenAt: topUp.takenAt }
      : { ...after, kind: 'STATEMENT_ENTRY_KIND_CHARGE', amountFen: -charge!.amountFen, chargeId: charge!.chargeId, period: charge!.period },
  );
}
