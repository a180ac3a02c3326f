import type { CommitLog } from '../log/commit-log.ts';
import { Lease, LEASE_RENEW_MS } from './lease.ts';
import { RELAY_LIMITS, type RelayLimits, type RelayOptions } from './options.ts';
import { mongoLeases } from './mongo-leases.ts';
import { pause } from './pause.ts';
import { RelayTenure } from './tenure.ts';

/** How soon an instance that waits finds the lease free. */
const LEASE_ASK_MS = 250;

export interface Relay {
  /** For /readyz: why commits do not get out, in words; undefined when they do. */
  problem(): string | undefined;
  readonly active: boolean;
  /** Lets what is committed go out, for at most `drainMs`, and hands over. */
  close(): Promise<void>;
}

/**
 * Publishes a service's commits in stream order, at least once, and brings the read documents after them. One instance
 * does so, by a lease; should two for a moment, consumers see repeats and nothing else.
 */
export function startRelay(log: CommitLog, options: RelayOptions): Relay {
  return new LeasedRelay(log, options);
}

class LeasedRelay implements Relay {
  readonly #log: CommitLog;
  readonly #lease: Lease;
  readonly #options: RelayOptions;
  readonly #limits: RelayLimits;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #tenure: RelayTenure | undefined;
  #problem: string | undefined;

  constructor(log: CommitLog, options: RelayOptions) {
    this.#log = log;
    this.#options = options;
    this.#limits = { ...RELAY_LIMITS, ...options.limits };
    this.#lease = new Lease(mongoLeases(log.db), log.clock, 'relay', options.owner);
    log.onCommitted((commit, after) => this.#tenure?.offer(commit, after));
    this.#running = this.#run();
  }

  get active(): boolean {
    return this.#tenure !== undefined;
  }

  problem(): string | undefined {
    return this.#problem ?? this.#log.appender.problem ?? this.#tenure?.problem();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const held = await this.#take();
      if (held && !this.#tenure) this.#tenure = new RelayTenure(this.#log, this.#options, this.#limits);
      if (!held && this.#tenure) await this.#stop(0);
      await pause(held ? LEASE_RENEW_MS : LEASE_ASK_MS, signal);
    }
    await this.#stop(this.#limits.drainMs);
    await this.#lease.release().catch(() => {}); // it runs out by itself
  }

  async #take(): Promise<boolean> {
    try {
      const held = await this.#lease.take();
      this.#problem = undefined;
      return held;
    } catch (error) {
      this.#problem = `waiting: ${(error as Error).message}`;
      return this.#lease.held;
    }
  }

  async #stop(drainMs: number): Promise<void> {
    const tenure = this.#tenure;
    this.#tenure = undefined;
    await tenure?.stop(drainMs);
  }
}
