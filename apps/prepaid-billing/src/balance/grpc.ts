import type {
  GetBalanceRequest, GetBalanceResponse, SetLowBalanceThresholdRequest, SetLowBalanceThresholdResponse,
} from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { askedOf } from '../accounts/account-command.ts';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { outlookOf } from '../ledger/balance-level.ts';
import { decideThreshold } from '../ledger/decide/account.ts';
import { accountNoInvalid, accountUnknown } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';

export function getBalance(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo }: GetBalanceRequest): Promise<GetBalanceResponse> => {
    if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
    const known = await shards.of(accountNo).read((ledger): GetBalanceResponse | undefined => {
      const account = ledger.accounts.get(accountNo);
      if (!account) return undefined;
      const { balanceFen, receivableFen, thresholdFen, told, use, closed, episodes } = account;
      return { accountNo, balanceFen, receivableFen, thresholdFen, low: told !== 'BALANCE_LEVEL_UNSPECIFIED', closed, episode: BigInt(episodes), ...outlookOf(balanceFen, thresholdFen, use) };
    });
    if (known) return known;
    await refuseUnknown(directory, accountNo);
    const nothing = { balanceFen: 0n, receivableFen: 0n, low: false, level: 'BALANCE_LEVEL_UNSPECIFIED', daysLeft: undefined, dailyUseFen: 0n, closed: false, episode: 0n } as const;
    return { accountNo, thresholdFen: directory.defaultThresholdFen, ...nothing };
  };
}

export function setLowBalanceThreshold(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, thresholdFen }: SetLowBalanceThresholdRequest, call: Call): Promise<SetLowBalanceThresholdResponse> => {
    const { command, context } = askedOf(call, 'threshold', accountNo, thresholdFen.toString());
    const posting = await post(shards.of(accountNo), directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideThreshold(ledger, { ...command, thresholdFen, openWithFen }, { ...context, at }),
    });
    return { accountNo, thresholdFen: posting.thresholdChange!.thresholdFen };
  };
}

/** An account that exists but was never used has a balance and a statement, too: empty ones. */
export async function refuseUnknown(directory: AccountDirectory, accountNo: string): Promise<void> {
  if (!(await directory.existing([accountNo])).has(accountNo)) throw new Rejected(accountUnknown);
}
