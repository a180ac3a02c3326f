import type {
  DecideRefundRequest, DecideRefundResponse, ListPendingRefundsResponse, PendingRefund, RequestRefundRequest, RequestRefundResponse,
} from '@youdian/contracts-billing/prepaid_billing';
import type { Call } from '@youdian/service-host';
import { askedOf, checkReason } from '../accounts/account-command.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { RequireKeeper } from '../keepers/store.ts';
import { decideRefund, decideRefundRequest } from '../ledger/decide/refund.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post } from '../shards/post.ts';

export const REFUND_REQUEST_ROLES = ['cashier', 'agent', 'manager', 'admin'];
export const REFUND_DECISION_ROLES = ['manager', 'admin'];
const PENDING_MAX = 1_000;

export function requestRefund(shards: Shards, directory: AccountDirectory) {
  return async ({ accountNo, amountFen, reason }: RequestRefundRequest, call: Call): Promise<RequestRefundResponse> => {
    const { command, context } = askedOf(call, 'refund', accountNo, amountFen.toString(), reason);
    checkReason(reason);
    const { postingId } = await post(shards.of(accountNo), directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideRefundRequest(ledger, { ...command, amountFen, reason, openWithFen }, { ...context, at }),
    });
    return { refundId: postingId, accountNo, amountFen };
  };
}

/** `keepers`: where the fund of refunds has a keeper, nobody else approves. */
export function decideRefundOf(shards: Shards, directory: AccountDirectory, keepers: RequireKeeper) {
  return async ({ accountNo, refundId, approve, reason }: DecideRefundRequest, call: Call): Promise<DecideRefundResponse> => {
    const { command, context } = askedOf(call, 'decide-refund', accountNo, refundId, String(approve), reason);
    checkReason(reason);
    if (approve) await keepers('FUND_REFUNDS', call.actor);
    const { refundDecision, balanceFen } = await post(shards.of(accountNo), directory, {
      accountNo,
      decide: (ledger, at, openWithFen) => decideRefund(ledger, { ...command, refundId, approve, reason, openWithFen }, { ...context, at }),
    });
    const { approved, amountFen } = refundDecision!;
    return { refundId, accountNo, approved, amountFen, balanceFen };
  };
}

export function listPendingRefunds(shards: Shards) {
  return async (): Promise<ListPendingRefundsResponse> => {
    const all = await Promise.all(shards.each().map((shard) => shard.ask(PENDING, undefined)));
    return { refunds: all.flat().sort((a, b) => a.requestedAt!.getTime() - b.requestedAt!.getTime()).slice(0, PENDING_MAX) };
  };
}

const PENDING = job('pending-refunds', (shard) => shard.read(({ refunds }): PendingRefund[] =>
  Array.from(refunds, ([refundId, { requestedAtMs, ...rest }]) => ({ refundId, ...rest, requestedAt: new Date(requestedAtMs) }))));
