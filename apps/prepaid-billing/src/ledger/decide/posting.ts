import type { BalanceLevel } from '@youdian/contracts-billing/events';
import type { ArrearsChange, Entry, Posting } from '@youdian/contracts-billing/ledger';
import { isLower, outlookOf, withCharge } from '../balance-level.ts';
import { PREPAID, RECEIVABLE } from '../chart.ts';
import { dayOf } from '../day-of.ts';
import { newlyOverdue, settle } from '../owed.ts';
import { postingId } from '../posting-id.ts';
import { newAccount, type AccountBefore, type OwedItem } from '../account.ts';
import type { Ledger } from '../state.ts';
import type { Command, Context, Decision } from './command.ts';

export const NO_HASH = Buffer.alloc(0);

/** `ahead`: how many postings of the same decision come before it. */
export function startPosting(ledger: Ledger, ahead: number, command: Pick<Command, 'key' | 'inputHash' | 'accountNo'>, context: Context): Posting {
  const postedAt = postingTime(ledger, context.at);
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
    moneySequence: 0n,
    settled: [],
    owed: undefined,
    arrearsChanges: [],
    shiftId: '',
    toldLevel: 'BALANCE_LEVEL_UNSPECIFIED',
  };
}

/** Posting time never goes backwards, whatever the clock does. */
export function postingTime(ledger: Ledger, at: Date): Date {
  return at.getTime() >= ledger.postedAtMs ? at : new Date(ledger.postedAtMs);
}

/** An account as a command finds it, and what has to be posted first: its opening at its first use, or arrears that are due. */
export interface Prepared {
  readonly account: AccountBefore;
  readonly postings: Posting[];
  /** Arrears events, those of `postings` included. */
  readonly arrearsEvents: number;
}

/** Undefined when the account is not in the ledger and nobody vouches for it. */
export function prepare(ledger: Ledger, command: Command, context: Context): Prepared | undefined {
  const known = ledger.accounts.get(command.accountNo);
  if (known) {
    const start = arrearsStart(ledger, command.accountNo, known, 0, context);
    return { account: known, postings: start ? [start] : [], arrearsEvents: known.arrearsEvents + (start?.arrearsChanges.length ?? 0) };
  }
  if (command.openWithFen === undefined) return undefined;
  const opening = startPosting(ledger, 0, { key: '', inputHash: NO_HASH, accountNo: command.accountNo }, context);
  opening.accountOpening = { thresholdFen: command.openWithFen };
  return { account: newAccount(command.openWithFen), postings: [opening], arrearsEvents: 0 };
}

/** The arrears of an account that are due to begin. */
export function arrearsStart(ledger: Ledger, accountNo: string, account: AccountBefore, ahead: number, context: Context): Posting | undefined {
  if (account.owed.length === 0) return undefined;
  const overdue = newlyOverdue(account.owed, dayOf(postingTime(ledger, context.at)));
  if (overdue.length === 0) return undefined;
  const posting = startPosting(ledger, ahead, { key: '', inputHash: NO_HASH, accountNo }, context);
  posting.arrearsStart = {};
  posting.arrearsChanges = overdue.map((item, index) => arrearsChange(item, account.arrearsEvents + 1 + index, false, item.remainingFen));
  return standing(posting, account);
}

export interface MoneyIn {
  readonly amountFen: bigint;
  /** The account of the chart that it comes from. */
  readonly from: string;
  /** Settled before all else. */
  readonly item?: string | undefined;
}

/** Settles what is owed, the oldest first; the rest is prepaid. */
export function moneyIn(ledger: Ledger, posting: Posting, { account, arrearsEvents }: Prepared, { amountFen, from, item }: MoneyIn): void {
  const settled = settle(account.owed, amountFen, item);
  const settledFen = settled.reduce((sum, one) => sum + one.amountFen, 0n);
  const { accountNo } = posting;
  posting.entries = withoutZero([
    { account: from, amountFen },
    { account: RECEIVABLE + accountNo, amountFen: -settledFen },
    { account: PREPAID + accountNo, amountFen: settledFen - amountFen },
  ]);
  posting.settled = settled.map((one) => ({ itemId: one.item.itemId, amountFen: one.amountFen }));
  posting.arrearsChanges = settled
    .filter((one) => one.item.dueOn < posting.postedOn && one.amountFen === one.item.remainingFen)
    .map((one, index) => arrearsChange(one.item, arrearsEvents + 1 + index, true, one.amountFen));
  count(ledger, posting, account, account.balanceFen + amountFen - settledFen, account.receivableFen - settledFen);
}

