import type { BalanceLevel } from '@youdian/contracts-billing/events';
import { EARLY_DAYS, USE_SPAN_DAYS } from './limits.ts';
import type { RecentUse } from './account.ts';

const DAY_MS = 86_400_000;
const RANK: Readonly<Record<BalanceLevel, number>> = { BALANCE_LEVEL_UNSPECIFIED: 0, BALANCE_LEVEL_EARLY: 1, BALANCE_LEVEL_LOW: 2, BALANCE_LEVEL_EMPTY: 3 };

export interface Outlook {
  readonly level: BalanceLevel;
  /** How many whole days the balance lasts at the recent use; undefined when that is not known. */
  readonly daysLeft: number | undefined;
  /** 0 when not known. */
  readonly dailyUseFen: bigint;
}

/** How low a balance is: nothing left, below the customer's own amount, or by the account's recent use soon to be. */
export function outlookOf(balanceFen: bigint, thresholdFen: bigint, use: RecentUse | undefined): Outlook {
  const days = use ? use.to - use.from : 0;
  const chargedFen = use ? use.olderFen + use.newerFen : 0n;
  const known = days > 0 && chargedFen > 0n;
  const daysLeft = known ? Number((balanceFen * BigInt(days)) / chargedFen) : undefined;
  const dailyUseFen = known ? chargedFen / BigInt(days) : 0n;
  return { level: levelOf(balanceFen, thresholdFen, daysLeft), daysLeft, dailyUseFen };
}

function levelOf(balanceFen: bigint, thresholdFen: bigint, daysLeft: number | undefined): BalanceLevel {
  if (balanceFen === 0n) return 'BALANCE_LEVEL_EMPTY';
  if (balanceFen < thresholdFen) return 'BALANCE_LEVEL_LOW';
  return daysLeft !== undefined && daysLeft < EARLY_DAYS ? 'BALANCE_LEVEL_EARLY' : 'BALANCE_LEVEL_UNSPECIFIED';
}

export function isLower(level: BalanceLevel, than: BalanceLevel): boolean {
  return RANK[level] > RANK[than];
}

/**
 * The use with one more charge, as of the day up to which that pays: the last of its month of usage, or the day of its
 * posting where that is earlier. So a backlog of months that comes in one night counts as months. The first charge ever
 * pays for days that nobody knows: it only starts the count.
 */
export function withCharge(use: RecentUse | undefined, { period, postedOn, amountFen }: { period: string; postedOn: string; amountFen: bigint }): RecentUse {
  const day = Math.min(lastDayOf(period), dayNumber(postedOn));
  if (!use) return { from: day, middle: day, to: day, olderFen: 0n, newerFen: 0n };
  if (day < use.middle) return use;
  const newerFen = use.newerFen + amountFen;
  if (day - use.middle < USE_SPAN_DAYS) return { ...use, to: Math.max(day, use.to), newerFen };
  return { from: use.middle, middle: day, to: day, olderFen: newerFen, newerFen: 0n };
}

// Charges of one night share their day and their month.
const dayNumber = lastRemembered((day) => Date.parse(`${day}T00:00:00Z`) / DAY_MS);
const lastDayOf = lastRemembered((period) => {
  const [year, month] = period.split('-').map(Number);
  return Date.UTC(year!, month!, 0) / DAY_MS;
});

function lastRemembered(reckon: (text: string) => number): (text: string) => number {
  let lastText: string | undefined;
  let last = 0;
  return (text) => {
    if (text !== lastText) {
      last = reckon(text);
      lastText = text;
    }
    return last;
  };
}
