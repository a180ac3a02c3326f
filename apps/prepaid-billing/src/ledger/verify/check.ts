/** What a posting must say where it stands, beyond what `evolve` refuses: reckoned from the state before it, by rules of its own. */
import { isDeepStrictEqual } from 'node:util';
import { nextDay } from '@youdian/calendar';
import type { DayBarrier, Posting, ShiftBarrier } from '@youdian/contracts-billing/ledger';
import { outlookOf, withCharge } from '../balance-level.ts';
import { PREPAID, RECEIVABLE } from '../chart.ts';
import { dayOf } from '../day-of.ts';
import { MONEY_KINDS, moneyOf, shardOf } from '../money-kind.ts';
import type { AccountBefore } from '../account.ts';
import type { Ledger } from '../state.ts';

/** Throws what is wrong, and with which posting. */
export function checkPosting(ledger: Ledger, posting: Posting): void {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`posting ${posting.postingId} ${what}`);
  };
  checkPlace(ledger, posting, must);
  checkEntries(posting, must);
  const account = ledger.accounts.get(posting.accountNo);
  if (hasAccount(posting) && account) checkAccount(account, posting, must);
  else must(posting.balanceFen === 0n && posting.receivableFen === 0n, 'tells a balance, and is no account\'s');
  checkCounts(ledger, account, posting, must);
  if (posting.dayBarrier) checkDay(ledger, posting.dayBarrier, posting.postedOn, must);
  if (posting.shiftBarrier) checkShift(ledger, posting.shiftBarrier, must);
  checkPending(ledger, posting, must);
}

type Must = (holds: boolean, what: string) => void;

function checkPlace(ledger: Ledger, posting: Posting, must: Must): void {
  const { postedAt, postedOn, dayBarrier } = posting;
  must(shardOf(posting) === ledger.shard, 'is another shard\'s');
  must(postedAt !== undefined && postedAt.getTime() >= ledger.postedAtMs, 'is earlier than the one before');
  must(postedOn === dayOf(postedAt!), `is of ${postedOn}, and was posted on ${dayOf(postedAt!)}`);
  must(dayBarrier !== undefined || postedOn === ledger.day.on, `is of ${postedOn}, and ${ledger.day.on} is open`);
}

function checkEntries(posting: Posting, must: Must): void {
  const { entries, accountNo, cashMovement } = posting;
  must(entries.reduce((sum, { amountFen }) => sum + amountFen, 0n) === 0n, 'has entries that do not sum to zero');
  must(entries.length === 0 || cashMovement !== undefined || moneyOf(posting) !== undefined, 'has entries, and moves nobody\'s money');
  must(entries.length > 0 || cashMovement === undefined, 'moves cash, and has no entries');
  for (const { account, amountFen } of entries) {
    must(amountFen !== 0n && account !== '', 'has an empty entry');
    const isCustomers = account.startsWith(PREPAID) || account.startsWith(RECEIVABLE);
    must(!isCustomers || (!cashMovement && (account === PREPAID + accountNo || account === RECEIVABLE + accountNo)), `moves ${account}, which is not its account`);
  }
}

/** Whether it says what an account has afterwards. */
function hasAccount({ accountNo, accountOpening, chargeRefusal, transferRefusal }: Posting): boolean {
  return accountNo !== '' && !accountOpening && !chargeRefusal && !transferRefusal;
}

function checkAccount(before: AccountBefore, posting: Posting, must: Must): void {
  const { balanceFen, receivableFen, entries, owed, settled } = posting;
  must(balanceFen >= 0n && receivableFen >= 0n && (balanceFen === 0n || receivableFen === 0n), `leaves a forbidden balance: ${balanceFen} prepaid, ${receivableFen} owed`);
  const moved = balanceFen - receivableFen - (before.balanceFen - before.receivableFen);
  must(moved === (moneyOf(posting)?.amountFen ?? 0n), 'says another amount than it moves');
  const receivable = entries.find(({ account }) => account.startsWith(RECEIVABLE))?.amountFen ?? 0n;
  must((owed?.amountFen ?? 0n) - settled.reduce((sum, { amountFen }) => sum + amountFen, 0n) === receivable, 'names other items than it owes or settles');
}

