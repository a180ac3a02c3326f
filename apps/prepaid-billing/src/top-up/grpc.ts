import type { TopUpChannel } from '@youdian/contracts-billing/events';
import type { Posting } from '@youdian/contracts-billing/ledger';
import type { TopUpRequest, TopUpResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Actor, Call } from '@youdian/service-host';
import { askedOf } from '../accounts/account-command.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { channelNotAllowed } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';

export const TOP_UP_ROLES = ['cashier', 'kiosk', 'customer', 'admin', 'service'];
/** Who is not named here may use any channel. */
const CHANNELS_OF: Readonly<Record<string, readonly TopUpChannel[]>> = {
  customer: ['TOP_UP_CHANNEL_ONLINE', 'TOP_UP_CHANNEL_BANK_TRANSFER'],
  kiosk: ['TOP_UP_CHANNEL_KIOSK'],
};
/** Money that a collector banks. */
const CASH: readonly TopUpChannel[] = ['TOP_UP_CHANNEL_COUNTER', 'TOP_UP_CHANNEL_ROVING'];
/** Whoever takes money by these holds it. */
const HELD: readonly TopUpChannel[] = ['TOP_UP_CHANNEL_COUNTER', 'TOP_UP_CHANNEL_ROVING', 'TOP_UP_CHANNEL_KIOSK'];

/** `shiftOf`: the shift in which a collector takes money; empty for who works without shifts. */
export function topUp(shards: Shards, directory: AccountDirectory, shiftOf: (collectorId: string) => Promise<string>) {
  return async (request: TopUpRequest, call: Call): Promise<TopUpResponse> => {
    const { accountNo, amountFen, channel, takenAt } = request;
    const { command, context } = askedOf(call, 'top-up', accountNo, amountFen.toString(), channel, takenAt?.toISOString() ?? '');
    refuseChannel(call.actor, channel);
    const collectorId = HELD.includes(channel) ? call.actor.id : '';
    const shiftId = CASH.includes(channel) && call.actor.role === 'cashier' ? await shiftOf(collectorId) : '';
    const posting = await post(shards.of(accountNo), directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideTopUp(ledger, { ...command, amountFen, channel, takenAt, collectorId, shiftId, openWithFen }, { ...context, at }),
    });
    return answer(posting);
  };
}

function refuseChannel({ role }: Actor, channel: TopUpChannel): void {
  const allowed = CHANNELS_OF[role];
  if (!allowed || channel === 'TOP_UP_CHANNEL_UNSPECIFIED' || allowed.includes(channel)) return;
  throw new Rejected(channelNotAllowed(role, allowed.map((name) => name.replace('TOP_UP_CHANNEL_', ''))));
}

function answer({ postingId, accountNo, balanceFen, receivableFen, postedOn, postedAt, topUp }: Posting): TopUpResponse {
  const { amountFen, invoiceNo } = topUp!;
  return { postingId, accountNo, amountFen, invoiceNo, balanceFen, receivableFen, postedOn, postedAt };
}
