import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { KeeperAppointed, KeeperConfirmed, type Fund } from '@youdian/contracts-billing/events';
import { Rejected } from '@youdian/rejection';
import type { Actor } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import { dayOf } from '../ledger/day-of.ts';
import { keeperNeeded } from './decide.ts';
import { evolve, keeperOn, NOBODY, type KeeperEvent, type Keepers } from './state.ts';

export const KEEPER_TOPIC = 'prepaid-billing.keeper.v1';

export type KeeperStore = AggregateStore<Keepers, KeeperEvent>;

export function openKeeperStore(log: CommitLog): Promise<KeeperStore> {
  return openAggregates<Keepers, KeeperEvent>(log, {
    name: 'fund', collection: 'funds', topic: KEEPER_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { KeeperAppointed, KeeperConfirmed },
    initial: NOBODY,
    evolve,
  });
}

/** `refunds` */
export function fundId(fund: Fund): string {
  return fund.replace('FUND_', '').toLowerCase();
}

/** Throws Rejected where a fund has a keeper today and somebody else decides on its money. */
export type RequireKeeper = (fund: Fund, actor: Actor) => Promise<void>;

export function requireKeeper(store: KeeperStore, clock: Clock): RequireKeeper {
  return async (fund, { id }) => {
    const keeper = keeperOn((await store.read(fundId(fund)))?.state ?? NOBODY, dayOf(clock()));
    if (keeper && keeper.keeperId !== id) throw new Rejected(keeperNeeded(fund, keeper.keeperId));
  };
}
