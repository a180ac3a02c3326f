import type { Clock } from '@youdian/telemetry';

export interface LeaseRecord {
  readonly owner: string;
  readonly until: Date;
  /** Where the owner can be reached: `host:port`. */
  readonly address?: string | undefined;
}

/** Where leases are kept. */
export interface Leases {
  /** Writes it when there is none of that name, or the owner's own, or one that ended before `now`; true when written. */
  take(name: string, lease: LeaseRecord, now: Date): Promise<boolean>;
  release(name: string, owner: string): Promise<void>;
  find(name: string): Promise<LeaseRecord | undefined>;
  /** By name, all that end after `now`. */
  live(now: Date): Promise<ReadonlyMap<string, LeaseRecord>>;
}

export const LEASE_MS = 3_000;
export const LEASE_RENEW_MS = 1_000;
const TRIES = 3;

/** Says whom to try. It proves nothing: after a pause two may believe that they hold it, and what they do must stand that. */
export class Lease {
  readonly #leases: Leases;
  readonly #name: string;
  readonly #owner: string;
  readonly #address: string | undefined;
  readonly #clock: Clock;
  #until = 0;

  constructor(leases: Leases, clock: Clock, name: string, owner: string, address?: string) {
    this.#leases = leases;
    this.#name = name;
    this.#owner = owner;
    this.#address = address;
    this.#clock = clock;
  }

  get held(): boolean {
    return this.#clock().getTime() < this.#until;
  }

  /** Takes the lease when it is free, or renews it; true when it is held afterwards. */
  async take(): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const now = this.#clock();
      const until = new Date(now.getTime() + LEASE_MS);
      const taken = await this.#leases.take(this.#name, { owner: this.#owner, until, address: this.#address }, now);
      this.#until = taken ? until.getTime() : 0;
      // Written, and over before the answer came: on a machine that stood still. Whose it is now another try says.
      if (!taken || this.held) break;
    }
    return this.held;
  }

  /** So that the next owner need not wait. */
  async release(): Promise<void> {
    this.#until = 0;
    await this.#leases.release(this.#name, this.#owner);
  }

  /** The same where there may be nothing to release, or nobody who could be asked: it runs out by itself. */
  async letGo(): Promise<void> {
    if (this.#until > 0) await this.release().catch(() => {});
  }

  /** Whom to try now. */
  async holder(): Promise<{ readonly owner: string; readonly address?: string | undefined } | undefined> {
    const lease = await this.#leases.find(this.#name);
    return lease && lease.until > this.#clock() ? { owner: lease.owner, address: lease.address } : undefined;
  }
}
