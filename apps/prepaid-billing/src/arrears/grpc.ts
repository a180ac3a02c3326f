import type { GetArrearsRequest, GetArrearsResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { refuseUnknown } from '../balance/grpc.ts';
import { accountNoInvalid } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';

/** What an account owes, item by item, and since when. */
export function getArrears(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo }: GetArrearsRequest): Promise<GetArrearsResponse> => {
    if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
    const known = await shards.of(accountNo).read(({ accounts, day }): GetArrearsResponse | undefined => {
      const account = accounts.get(accountNo);
      if (!account) return undefined;
      const owed = account.owed.map(({ itemId, period, dueOn, remainingFen }) => ({ itemId, period, dueOn, remainingFen, overdue: dueOn < day.on }));
      const overdueFen = owed.reduce((sum, { overdue, remainingFen }) => (overdue ? sum + remainingFen : sum), 0n);
      return { accountNo, receivableFen: account.receivableFen, overdueFen, owed };
    });
    if (known) return known;
    await refuseUnknown(directory, accountNo);
    return { accountNo, receivableFen: 0n, overdueFen: 0n, owed: [] };
  };
}
