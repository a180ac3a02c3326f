import type { ChargeLines, Posting } from '@youdian/contracts-billing/ledger';
import { countLine, emptyTally } from './batch.ts';
import { withCharge } from './balance-level.ts';
import { PREPAID, RECEIVABLE } from './chart.ts';
import { isLedgersOwn, reprintOf } from './decide/invoice.ts';
import { NO_HASH } from './decide/posting.ts';
import { reversalOf } from './decide/top-up.ts';
import { canonical, chained, moneyOf, type Money } from './money-kind.ts';
import { addOwed, beginArrears, payOwed } from './owed.ts';
import { shardSequence } from './posting-id.ts';
import type { Account } from './account.ts';
import { openDay, type Ledger, type ShiftTotals } from './state.ts';

/**
 * Takes a decided posting into the shard's state, in place. Throws where a posting contradicts the state (out of turn,
 * of a day that is closed, entries that do not sum to zero, a balance that is not the sum of its entries): such a shard
 * must not go on.
 */
export function evolve(ledger: Ledger, posting: Posting): void {
  const sequence = shardSequence(posting.postingId);
  if (sequence !== ledger.sequence + 1) throw new Error(`posting ${posting.postingId} does not follow ${ledger.sequence}`);
  ledger.sequence = sequence;
  ledger.postedAtMs = posting.postedAt!.getTime();
  const refused = posting.chargeRefusal !== undefined || posting.transferRefusal !== undefined || posting.topUpRefusal !== undefined;
  if (posting.key !== '') ledger.keys.add(posting.key, posting.inputHash, sequence, refused);
  if (posting.accountOpening) ledger.accounts.open(posting.accountNo, posting.accountOpening.thresholdFen);
  else if (posting.claimedKeys) for (const { key, inputHash } of posting.claimedKeys.keys) ledger.keys.add(key, inputHash, sequence);
  else if (posting.chargeRefusal) refuseCharge(ledger, posting.chargeRefusal.chargeId, sequence);
  else if (posting.dayBarrier) closeDay(ledger, posting, sequence);
  else if (posting.shiftBarrier) closeShift(ledger, posting.shiftBarrier.shiftId);
  else if (posting.chargeLines) countLines(ledger, posting.chargeLines, sequence);
  else if (posting.chargeBatchOpening) ledger.manifests.set(posting.chargeBatchOpening.batchId, posting.chargeBatchOpening);
  else if (posting.chargeBatchSettling) ledger.manifests.delete(posting.chargeBatchSettling.batchId);
  else if (posting.chargeBatchForgetting) ledger.batches.delete(posting.chargeBatchForgetting.batchId);
  else if (posting.cashMovement) moveEntries(ledger, posting, undefined);
  else if (!posting.transferRefusal && !posting.invoiceClaim && !posting.topUpRefusal) evolveAccount(ledger, posting, sequence);
}

function refuseCharge(ledger: Ledger, chargeId: string, sequence: number): void {
  ledger.refusals.set(chargeId, [...(ledger.refusals.get(chargeId) ?? []), sequence]);
}

function countLines(ledger: Ledger, { batchId, lines }: ChargeLines, sequence: number): void {
  let tally = ledger.batches.get(batchId);
  if (!tally) ledger.batches.set(batchId, (tally = emptyTally()));
  for (const line of lines) countLine(tally, line);
  if (!lines.some(({ code }) => code !== '')) return;
  const rejected = ledger.rejectedLines.get(batchId);
  if (rejected) rejected.push(sequence);
  else ledger.rejectedLines.set(batchId, [sequence]);
}

function closeDay(ledger: Ledger, { postingId, dayBarrier }: Posting, sequence: number): void {
  const { closes, opens, digest } = dayBarrier!;
  if (closes !== ledger.day.on || !ledger.day.digest.equals(digest)) throw new Error(`barrier ${postingId} does not close the day as it was`);
  if (closes !== '') ledger.barriers.push({ day: closes, sequence });
  ledger.day = openDay(opens);
}

function closeShift(ledger: Ledger, shiftId: string): void {
  ledger.shifts.delete(shiftId);
  ledger.closedShifts.add(shiftId);
}

function evolveAccount(ledger: Ledger, posting: Posting, sequence: number): void {
  const { accountNo } = posting;
  const account = ledger.accounts.get(accountNo);
  if (!account) throw new Error(`posting ${posting.postingId} is for an account that was never opened`);
  const { receivableFen } = account;
  moveEntries(ledger, posting, account);
  moveOwed(ledger, posting, account, receivableFen, sequence);
  if (posting.thresholdChange) account.thresholdFen = posting.thresholdChange.thresholdFen;
  if (posting.accountClosing) account.closed = true;
  if (posting.charge) account.use = withCharge(account.use, { ...posting.charge, postedOn: posting.postedOn });
  account.told = posting.toldLevel;
  if (posting.lowBalanceEpisode) account.episodes = Number(posting.lowBalanceEpisode.episode);
  const money = moneyOf(posting);
  if (money) countMoney(ledger, posting, account, money, sequence);
  evolvePending(ledger, posting);
}

