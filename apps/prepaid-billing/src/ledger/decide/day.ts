import type { Posting } from '@youdian/contracts-billing/ledger';
import { nextDay } from '@youdian/calendar';
import { dayOf } from '../day-of.ts';
import { ARREARS_AT_ONCE, BARRIERS_AT_ONCE } from '../limits.ts';
import { MONEY_KINDS } from '../money-kind.ts';
import { openDay, type Ledger, type OpenDay } from '../state.ts';
import type { Context } from './command.ts';
import { arrearsStart, NO_HASH, postingTime, startPosting } from './posting.ts';

/** Whether a day has to be closed before anything else can be posted. */
export function isDayOver(ledger: Ledger, at: Date): boolean {
  return ledger.day.on !== dayOf(postingTime(ledger, at));
}

/** A barrier for each day that has ended: also for those on which nothing happened. */
export function decideBarriers(ledger: Ledger, context: Context): Posting[] {
  const today = dayOf(postingTime(ledger, context.at));
  const barriers: Posting[] = [];
  let closed = ledger.barriers.length;
  let day: OpenDay = ledger.day;
  while (day.on !== today && barriers.length < BARRIERS_AT_ONCE) {
    const opens = day.on === '' ? today : nextDay(day.on);
    if (day.on !== '') closed += 1;
    const posting = startPosting(ledger, barriers.length, { key: '', inputHash: NO_HASH, accountNo: '' }, context);
    posting.dayBarrier = {
      closes: day.on,
      opens,
      firstSequence: BigInt(day.first),
      lastSequence: BigInt(day.first === 0 ? 0 : ledger.moneySequence),
      totals: MONEY_KINDS.map((kind) => ({ kind, count: BigInt(day.totals.get(kind)?.count ?? 0), amountFen: day.totals.get(kind)?.amountFen ?? 0n })),
      digest: day.digest,
      barrier: BigInt(closed),
    };
    barriers.push(posting);
    day = openDay(opens);
  }
  return barriers;
}

/** Begins arrears whose due day is over, the oldest first and so many at once; fewer than `most` means that all have begun. */
export function decideArrears(ledger: Ledger, context: Context, most = ARREARS_AT_ONCE): Posting[] {
  const today = dayOf(postingTime(ledger, context.at));
  const begun: Posting[] = [];
  const seen = new Set<string>();
  for (const dueOn of [...ledger.due.keys()].filter((day) => day < today).sort()) {
    for (const accountNo of ledger.due.get(dueOn)!) {
      if (begun.length === most) return begun;
      if (seen.has(accountNo)) continue;
      seen.add(accountNo);
      const posting = arrearsStart(ledger, accountNo, ledger.accounts.get(accountNo)!, begun.length, context);
      if (posting) begun.push(posting);
    }
  }
  return begun;
}