function checkCounts(ledger: Ledger, account: AccountBefore | undefined, posting: Posting, must: Must): void {
  const { topUp, shiftId, charge, chargeRefusal, arrearsChanges, lowBalanceEpisode, eventSequence, moneySequence } = posting;
  const money = moneyOf(posting);
  must(moneySequence === BigInt(money ? ledger.moneySequence + 1 : 0), 'is out of the count of money');
  if (money) must(eventSequence === BigInt((account?.moves ?? 0) + 1), 'is out of the count of its account\'s events');
  if (chargeRefusal) must(eventSequence === BigInt((ledger.refusals.get(chargeRefusal.chargeId)?.length ?? 0) + 1), 'is out of the count of refusals');
  const [series, serial] = topUp?.invoiceNo.split('-') ?? [];
  // A series out of which blocks are handed out begins with a letter.
  if (topUp) must(/^[A-Z]/.test(series!) || (Number(serial) === ledger.invoices.length + 1 && posting.postingId.startsWith(`${series}-`)), `has invoice ${topUp.invoiceNo}, which is not the next`);
  must(shiftId === '' || !ledger.closedShifts.has(shiftId), `was taken in shift ${shiftId} after its close`);
  must(arrearsChanges.every(({ sequence }, index) => sequence === BigInt((account?.arrearsEvents ?? 0) + 1 + index)), 'is out of the count of arrears');
  if (!lowBalanceEpisode || !account) return;
  const use = charge ? withCharge(account.use, { ...charge, postedOn: posting.postedOn }) : account.use;
  const outlook = outlookOf(posting.balanceFen, account.thresholdFen, use);
  must(lowBalanceEpisode.episode === BigInt(account.episodes + 1), 'is out of the count of low balances');
  must(lowBalanceEpisode.level === outlook.level && lowBalanceEpisode.thresholdFen === account.thresholdFen, 'tells another low balance than there is');
}

function checkDay({ day, barriers, moneySequence }: Ledger, barrier: DayBarrier, postedOn: string, must: Must): void {
  must(barrier.closes === day.on, `closes ${barrier.closes}, and ${day.on} is open`);
  must(barrier.opens === (day.on === '' ? postedOn : nextDay(day.on)) && barrier.opens <= postedOn, `opens ${barrier.opens}, which is not the next day`);
  must(barrier.firstSequence === BigInt(day.first) && barrier.lastSequence === BigInt(day.first === 0 ? 0 : moneySequence), 'closes its day with another range than was posted');
  const totals = MONEY_KINDS.map((kind) => ({ kind, count: BigInt(day.totals.get(kind)?.count ?? 0), amountFen: day.totals.get(kind)?.amountFen ?? 0n }));
  must(isDeepStrictEqual(barrier.totals, totals), 'closes its day with other totals than were posted');
  must(day.digest.equals(barrier.digest), 'closes its day with another digest');
  must(barrier.barrier === BigInt(barriers.length + (day.on === '' ? 0 : 1)), 'is out of the count of barriers');
}

function checkShift({ shifts }: Ledger, { shiftId, topUpCount, topUpFen, reversedCount, reversedFen, sequences }: ShiftBarrier, must: Must): void {
  const taken = shifts.get(shiftId);
  const said = [Number(topUpCount), topUpFen, Number(reversedCount), reversedFen, sequences];
  const found = [taken?.topUpCount ?? 0, taken?.topUpFen ?? 0n, taken?.reversedCount ?? 0, taken?.reversedFen ?? 0n, taken?.postings ?? []];
  must(isDeepStrictEqual(said, found), 'closes its shift with other sums than were taken');
}

function checkPending({ transfers, refunds }: Ledger, { transferEnd, refundDecision }: Posting, must: Must): void {
  if (transferEnd) must(transfers.get(transferEnd.transferId)?.amountFen === transferEnd.amountFen, 'ends a transfer that is not on its way, or another sum of it');
  if (refundDecision) {
    const asked = refunds.get(refundDecision.refundId);
    must(asked !== undefined && (!refundDecision.approved || asked.amountFen === refundDecision.amountFen), 'decides a refund that nobody asked for, or another sum of it');
  }
}