function moveEntries(ledger: Ledger, posting: Posting, account: Account | undefined): void {
  let sumFen = 0n;
  for (const entry of posting.entries) {
    sumFen += entry.amountFen;
    if (account && entry.account.startsWith(PREPAID)) account.balanceFen -= entry.amountFen;
    else if (account && entry.account.startsWith(RECEIVABLE)) account.receivableFen += entry.amountFen;
    else ledger.totals.set(entry.account, (ledger.totals.get(entry.account) ?? 0n) + entry.amountFen);
  }
  const asSaid = !account || (account.balanceFen === posting.balanceFen && account.receivableFen === posting.receivableFen && account.balanceFen >= 0n);
  if (sumFen !== 0n || !asSaid) throw new Error(`posting ${posting.postingId} does not balance`);
}

function moveOwed(ledger: Ledger, posting: Posting, account: Account, receivableBeforeFen: bigint, sequence: number): void {
  const { accountNo, settled, owed, arrearsChanges } = posting;
  let receivableFen = receivableBeforeFen;
  for (const { itemId, amountFen } of settled) {
    payOwed(ledger, accountNo, account, itemId, amountFen);
    receivableFen -= amountFen;
  }
  if (owed) {
    const { itemId, period, dueOn, amountFen } = owed;
    addOwed(ledger, accountNo, account, { itemId, period, dueOn, remainingFen: amountFen, inArrears: arrearsChanges.length > 0 });
    receivableFen += amountFen;
  }
  if (posting.arrearsStart) for (const { itemId } of arrearsChanges) beginArrears(ledger, accountNo, account, itemId);
  if (arrearsChanges.length > 0) account.addArrears(arrearsChanges.length, sequence);
  if (receivableFen !== account.receivableFen) throw new Error(`posting ${posting.postingId} leaves a receivable that is not the sum of what is owed`);
}

function countMoney(ledger: Ledger, posting: Posting, account: Account, money: Money, sequence: number): void {
  const { day } = ledger;
  if (posting.postedOn !== day.on) throw new Error(`posting ${posting.postingId} is of ${posting.postedOn}, but ${day.on} is open`);
  ledger.moneySequence += 1;
  if (Number(posting.moneySequence) !== ledger.moneySequence) throw new Error(`posting ${posting.postingId} is out of the count of money`);
  account.addPosting(sequence);
  if (day.first === 0) day.first = ledger.moneySequence;
  const total = day.totals.get(money.kind);
  if (total) {
    total.count += 1;
    total.amountFen += money.amountFen;
  } else day.totals.set(money.kind, { count: 1, amountFen: money.amountFen });
  day.digest = chained(day.digest, canonical(ledger.shard, posting, money));
  if (posting.topUp && isLedgersOwn(posting.topUp.invoiceNo)) ledger.invoices.push(sequence);
  if (posting.shiftId !== '') countShift(ledger, posting);
}

function countShift(ledger: Ledger, { shiftId, topUp, reversal }: Posting): void {
  let shift = ledger.shifts.get(shiftId);
  if (!shift) ledger.shifts.set(shiftId, (shift = noTotals()));
  shift.postings.push(ledger.sequence);
  if (topUp) {
    shift.topUpCount += 1;
    shift.topUpFen += topUp.amountFen;
  }
  if (reversal) {
    shift.reversedCount += 1;
    shift.reversedFen += reversal.amountFen;
  }
}

function noTotals(): ShiftTotals {
  return { topUpCount: 0, topUpFen: 0n, reversedCount: 0, reversedFen: 0n, postings: [] };
}

function evolvePending(ledger: Ledger, posting: Posting): void {
  const { postingId, accountNo, actor, postedAt, inputHash } = posting;
  const { refundRequest, refundDecision, transferOut, transferEnd, reversal, reprint } = posting;
  if (refundRequest) ledger.refunds.set(postingId, { accountNo, ...refundRequest, requestedBy: actor, requestedAtMs: postedAt!.getTime() });
  if (refundDecision) ledger.refunds.delete(refundDecision.refundId);
  if (transferOut) ledger.transfers.set(postingId, { accountNo, toAccountNo: transferOut.toAccountNo, amountFen: transferOut.amountFen, startedAtMs: postedAt!.getTime() });
  if (transferEnd) ledger.transfers.delete(transferEnd.transferId);
  if (reversal) ledger.keys.add(reversalOf(reversal.reversedPostingId), inputHash, ledger.sequence);
  if (reprint) ledger.keys.add(reprintOf(reprint.reprintedPostingId, reprint.copyNo), NO_HASH, ledger.sequence);
}
