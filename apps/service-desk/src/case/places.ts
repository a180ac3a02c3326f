import type { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import type { Calls } from '@youdian/service-host';
import type { Named, Place } from './place.ts';

const ME = { actor: 'service:service-desk' };
const ACCOUNTS_AT_ONCE = 1_000;
/** A new name or region of a known line shows after so long; an unknown line is asked for at once. */
const NETWORK_KEPT_MS = 60_000;

export interface PlaceAndCustomer extends Place {
  /** Whose account it is; undefined where no account was named or it does not exist. */
  readonly customerId?: string | undefined;
}

export type CustomerProfile = Calls<typeof CustomerProfileServiceService>;

/** What customer-profile knows about the places that cases name. The network changes rarely and is remembered. */
export class Places {
  readonly #customerProfile: CustomerProfile;
  readonly #clock: () => Date;
  #regions = new Set<string>();
  #regionOfLine = new Map<string, string>();
  #askedAtMs = -Infinity;

  constructor(customerProfile: CustomerProfile, clock: () => Date) {
    this.#customerProfile = customerProfile;
    this.#clock = clock;
  }

  /** In the order of `named`. Throws Rejected `unavailable` when customer-profile must be asked and does not answer. */
  async find(named: readonly Named[]): Promise<PlaceAndCustomer[]> {
    const accounts = await this.#accounts([...new Set(named.map(({ accountNo }) => accountNo).filter((accountNo) => accountNo !== ''))]);
    await this.#learnNetwork(named);
    return named.map(({ accountNo, regionId, lineId }) => {
      const account = accounts.get(accountNo);
      return { account, customerId: account?.customerId, regionExists: this.#regions.has(regionId), regionOfLine: this.#regionOfLine.get(lineId) };
    });
  }

  async #accounts(accountNos: readonly string[]) {
    const found = new Map<string, { regionId: string; lineId: string; customerId: string }>();
    for (let from = 0; from < accountNos.length; from += ACCOUNTS_AT_ONCE) {
      const { accounts } = await this.#customerProfile.batchGetAccounts({ accountNos: accountNos.slice(from, from + ACCOUNTS_AT_ONCE) }, ME);
      for (const account of accounts) found.set(account.accountNo, account);
    }
    return found;
  }

  async #learnNetwork(named: readonly Named[]): Promise<void> {
    const unknown = named.some(({ regionId, lineId }) => (regionId && !this.#regions.has(regionId)) || (lineId && !this.#regionOfLine.has(lineId)));
    const nowMs = this.#clock().getTime();
    const given = named.some(({ regionId, lineId }) => regionId || lineId);
    if (!given || (!unknown && nowMs - this.#askedAtMs < NETWORK_KEPT_MS)) return;
    try {
      const { regions, lines } = await this.#customerProfile.listNetwork({}, ME);
      this.#regions = new Set(regions.map(({ regionId }) => regionId));
      this.#regionOfLine = new Map(lines.map(({ lineId, regionId }) => [lineId, regionId]));
      this.#askedAtMs = nowMs;
    } catch (error) {
      // A fault can be reported while customer-profile is away, as long as its line is one that was known.
      if (unknown) throw error;
    }
  }
}
