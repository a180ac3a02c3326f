import { REFUNDS } from '../chart.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { moneyOut, post, prepare, standing, startPosting } from './posting.ts';

export interface RefundRequest extends Command {
  readonly amountFen: bigint;
  readonly reason: string;
}

/** Notes that somebody asks for prepaid money to be given back. Nothing moves before a second person has approved. */
export function decideRefundRequest(ledger: Ledger, command: RefundRequest, context: Context): Decision {
  const { amountFen, reason } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (amountFen <= 0n) return reject(rejections.amountNotPositive);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  if (amountFen > prepared.account.balanceFen) return reject(rejections.notCovered(prepared.account.balanceFen));
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.refundRequest = { amountFen, reason };
  return post(prepared, standing(posting, prepared.account));
}

export interface RefundDecision extends Command {
  readonly refundId: string;
  readonly approve: boolean;
  readonly reason: string;
}

/** A second person approves, which pays what is still there, or refuses. */
export function decideRefund(ledger: Ledger, command: RefundDecision, context: Context): Decision {
  const { refundId, approve, reason } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const refund = ledger.refunds.get(refundId);
  if (!refund || refund.accountNo !== command.accountNo) return reject(rejections.refundUnknown);
  if (personOf(refund.requestedBy) === personOf(context.actor)) return reject(rejections.samePerson);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (approve && refund.amountFen > prepared.account.balanceFen) return reject(rejections.notCovered(prepared.account.balanceFen));
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.refundDecision = { refundId, approved: approve, reason, amountFen: refund.amountFen };
  if (!approve) return post(prepared, standing(posting, prepared.account));
  moneyOut(ledger, posting, prepared, { amountFen: refund.amountFen, to: REFUNDS, item: { itemId: refundId, period: '', dueOn: posting.postedOn } });
  return post(prepared, posting);
}

/** The same person in two roles is one person. */
function personOf(actor: string): string {
  return actor.slice(actor.indexOf(':') + 1);
}
