import type { Collection, Db } from 'mongodb';
import type { Clock } from '@youdian/telemetry';
import { STORED } from '../log/commit-log.ts';
import { isDuplicateKey } from '../log/outcome.ts';

interface LeaseDocument {
  readonly _id: string;
  readonly owner: string;
  readonly until: Date;
  /** Where the owner can be reached: `host:port`. */
  readonly address?: string | undefined;
}

export const LEASE_MS = 3_000;
export const LEASE_RENEW_MS = 1_000;

/** Says whom to try. It proves nothing: after a pause two may believe that they hold it, and what they do must stand that. */
export class Lease {
  readonly #leases: Collection<LeaseDocument>;
  readonly #name: string;
  readonly #owner: string;
  readonly #address: string | undefined;
  readonly #clock: Clock;
  #until = 0;

  constructor(db: Db, clock: Clock, name: string, owner: string, address?: string) {
    this.#leases = db.collection<LeaseDocument>('leases', STORED);
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
    const now = this.#clock();
    const until = new Date(now.getTime() + LEASE_MS);
    try {
      const mineOrFree = { _id: this.#name, $or: [{ owner: this.#owner }, { until: { $lt: now } }] };
      await this.#leases.updateOne(mineOrFree, { $set: { owner: this.#owner, until, address: this.#address } }, { upsert: true });
      this.#until = until.getTime();
    } catch (error) {
      // Upsert could not insert since someone else's is there.
      if (!isDuplicateKey(error)) throw error;
      this.#until = 0;
    }
    return this.held;
  }

  /** So that the next owner need not wait. */
  async release(): Promise<void> {
    this.#until = 0;
    await this.#leases.deleteOne({ _id: this.#name, owner: this.#owner });
  }

  /** Whom to try now. */
  async holder(): Promise<{ readonly owner: string; readonly address?: string | undefined } | undefined> {
    const lease = await this.#leases.findOne({ _id: this.#name });
    return lease && lease.until > this.#clock() ? { owner: lease.owner, address: lease.address } : undefined;
  }
}
