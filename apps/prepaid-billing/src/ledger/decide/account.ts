import { THRESHOLD_MAX_FEN } from '../limits.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Command, type Context, type Decision } from './command.ts';
import { counted, post, prepare, standing, startPosting, toldAfter } from './posting.ts';

export interface ChangeThreshold extends Command {
  readonly thresholdFen: bigint;
}

export function decideThreshold(ledger: Ledger, command: ChangeThreshold, context: Context): Decision {
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (command.thresholdFen < 0n || command.thresholdFen > THRESHOLD_MAX_FEN) return reject(rejections.thresholdInvalid);
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  if (prepared.account.closed) return reject(rejections.accountClosed);
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.thresholdChange = { thresholdFen: command.thresholdFen };
  standing(posting, prepared.account);
  // Raising the reminder tells nobody by itself; lowering it below the balance ends the episode.
  posting.toldLevel = toldAfter(prepared.account, command.thresholdFen);
  return post(prepared, posting);
}

export interface CloseAccount extends Command {
  readonly reason: string;
}

/** Only an account that neither has nor owes anything, with nothing on its way, can be closed. */
export function decideClosing(ledger: Ledger, command: CloseAccount, context: Context): Decision {
  const { accountNo, reason } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const prepared = prepare(ledger, command, context);
  if (!prepared) return reject(rejections.accountUnknown);
  const { account } = prepared;
  if (account.closed) return reject(rejections.accountClosed);
  if (account.balanceFen !== 0n || account.receivableFen !== 0n) return reject(rejections.notEmpty(account.balanceFen, account.receivableFen));
  const isOfAccount = (pending: { readonly accountNo: string }) => pending.accountNo === accountNo;
  if (ledger.refunds.values().some(isOfAccount) || ledger.transfers.values().some(isOfAccount)) return reject(rejections.somethingPending);
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  posting.accountClosing = { reason };
  return post(prepared, counted(ledger, posting, account));
}
