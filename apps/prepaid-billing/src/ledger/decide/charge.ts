import { CHARGES } from '../chart.ts';
import { CHARGE_MAX_FEN } from '../limits.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { moneyIn, moneyOut, post, prepare, startPosting } from './posting.ts';

export interface ChargeAccount extends Command {
  readonly amountFen: bigint;
  readonly chargeId: string;
  readonly period: string;
  readonly dueOn: string;
}

/** The charge has been checked and its id claimed before: here it cannot be refused, only be new or repeated. */
export function decideCharge(ledger: Ledger, command: ChargeAccount, context: Context): Decision {
  const { amountFen, chargeId, period, dueOn } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.charge = { amountFen, chargeId, period, dueOn };
  moneyOut(ledger, posting, prepared, { amountFen, to: CHARGES, item: { itemId: chargeId, period, dueOn } });
  return post(prepared, posting);
}

export interface ChargeAdjustment extends Command {
  /** The billing center's own id of the adjustment. */
  readonly adjustmentId: string;
  readonly chargeId: string;
  /** Positive raises the charge. */
  readonly amountFen: bigint;
  readonly period: string;
  /** Until when a raise is due. */
  readonly dueOn: string;
  readonly reason: string;
}

/** A raise is owed like a charge; a credit first lowers what is still owed of the charge. */
export function decideChargeAdjustment(ledger: Ledger, command: ChargeAdjustment, context: Context): Decision {
  const { amountFen, adjustmentId, chargeId, period, dueOn, reason } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (amountFen === 0n) return reject(rejections.amountZero);
  if (amountFen > CHARGE_MAX_FEN || amountFen < -CHARGE_MAX_FEN) return reject(rejections.chargeTooLarge);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.chargeAdjustment = { amountFen, adjustmentId, chargeId, reason, dueOn, period };
  if (amountFen > 0n) moneyOut(ledger, posting, prepared, { amountFen, to: CHARGES, item: { itemId: adjustmentId, period, dueOn } });
  else moneyIn(ledger, posting, prepared, { amountFen: -amountFen, from: CHARGES, item: chargeId });
  return post(prepared, posting);
}