export interface MoneyOut {
  readonly amountFen: bigint;
  /** The account of the chart that it goes to. */
  readonly to: string;
  /** What is owed where the prepaid money does not suffice. */
  readonly item: Pick<OwedItem, 'itemId' | 'period' | 'dueOn'>;
}

/** Taken from what is prepaid; what that does not cover is owed, and in arrears at once where its due day is over. */
export function moneyOut(ledger: Ledger, posting: Posting, { account, arrearsEvents }: Prepared, { amountFen, to, item }: MoneyOut): void {
  const coveredFen = amountFen < account.balanceFen ? amountFen : account.balanceFen;
  const owedFen = amountFen - coveredFen;
  const { accountNo } = posting;
  posting.entries = withoutZero([
    { account: PREPAID + accountNo, amountFen: coveredFen },
    { account: RECEIVABLE + accountNo, amountFen: owedFen },
    { account: to, amountFen: -amountFen },
  ]);
  if (owedFen > 0n) {
    posting.owed = { ...item, amountFen: owedFen };
    if (item.dueOn < posting.postedOn) posting.arrearsChanges = [arrearsChange(item, arrearsEvents + 1, false, owedFen)];
  }
  count(ledger, posting, account, account.balanceFen - coveredFen, account.receivableFen + owedFen);
}

/** Moves nothing: the account stays as it is. */
export function standing(posting: Posting, { balanceFen, receivableFen, told }: AccountBefore): Posting {
  return Object.assign(posting, { balanceFen, receivableFen, toldLevel: told });
}

/** A posting of money without entries, such as an account's closing, has its place in the count too. */
export function counted(ledger: Ledger, posting: Posting, account: AccountBefore): Posting {
  count(ledger, posting, account, account.balanceFen, account.receivableFen);
  return posting;
}

/** Of which level the customer counts as told once the balance and the threshold are these: rising above a level forgets it. */
export function toldAfter({ told, use, balanceFen }: AccountBefore, thresholdFen: bigint): BalanceLevel {
  const { level } = outlookOf(balanceFen, thresholdFen, use);
  return isLower(told, level) ? level : told;
}

export function post({ postings }: Pick<Prepared, 'postings'>, answer: Posting): Decision {
  return { kind: 'post', postings: [...postings, answer], answer };
}

function count(ledger: Ledger, posting: Posting, account: AccountBefore, balanceFen: bigint, receivableFen: bigint): void {
  posting.balanceFen = balanceFen;
  posting.receivableFen = receivableFen;
  posting.eventSequence = BigInt(account.moves + 1);
  posting.moneySequence = BigInt(ledger.moneySequence + 1);
  alert(posting, account);
}

/**
 * Tells of a level of low balance once: when a posting that took something brings the account into it. Whoever rises above
 * a level will be told of it again.
 */
function alert(posting: Posting, account: AccountBefore): void {
  const use = posting.charge ? withCharge(account.use, { ...posting.charge, postedOn: posting.postedOn }) : account.use;
  const { level, daysLeft, dailyUseFen } = outlookOf(posting.balanceFen, account.thresholdFen, use);
  const tookSomething = posting.balanceFen - posting.receivableFen < account.balanceFen - account.receivableFen;
  const tell = tookSomething && isLower(level, account.told);
  posting.toldLevel = tell || isLower(account.told, level) ? level : account.told;
  if (tell) posting.lowBalanceEpisode = { episode: BigInt(account.episodes + 1), thresholdFen: account.thresholdFen, level, daysLeft, dailyUseFen };
}

function arrearsChange({ itemId, period, dueOn }: Pick<OwedItem, 'itemId' | 'period' | 'dueOn'>, sequence: number, cleared: boolean, amountFen: bigint): ArrearsChange {
  return { sequence: BigInt(sequence), cleared, itemId, period, dueOn, amountFen };
}

function withoutZero(entries: Entry[]): Entry[] {
  return entries.filter(({ amountFen }) => amountFen !== 0n);
}
