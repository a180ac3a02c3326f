import type { Entry } from '@youdian/contracts-billing/ledger';
import type { TopUpChannel } from '@youdian/contracts-billing/events';

/** The chart of accounts. Debit positive, credit negative; those that are no customer's are sub-accounts of a shard. */
export const PREPAID = 'prepaid:';
export const RECEIVABLE = 'receivable:';
export const CHARGES = 'charges';

/** Where the money of a top-up lies until it is banked. */
export function moneyAccount(channel: TopUpChannel, collectorId: string): string {
  switch (channel) {
    case 'TOP_UP_CHANNEL_COUNTER':
    case 'TOP_UP_CHANNEL_ROVING': return `cash:${collectorId}`;
    case 'TOP_UP_CHANNEL_KIOSK': return 'kiosk';
    case 'TOP_UP_CHANNEL_ONLINE': return 'online';
    case 'TOP_UP_CHANNEL_BANK_TRANSFER': return 'bank';
    case 'TOP_UP_CHANNEL_UNSPECIFIED': throw new RangeError('a top-up without a channel cannot be posted');
    default: channel satisfies never; throw new RangeError('unknown channel');
  }
}

/** Settles what is owed first; the rest is prepaid. */
export function topUpEntries(accountNo: string, account: { receivableFen: bigint }, amountFen: bigint, from: string): Entry[] {
  const settledFen = amountFen < account.receivableFen ? amountFen : account.receivableFen;
  return withoutZero([
    { account: from, amountFen },
    { account: RECEIVABLE + accountNo, amountFen: -settledFen },
    { account: PREPAID + accountNo, amountFen: settledFen - amountFen },
  ]);
}

/** Taken from what is prepaid; what that does not cover is owed. */
export function chargeEntries(accountNo: string, account: { balanceFen: bigint }, amountFen: bigint): Entry[] {
  const coveredFen = amountFen < account.balanceFen ? amountFen : account.balanceFen;
  return withoutZero([
    { account: PREPAID + accountNo, amountFen: coveredFen },
    { account: RECEIVABLE + accountNo, amountFen: amountFen - coveredFen },
    { account: CHARGES, amountFen: -amountFen },
  ]);
}

function withoutZero(entries: Entry[]): Entry[] {
  return entries.filter(({ amountFen }) => amountFen !== 0n);
}
