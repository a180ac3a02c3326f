import type { TopUpChannel } from '@youdian/contracts-billing/events';

/** The chart of accounts. Debit positive, credit negative; those that are no customer's are sub-accounts of a shard. */
export const PREPAID = 'prepaid:';
export const RECEIVABLE = 'receivable:';
/** What the billing center is owed. */
export const CHARGES = 'charges';
/** What customers are to be paid back. */
export const REFUNDS = 'refunds';
export const BANK = 'bank';
/** In a collector's hands. */
export const CASH = 'cash:';
/** Banked by a collector, and not yet on the bank's statement. */
export const TRANSIT = 'transit:';
/** What nobody can place yet, by the reason. */
export const SUSPENSE = 'suspense:';
/** Between two accounts, perhaps of two shards: over all shards it comes to zero when nothing is on its way. */
export const TRANSFERS = 'transfers';

/** Where the money of a top-up lies until it is banked. */
export function moneyAccount(channel: TopUpChannel, collectorId: string): string {
  switch (channel) {
    case 'TOP_UP_CHANNEL_COUNTER':
    case 'TOP_UP_CHANNEL_ROVING': return CASH + collectorId;
    case 'TOP_UP_CHANNEL_KIOSK': return 'kiosk';
    case 'TOP_UP_CHANNEL_ONLINE': return 'online';
    case 'TOP_UP_CHANNEL_BANK_TRANSFER': return BANK;
    case 'TOP_UP_CHANNEL_UNSPECIFIED': throw new RangeError('a top-up without a channel cannot be posted');
    default: channel satisfies never; throw new RangeError('unknown channel');
  }
}
