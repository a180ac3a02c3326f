/** An account (用电户), known by its number (户号): one supply point with its usage nature, capacity, region and line. */
import type { AccountRegistered, AccountUpdated, UsageNature } from '@youdian/contracts-customer/events';

/** Personal data: open only while something is decided or answered, sealed with the customer's key wherever it is stored. */
export interface Place {
  /** May be empty. */
  readonly address: string;
}

/** `P` is the personal part: open (`Place`) in decisions, sealed in commits and documents. */
export interface Account<P = Place> {
  readonly accountNo: string;
  readonly customerId: string;
  readonly usageNature: UsageNature;
  /** kVA */
  readonly installedCapacityKva: bigint;
  readonly regionId: string;
  readonly lineId: string;
  readonly registeredAt: Date;
  readonly personal: P;
}

/** `kept` stays in the commit; only `data` is published. */
export type AccountEvent<P = Place> =
  | { readonly type: 'AccountRegistered'; readonly data: AccountRegistered; readonly kept: P }
  | { readonly type: 'AccountUpdated'; readonly data: AccountUpdated; readonly kept: P };

export function evolve<P>(state: Account<P> | undefined, event: AccountEvent<P>): Account<P> {
  const { effectiveAt, ...facts } = event.data;
  switch (event.type) {
    case 'AccountRegistered':
      return { ...facts, registeredAt: effectiveAt!, personal: event.kept };
    case 'AccountUpdated':
      return { ...facts, registeredAt: state!.registeredAt, personal: event.kept };
  }
}
