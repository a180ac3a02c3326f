import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { currentTraceparent } from '@youdian/telemetry';
import { inputHash } from '../ledger/input-hash.ts';
import { REASON_CHARACTERS_MAX } from '../ledger/limits.ts';
import { accountNoInvalid, reasonMissing } from '../ledger/rejections.ts';
import type { Command, Context } from '../ledger/decide/command.ts';
import { isAccountNo } from './account-no.ts';

export interface Asked {
  readonly command: Pick<Command, 'key' | 'inputHash' | 'accountNo'>;
  readonly context: Omit<Context, 'at'>;
}

/** A caller's command on an account: its key is the caller's own, its input what a retry must repeat. Throws Rejected. */
export function askedOf({ actor, idempotencyKey }: Call, operation: string, accountNo: string, ...input: readonly string[]): Asked {
  if (!isAccountNo(accountNo)) throw new Rejected(accountNoInvalid);
  return {
    command: { key: `${actor.name}|${operation}|${accountNo}|${idempotencyKey}`, inputHash: inputHash(accountNo, ...input), accountNo },
    context: { actor: actor.name, traceparent: currentTraceparent() },
  };
}

/** Throws Rejected where somebody overrides money and does not say why. */
export function checkReason(reason: string): void {
  const written = reason.trim();
  if (written === '' || written.length > REASON_CHARACTERS_MAX) throw new Rejected(reasonMissing);
}
