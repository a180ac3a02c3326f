import type { CommitLog } from '../log/commit-log.ts';
import { Lease, LEASE_RENEW_MS, type LeaseRecord } from '../relay/lease.ts';
import { mongoLeases } from '../relay/mongo-leases.ts';
import { pause } from '../relay/pause.ts';
import { realTimers } from '../relay/timers.ts';
import { leaseOf } from './shard.ts';
import type { ShardSurroundings } from './store.ts';

/** What of a shard sharing has to do with. */
export interface SharedShard {
  readonly shard: string;
  want(wanted: boolean): void;
}

export interface Member {
  /** This process, unlike any other. */
  readonly owner: string;
  /** `host:port` where the others reach it. */
  readonly address?: string | undefined;
}

export interface Sharing {
  /** Where the owner of a shard is reached, as of a moment ago; undefined: nobody's, or nobody knows where. */
  addressOf(shard: string): string | undefined;
  /** In words, why this process does not know its share; undefined when all is well. */
  problem(): string | undefined;
  /** Gives up its share. What it still holds is let go by closing the shards. */
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 250;
const MEMBER = 'member:';

/**
 * Spreads shards evenly over the processes that live. Each says by a lease of its own that it does, and sees by the
 * shards' leases what is free; nobody commands, and whoever errs is stopped by the shard's log.
 */
export function shareShards(log: CommitLog, shards: readonly SharedShard[], member: Member): Sharing {
  return runSharing({ store: { leases: mongoLeases(log.db) }, clock: log.clock, timers: realTimers }, shards, member);
}

/** The same on any store, and in any time. */
export function runSharing(
  { store: { leases }, clock, timers }: Pick<ShardSurroundings, 'clock' | 'timers'> & { readonly store: Pick<ShardSurroundings['store'], 'leases'> },
  shards: readonly SharedShard[], { owner, address }: Member,
): Sharing {
  const names = shards.map(({ shard }) => shard);
  const presence = new Lease(leases, clock, MEMBER + owner, owner, address);
  const closing = new AbortController();
  let live: ReadonlyMap<string, LeaseRecord> = new Map();
  let wanted: ReadonlySet<string> = new Set();
  let problem: string | undefined = 'waiting for its share';
  let renewAt = -Infinity;

  const look = async () => {
    const now = clock();
    if (now.getTime() >= renewAt || !presence.held) {
      await presence.take();
      renewAt = now.getTime() + LEASE_RENEW_MS;
    }
    live = await leases.live(now);
    if (closing.signal.aborted) return;
    const members = Array.from(live.keys()).filter((name) => name.startsWith(MEMBER)).map((name) => name.slice(MEMBER.length));
    wanted = shareOf(names, { owner, members, holderOf: (shard) => live.get(leaseOf(shard))?.owner }, wanted);
    for (const shard of shards) shard.want(wanted.has(shard.shard));
  };
  const run = async () => {
    while (!closing.signal.aborted) {
      // Whoever cannot ask keeps what it has: the log itself is the fence.
      problem = await look().then(() => undefined, (error: Error) => `waiting: ${error.message}`);
      await pause(LOOK_EVERY_MS, closing.signal, timers);
    }
    await presence.release().catch(() => {}); // it runs out by itself
  };
  const running = run();

  return {
    addressOf: (shard) => {
      const held = live.get(leaseOf(shard));
      return held && held.owner !== owner ? held.address : undefined;
    },
    problem: () => problem,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

export interface View {
  readonly owner: string;
  readonly members: readonly string[];
  readonly holderOf: (shard: string) => string | undefined;
}

/**
 * What a process should have: what it holds or is about to take, as far as that is within its share, and of the free
 * ones what is missing to it. Shares differ by one at most; who comes first by name has the larger ones.
 */
export function shareOf(shards: readonly string[], { owner, members, holderOf }: View, had: ReadonlySet<string>): Set<string> {
  const order = [...new Set([...members, owner])].sort();
  const share = Math.floor(shards.length / order.length) + (order.indexOf(owner) < shards.length % order.length ? 1 : 0);
  const mine = shards.filter((shard) => holderOf(shard) === owner || (had.has(shard) && holderOf(shard) === undefined));
  const free = shards.filter((shard) => holderOf(shard) === undefined && !had.has(shard));
  return new Set([...mine, ...free].slice(0, share));
}
