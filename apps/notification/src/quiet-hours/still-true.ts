/** Whether what has waited is still to be told, and what it says by now. */
import type { BalanceLevel } from '@youdian/contracts-billing/events';
import type { GetBalanceResponse } from '@youdian/contracts-billing/prepaid_billing';
import { noticeId } from '../fan-out/fan-out.ts';
import { aboutOf, type Notice } from '../fan-out/notices.ts';
import type { Withdrawal } from '../message/decide.ts';
import type { MessageFacts, MessageState } from '../message/message.ts';

const RANK: Readonly<Record<BalanceLevel, number>> = { BALANCE_LEVEL_UNSPECIFIED: 0, BALANCE_LEVEL_EARLY: 1, BALANCE_LEVEL_LOW: 2, BALANCE_LEVEL_EMPTY: 3 };

/** What it is to say, or why it is not sent. */
export type Checked = { readonly facts: MessageFacts } | { readonly withdrawn: Withdrawal };

export type Balance = Pick<GetBalanceResponse, 'balanceFen' | 'receivableFen' | 'thresholdFen' | 'level' | 'daysLeft' | 'episode' | 'closed'>;

/** A balance is told as it is now, unless it has risen above the level that was to be told, or a later low balance tells it. */
export function lowBalanceNow(facts: MessageFacts, now: Balance): Checked {
  const { level: wasLevel = '', daysLeft: _, episode = '0', ...rest } = facts;
  const { balanceFen, receivableFen, thresholdFen, level, daysLeft } = now;
  if (now.closed || level === 'BALANCE_LEVEL_UNSPECIFIED') return { withdrawn: 'SETTLED' };
  if (now.episode > BigInt(episode)) return { withdrawn: 'SUPERSEDED' };
  if (RANK[level] < (RANK[wasLevel as BalanceLevel] ?? 0)) return { withdrawn: 'SETTLED' };
  const figures = { balanceFen: String(balanceFen), receivableFen: String(receivableFen), thresholdFen: String(thresholdFen) };
  return { facts: { ...rest, ...figures, episode, level, ...(daysLeft !== undefined && { daysLeft: String(daysLeft) }) } };
}

/** Of the notices about one stop only the newest that is for the account's line is sent. */
export function isSuperseded({ routeId = '', stopId = '', version = '', lineId = '' }: MessageFacts, notices: readonly Notice[]): boolean {
  return notices.some(({ facts, lineIds }) => facts['routeId'] === routeId && facts['stopId'] === stopId && Number(facts['version']) > Number(version) && lineIds.includes(lineId));
}

export interface Sources {
  /** As the ledger knows it; throws `Rejected`. */
  readonly balanceOf: (accountNo: string) => Promise<Balance>;
  /** All that was ever to be told of a route. */
  readonly noticesOf: (routeId: string) => Promise<readonly Notice[]>;
  /** Whether the account has, or may have, got one of these messages. */
  readonly wasTold: (messageIds: readonly string[]) => Promise<boolean>;
}

export function stillTrue({ balanceOf, noticesOf, wasTold }: Sources) {
  return async ({ rule, accountNo, facts }: Pick<MessageState, 'rule' | 'accountNo' | 'facts'>): Promise<Checked> => {
    if (rule === 'BALANCE_LOW') return lowBalanceNow(facts, await balanceOf(accountNo));
    const { routeId, stopId = '', version = '1' } = facts;
    if (routeId === undefined) return { facts };
    if (isSuperseded(facts, await noticesOf(routeId))) return { withdrawn: 'SUPERSEDED' };
    // Who never read that somebody comes need not read that nobody does.
    const earlier = Array.from({ length: Number(version) - 1 }, (_, at) => noticeId(aboutOf({ routeId, stopId, version: at + 1 }), accountNo));
    return rule === 'ROVING_VISIT_CANCELLED' && !(await wasTold(earlier)) ? { withdrawn: 'SETTLED' } : { facts };
  };
}
