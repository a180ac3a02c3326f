import type { TopUpChannel } from '@youdian/contracts-billing/events';
import type { Posting } from '@youdian/contracts-billing/ledger';
import type { TopUpRequest, TopUpResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected } from '@youdian/rejection';
import type { Actor, Call } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import { askedOf } from '../accounts/account-command.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { postNumbered, type NumberedParts } from '../invoices/claim.ts';
import { numberNeedsCash } from '../invoices/rejections.ts';
import { channelNotAllowed } from '../ledger/rejections.ts';
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
export function topUp({ shards, directory, series }: NumberedParts, shiftOf: (collectorId: string) => Promise<string>, clock: Clock) {
  return async (request: TopUpRequest, call: Call): Promise<TopUpResponse> => {
    const { accountNo, amountFen, channel, takenAt, invoiceNo = '' } = request;
    const named = invoiceNo === '' ? [] : [invoiceNo];
    const { command, context } = askedOf(call, 'top-up', accountNo, amountFen.toString(), channel, takenAt?.toISOString() ?? '', ...named);
    refuseChannel(call.actor, channel);
    const isCollectors = CASH.includes(channel) && call.actor.role === 'cashier';
    if (invoiceNo !== '' && !isCollectors) throw new Rejected(numberNeedsCash);
    const collectorId = HELD.includes(channel) ? call.actor.id : '';
    const shiftId = isCollectors ? await shiftOf(collectorId) : '';
    const topUp = { ...command, amountFen, channel, takenAt, collectorId, shiftId, invoiceNo };
    if (invoiceNo !== '') return answer(await postNumbered({ shards, directory, series }, { topUp, holder: { collectorId, deviceId: '' }, now: clock() }, context));
    return answer(await post(shards.of(accountNo), directory, { accountNo, decide: (ledger, at, openWithFen) => decideTopUp(ledger, { ...topUp, openWithFen }, { ...context, at }) }));
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
