/**
 * The sample town: a power company's register and one year of its past, made from a seed. The same seed, size and day
 * give the same town. It imports nothing of the platform, so that it can predict what the platform must say.
 */
import { accounts, LINES, REGIONS, type Account, type Line, type Region } from './accounts.ts';
import { cases, type PastCase, type Storm } from './cases.ts';
import { outages, type PastOutage } from './outages.ts';
import { payments, type PastCharge, type PastTopUp } from './payments.ts';

export const TOWN_SIZE = 20_000;
export const TOWN_SEED = 2008;

export interface TownOptions {
  readonly seed: number;
  /** Accounts. */
  readonly size: number;
  /** The Shanghai day before which all of the past lies, YYYY-MM-DD. */
  readonly today: string;
}

export interface Town extends TownOptions {
  readonly regions: readonly Region[];
  readonly lines: readonly Line[];
  readonly accounts: readonly Account[];
  readonly storms: readonly Storm[];
  readonly cases: readonly PastCase[];
  readonly outages: readonly PastOutage[];
  readonly topUps: readonly PastTopUp[];
  readonly charges: readonly PastCharge[];
}

export function makeTown(options: TownOptions): Town {
  const register = accounts(options.seed, options.size);
  const matters = cases(options.seed, options.today, register);
  return {
    ...options,
    regions: REGIONS,
    lines: LINES,
    accounts: register,
    ...matters,
    outages: outages(options.seed, options.today, register, matters.cases, matters.storms),
    ...payments(options.seed, options.today, register),
  };
}
