import type { Posting } from '@youdian/contracts-billing/ledger';
import { StatementEntry, type GetStatementRequest, type GetStatementResponse, type StatementEntryKind } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { refuseUnknown } from '../balance/grpc.ts';
import { isDay } from '../charges/check.ts';
import { moneyOf, type MoneyKind } from '../ledger/money-kind.ts';
import { accountNoInvalid, periodInvalid } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { pageOf, within, type Page } from './page.ts';

/**
 * Newest first, each line with what the account had afterwards. The ledger's owner knows which postings are an
 * account's; what they say is read from the commits, so that a statement is never behind the balance.
 */
export function getStatement(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, pageSize, pageToken, from, to }: GetStatementRequest): Promise<GetStatementResponse> => {
    if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
    if ((from && !isDay(from)) || (to && !isDay(to)) || (from && to && from > to)) throw new Rejected(periodInvalid);
    const shard = shards.of(accountNo);
    const page = await shard.read((ledger): Page | undefined => {
      const account = ledger.accounts.get(accountNo);
      return account && pageOf(within(account.postings(), ledger, from, to), pageSize, pageToken);
    });
    if (page) {
      const oldestFirst = await shard.postings(page.sequences);
      return { entries: oldestFirst.reverse().map(entryOf), nextPageToken: page.nextPageToken };
    }
    await refuseUnknown(directory, accountNo);
    return { entries: [], nextPageToken: '' };
  };
}

const KINDS: Readonly<Record<MoneyKind, StatementEntryKind>> = {
  TOP_UP: 'STATEMENT_ENTRY_KIND_TOP_UP',
  TOP_UP_REVERSED: 'STATEMENT_ENTRY_KIND_TOP_UP_REVERSED',
  CHARGE: 'STATEMENT_ENTRY_KIND_CHARGE',
  CHARGE_ADJUSTED: 'STATEMENT_ENTRY_KIND_CHARGE_ADJUSTED',
  REFUND: 'STATEMENT_ENTRY_KIND_REFUND',
  TRANSFER_OUT: 'STATEMENT_ENTRY_KIND_TRANSFER_OUT',
  TRANSFER_IN: 'STATEMENT_ENTRY_KIND_TRANSFER_IN',
  TRANSFER_RETURNED: 'STATEMENT_ENTRY_KIND_TRANSFER_RETURNED',
  ACCOUNT_CLOSED: 'STATEMENT_ENTRY_KIND_ACCOUNT_CLOSED',
  CORRECTION: 'STATEMENT_ENTRY_KIND_CORRECTION',
};

function entryOf(posting: Posting): StatementEntry {
  const { postingId, balanceFen, receivableFen, postedOn, postedAt, topUp, reversal, charge, chargeAdjustment, transferOut, transferIn, transferEnd } = posting;
  const { kind, amountFen, reference } = moneyOf(posting)!;
  const isNamed = kind === 'TOP_UP' || kind === 'CHARGE';
  return StatementEntry.fromPartial({
    postingId, kind: KINDS[kind], amountFen, balanceFen, receivableFen, postedOn, postedAt,
    invoiceNo: topUp?.invoiceNo ?? reversal?.invoiceNo ?? '',
    takenAt: topUp?.takenAt,
    chargeId: charge?.chargeId ?? chargeAdjustment?.chargeId ?? '',
    period: charge?.period ?? chargeAdjustment?.period ?? '',
    reference: isNamed ? '' : reference,
    otherAccountNo: transferOut?.toAccountNo ?? transferIn?.fromAccountNo ?? transferEnd?.toAccountNo ?? '',
  });
}
