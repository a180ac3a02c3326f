import type { Entry } from '@youdian/contracts-billing/ledger';
import { PREPAID, SUSPENSE, TRANSFERS } from '../chart.ts';
import { inputHash } from '../input-hash.ts';
import * as rejections from '../rejections.ts';
import type { Ledger } from '../state.ts';
import { recall, reject, type Context, type Decision } from './command.ts';
import { moneyIn, moneyOut, post, prepare, startPosting } from './posting.ts';

export interface Correction {
  /** `<shift id>/<difference id>`: it is posted once. */
  readonly correctionId: string;
  readonly differenceKind: string;
}

/** What of a correction is one shard's posting: at most one account's money, against one other account of the chart. */
export interface CorrectionLeg {
  readonly key: string;
  /** Empty where it is no customer's money. */
  readonly accountNo: string;
  readonly entries: readonly Entry[];
}

/**
 * The postings of a correction. Money of one account against one other is posted as it is; what goes from account to
 * account, perhaps of two shards, is in `transfers` in between, and each leg is posted whatever becomes of the other.
 */
export function legsOf({ correctionId }: Correction, entries: readonly Entry[]): CorrectionLeg[] {
  const key = (leg: number) => `correction|${correctionId}|${leg}`;
  const ofAccounts = entries.filter(({ account }) => account.startsWith(PREPAID));
  const [only] = ofAccounts;
  if (!only) return [{ key: key(0), accountNo: '', entries }];
  if (entries.length === 2 && ofAccounts.length === 1) return [{ key: key(0), accountNo: accountNoOf(only), entries }];
  const legs = ofAccounts.map((entry) => ({ accountNo: accountNoOf(entry), entries: againstTransfers([entry]) }));
  const rest = entries.filter(({ account }) => !account.startsWith(PREPAID));
  return [...legs, ...(rest.length > 0 ? [{ accountNo: '', entries: againstTransfers(rest) }] : [])].map((leg, at) => ({ key: key(at), ...leg }));
}

export interface PostLeg extends CorrectionLeg {
  readonly openWithFen?: bigint | undefined;
  /** Nobody vouches for the account: its money waits in suspense. */
  readonly nobodys?: boolean;
}

/** Takes from an account what it has, and the rest is owed, as when a top-up is taken back; gives to it as a top-up does. */
export function decideCorrection(ledger: Ledger, { correctionId, differenceKind }: Correction, leg: PostLeg, context: Context): Decision {
  const { key, accountNo, entries, openWithFen, nobodys } = leg;
  const command = { key, accountNo, openWithFen, inputHash: inputHash(...entries.flatMap(({ account, amountFen }) => [account, amountFen.toString()])) };
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const prepared = accountNo === '' || nobodys ? undefined : prepare(ledger, command, context);
  if (accountNo !== '' && !nobodys && !prepared) return reject(rejections.accountUnknown);
  if (!prepared || prepared.account.closed) {
    const posting = startPosting(ledger, 0, { ...command, accountNo: '' }, context);
    posting.cashMovement = { kind: 'correction', reference: correctionId, reason: differenceKind };
    posting.entries = entries.map((entry) => (entry.account.startsWith(PREPAID) ? { ...entry, account: `${SUSPENSE}${nobodys ? 'account-unknown' : 'account-closed'}` } : entry));
    return { kind: 'post', postings: [posting], answer: posting };
  }
  const posting = startPosting(ledger, prepared.postings.length, command, context);
  const raisesFen = -entries.find(({ account }) => account.startsWith(PREPAID))!.amountFen;
  const { account: other } = entries.find(({ account }) => !account.startsWith(PREPAID))!;
  posting.correction = { amountFen: raisesFen, correctionId, differenceKind };
  if (raisesFen > 0n) moneyIn(ledger, posting, prepared, { amountFen: raisesFen, from: other });
  else moneyOut(ledger, posting, prepared, { amountFen: -raisesFen, to: other, item: { itemId: posting.postingId, period: '', dueOn: posting.postedOn } });
  return post(prepared, posting);
}

function againstTransfers(entries: readonly Entry[]): Entry[] {
  const sumFen = entries.reduce((total, { amountFen }) => total + amountFen, 0n);
  return [...entries, { account: TRANSFERS, amountFen: -sumFen }];
}

function accountNoOf({ account }: Entry): string {
  return account.slice(PREPAID.length);
}
