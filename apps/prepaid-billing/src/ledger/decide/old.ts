import type { ChargeRefusal, ClaimedKey, Posting } from '@youdian/contracts-billing/ledger';
import type { TopUpChannel } from '@youdian/contracts-billing/events';
import type { Rejection } from '@youdian/rejection';
import { chargeEntries, moneyAccount, topUpEntries } from './chart.ts';
import { dayOf } from './day-of.ts';
import { TAKEN_EARLIEST, THRESHOLD_MAX_FEN, TOP_UP_MAX_FEN } from './limits.ts';
import { postingId } from './posting-id.ts';
import * as rejections from './rejections.ts';
import { newAccount, type Account, type Ledger } from './state.ts';

/** Who asks for it, and when the ledger takes it up. */
export interface Context {
  readonly at: Date;
  /** `role:id` */
  readonly actor: string;
  readonly traceparent?: string | undefined;
}

export interface Command {
  /** Unique for ever within the shard: `caller|operation|account|key`. */
  readonly key: string;
  readonly inputHash: Buffer;
  readonly accountNo: string;
  /** The threshold the account gets when it is not in the ledger yet but is known to exist; undefined: not known. */
  readonly openWithFen?: bigint | undefined;
}

export interface TopUp extends Command {
  readonly amountFen: bigint;
  readonly channel: TopUpChannel;
  /** Who holds the cash; empty when nobody does. */
  readonly collectorId: string;
  readonly takenAt?: Date | undefined;
}

export interface ChargeAccount extends Command {
  readonly amountFen: bigint;
  readonly chargeId: string;
  readonly period: string;
  readonly dueOn: string;
}

export interface ChangeThreshold extends Command {
  readonly thresholdFen: bigint;
}

/** Postings to append, in order, and which of them answers; or the posting that answered the key at first; or a refusal. */
export type Decision =
  | { readonly kind: 'post'; readonly postings: readonly Posting[]; readonly answer: Posting }
  | { readonly kind: 'repeat'; readonly sequence: number; readonly refused: boolean }
  | { readonly kind: 'reject'; readonly rejection: Rejection };

export function decideTopUp(ledger: Ledger, command: TopUp, context: Context): Decision {
  const { accountNo, amountFen, channel, collectorId, takenAt } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (amountFen <= 0n) return reject(rejections.amountNotPositive);
  if (amountFen > TOP_UP_MAX_FEN) return reject(rejections.amountTooLarge);
  if (channel === 'TOP_UP_CHANNEL_UNSPECIFIED') return reject(rejections.channelMissing);
  if (takenAt && takenAt > context.at) return reject(rejections.takenAtInFuture);
  if (takenAt && takenAt < TAKEN_EARLIEST) return reject(rejections.takenAtTooEarly);
  const opened = openIfNeeded(ledger, command, context);
  if (!opened) return reject(rejections.accountUnknown);
  const { account, postings } = opened;
  const posting = startPosting(ledger, postings.length, command, context);
  posting.entries = topUpEntries(accountNo, account, amountFen, moneyAccount(channel, collectorId));
  posting.topUp = { amountFen, channel, collectorId, invoiceNo: invoiceNo(ledger), takenAt: takenAt ?? posting.postedAt };
  finish(posting, account);
  postings.push(posting);
  return { kind: 'post', postings, answer: posting };
}

/** The charge has been checked and its id claimed before: here it cannot be refused, only be new or repeated. */
export function decideCharge(ledger: Ledger, command: ChargeAccount, context: Context): Decision {
  const { accountNo, amountFen, chargeId, period, dueOn } = command;
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  const opened = openIfNeeded(ledger, command, context);
  if (!opened) return reject(rejections.accountUnknown);
  const { account, postings } = opened;
  const posting = startPosting(ledger, postings.length, command, context);
  posting.entries = chargeEntries(accountNo, account, amountFen);
  posting.charge = { amountFen, chargeId, period, dueOn };
  finish(posting, account);
  postings.push(posting);
  return { kind: 'post', postings, answer: posting };
}

export function decideThreshold(ledger: Ledger, command: ChangeThreshold, context: Context): Decision {
  const earlier = recall(ledger, command);
  if (earlier) return earlier;
  if (command.thresholdFen < 0n || command.thresholdFen > THRESHOLD_MAX_FEN) return reject(rejections.thresholdInvalid);
  const opened = openIfNeeded(ledger, command, context);
  if (!opened) return reject(rejections.accountUnknown);
  const { account, postings } = opened;
  const posting = startPosting(ledger, postings.length, command, context);
  posting.thresholdChange = { thresholdFen: command.thresholdFen };
  posting.balanceFen = account.balanceFen;
  posting.receivableFen = account.receivableFen;
  postings.push(posting);
  return { kind: 'post', postings, answer: posting };
}

/** A key that must be unique across all shards, and the refusals that go with it where it names a charge. */
export interface Claim {
  readonly key: string;
  readonly inputHash: Buffer;
  /** Set when the charge cannot be taken: its key is used up by the refusal. */
  readonly refusal?: Refusal | undefined;
  /** What to post, once for each other input, when the key was used with another one; undefined: nothing. */
  readonly whenReused?: (() => Refusal) | undefined;
}

export interface Refusal extends ChargeRefusal {
  readonly accountNo: string;
}

