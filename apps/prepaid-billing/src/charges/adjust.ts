import type { AdjustChargeRequest, AdjustChargeResponse } from '@youdian/contracts-billing/prepaid_billing';
import { Rejected, type Rejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { askedOf, checkReason } from '../accounts/account-command.ts';
import type { AccountDirectory } from '../accounts/directory.ts';
import { decideChargeAdjustment } from '../ledger/decide/charge.ts';
import { reject } from '../ledger/decide/command.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { keyReused } from '../ledger/rejections.ts';
import { CLAIM_KEYS } from '../shards/claim-keys.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post, vouched, type Ask } from '../shards/post.ts';
import { CHARGE_REFUSALS, isChargeId, isDay, isPeriod } from './check.ts';
import { asksForPlaces, BILLING_CENTER, checkRights, isNamed, mayCharge, named, type RightsRefusal, type Sender } from './sender.ts';
import type { Senders } from './senders.ts';

export const ADJUST_ROLES = ['integrator', 'admin'];

/** Known by the sender's own adjustment id, under whatever key it comes. An admin acts for the billing center, on anybody's charge. */
export function adjustCharge(shards: Shards, directory: AccountDirectory, senders: Senders) {
  return async (request: AdjustChargeRequest, call: Call): Promise<AdjustChargeResponse> => {
    const { accountNo, amountFen, period, dueOn, reason } = request;
    const { context } = askedOf(call, 'adjust', accountNo);
    const sender = call.actor.role === 'admin' ? BILLING_CENTER : senders.ofCaller(call.actor);
    if (!isChargeId(request.adjustmentId)) throw idInvalid('adjustmentId');
    if (!(call.actor.role === 'admin' ? isNamed : isChargeId)(request.chargeId)) throw idInvalid('chargeId');
    const adjustmentId = named(sender, request.adjustmentId);
    const chargeId = named(sender, request.chargeId);
    if (!isPeriod(period)) throw invalid('PERIOD_INVALID', 'period');
    if (!isDay(dueOn)) throw invalid('DUE_ON_INVALID', 'dueOn');
    checkReason(reason);
    const beyond = await beyondRights(directory, sender, request);
    if (beyond) throw new Rejected({ kind: 'forbidden', code: beyond, field: beyond === 'SENDER_AMOUNT_TOO_LARGE' ? 'amountFen' : 'accountNo', zh: CHARGE_REFUSALS[beyond][0], en: CHARGE_REFUSALS[beyond][1] });
    const command = {
      key: `adjustment|${adjustmentId}`, accountNo, adjustmentId, chargeId, amountFen, period, dueOn, reason,
      inputHash: inputHash(accountNo, adjustmentId, chargeId, amountFen.toString(), period, dueOn),
    };
    const decide: Ask['decide'] = (ledger, at, openWithFen) => {
      const decision = decideChargeAdjustment(ledger, { ...command, openWithFen }, { ...context, at });
      return decision.kind === 'reject' && decision.rejection === keyReused ? reject(adjustmentIdReused) : decision;
    };
    const shard = shards.of(accountNo);
    // What cannot be posted does not use up its id.
    await vouched((openWithFen) => shard.submit((ledger, at) => ({ postings: [], result: decide(ledger, at, openWithFen) })), directory, accountNo);
    const claims = [{ key: `adjustment-id|${adjustmentId}`, inputHash: command.inputHash }];
    const [verdict] = await shards.of(adjustmentId).ask(CLAIM_KEYS, { claims, context: { actor: context.actor } });
    if (verdict !== 'claimed') throw new Rejected(adjustmentIdReused);
    const { postingId, balanceFen, receivableFen } = await post(shard, directory, { accountNo, decide });
    return { postingId, accountNo, balanceFen, receivableFen };
  };
}

async function beyondRights(directory: AccountDirectory, sender: Sender, { accountNo, amountFen }: AdjustChargeRequest): Promise<RightsRefusal | undefined> {
  const beyond = checkRights(sender, { accountNo, amountFen });
  if (beyond || !asksForPlaces(sender)) return beyond;
  const places = await directory.places(new Set([accountNo]));
  return mayCharge(sender, places.get(accountNo)) ? undefined : 'SENDER_ACCOUNT_NOT_ALLOWED';
}

const adjustmentIdReused: Rejection = {
  kind: 'conflict', code: 'ADJUSTMENT_ID_REUSED', field: 'adjustmentId',
  zh: '此调整编号已用于另一笔调整，请换一个新的编号。', en: 'This adjustment id was used for another adjustment: send a new one.',
};

function invalid(code: 'PERIOD_INVALID' | 'DUE_ON_INVALID', field: string): Rejected {
  const [zh, en] = CHARGE_REFUSALS[code];
  return new Rejected({ kind: 'invalid', code, field, zh, en });
}

function idInvalid(field: string): Rejected {
  return new Rejected({
    kind: 'invalid', code: 'ID_INVALID', field,
    zh: '编号须为 1 到 64 个字母、数字或 . _ : / -。', en: 'An id has 1 to 64 letters, digits or . _ : / -.',
  });
}