/** claimed: it may be posted (perhaps it is already) · refused: for good, at first sight · reused: the key means something else. */
export type Verdict = 'claimed' | 'refused' | 'reused';

/** Claims many keys at once: all that are new go into one posting, each refusal into its own. */
export function decideClaims(ledger: Ledger, claims: readonly Claim[], context: Context): { postings: Posting[]; verdicts: Verdict[] } {
  const fresh: ClaimedKey[] = [];
  const refusals: Posting[] = [];
  const inBatch = new Map<string, { inputHash: Buffer; refused: boolean }>();
  const refusedInBatch = new Map<string, number>();

  const refuse = (key: string, inputHash: Buffer, { accountNo, ...refusal }: Refusal) => {
    const earlier = refusedInBatch.get(refusal.chargeId) ?? ledger.refusals.get(refusal.chargeId)?.length ?? 0;
    refusedInBatch.set(refusal.chargeId, earlier + 1);
    inBatch.set(key, { inputHash, refused: true });
    const posting = startPosting(ledger, refusals.length, { key, inputHash, accountNo }, context);
    posting.chargeRefusal = refusal;
    posting.eventSequence = BigInt(earlier + 1);
    refusals.push(posting);
  };
  const seen = (key: string, inputHash: Buffer) => {
    const now = inBatch.get(key);
    return now ? { sameInput: now.inputHash.equals(inputHash), refused: now.refused } : ledger.keys.find(key, inputHash);
  };

  const verdicts = claims.map(({ key, inputHash, refusal, whenReused }): Verdict => {
    const earlier = seen(key, inputHash);
    if (earlier?.sameInput) return earlier.refused ? 'refused' : 'claimed';
    if (earlier) {
      const reuseKey = `${key}|${inputHash.toString('hex')}`;
      if (whenReused && !seen(reuseKey, inputHash)) refuse(reuseKey, inputHash, whenReused());
      return 'reused';
    }
    if (refusal) {
      refuse(key, inputHash, refusal);
      return 'refused';
    }
    inBatch.set(key, { inputHash, refused: false });
    fresh.push({ key, inputHash });
    return 'claimed';
  });
  if (fresh.length === 0) return { postings: refusals, verdicts };
  const claimed = startPosting(ledger, refusals.length, { key: '', inputHash: NO_HASH, accountNo: '' }, context);
  claimed.claimedKeys = { keys: fresh };
  return { postings: [...refusals, claimed], verdicts };
}

const NO_HASH = Buffer.alloc(0);

function reject(rejection: Rejection): Decision {
  return { kind: 'reject', rejection };
}

function recall(ledger: Ledger, { key, inputHash }: Command): Decision | undefined {
  const earlier = ledger.keys.find(key, inputHash);
  if (!earlier) return undefined;
  return earlier.sameInput ? { kind: 'repeat', sequence: earlier.sequence, refused: earlier.refused } : reject(rejections.keyReused);
}

/** The account, with its opening posted first where this is its first use; undefined when nobody vouches for it. */
function openIfNeeded(ledger: Ledger, command: Command, context: Context): { account: Readonly<Account>; postings: Posting[] } | undefined {
  const known = ledger.accounts.get(command.accountNo);
  if (known) return { account: known, postings: [] };
  if (command.openWithFen === undefined) return undefined;
  const opening = startPosting(ledger, 0, { key: '', inputHash: NO_HASH, accountNo: command.accountNo }, context);
  opening.accountOpening = { thresholdFen: command.openWithFen };
  return { account: newAccount(command.openWithFen), postings: [opening] };
}

/** `ahead`: how many postings of the same decision come before it. */
function startPosting(ledger: Ledger, ahead: number, command: Pick<Command, 'key' | 'inputHash' | 'accountNo'>, context: Context): Posting {
  const postedAt = new Date(Math.max(context.at.getTime(), ledger.postedAtMs));
  return {
    postingId: postingId(ledger.shard, ledger.sequence + 1 + ahead),
    accountNo: command.accountNo,
    key: command.key,
    inputHash: command.inputHash,
    postedAt,
    postedOn: dayOf(postedAt),
    actor: context.actor,
    traceparent: context.traceparent ?? '',
    entries: [],
    balanceFen: 0n,
    receivableFen: 0n,
    eventSequence: 0n,
    lowBalanceEpisode: undefined,
  };
}

/** What the account has afterwards, and whether this posting opens a low-balance episode: only what lowers the balance does. */
function finish(posting: Posting, account: Readonly<Account>): void {
  const amountFen = posting.topUp ? posting.topUp.amountFen : -posting.charge!.amountFen;
  const netFen = account.balanceFen - account.receivableFen + amountFen;
  posting.balanceFen = netFen > 0n ? netFen : 0n;
  posting.receivableFen = netFen < 0n ? -netFen : 0n;
  posting.eventSequence = BigInt(account.postings.length + 1);
  if (posting.balanceFen < account.balanceFen && posting.balanceFen < account.thresholdFen && !account.low) {
    posting.lowBalanceEpisode = { episode: BigInt(account.episodes + 1), thresholdFen: account.thresholdFen };
  }
}

/** `<2-digit shard>-<8-digit serial>`, gapless in each shard. */
function invoiceNo(ledger: Ledger): string {
  return `${ledger.shard.toString().padStart(2, '0')}-${(ledger.invoices + 1).toString().padStart(8, '0')}`;
}
