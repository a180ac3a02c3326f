import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease, LEASE_MS, type LeaseRecord, type Leases } from './lease.ts';

/** A database whose answers to the first takes come so late. */
function given(...answersAfterMs: number[]) {
  let nowMs = 1_000_000;
  let standing: LeaseRecord | undefined;
  const leases: Leases = {
    take: async (_name, lease, now) => {
      const free = !standing || standing.owner === lease.owner || standing.until < now;
      if (free) standing = lease;
      nowMs += answersAfterMs.shift() ?? 0;
      return free;
    },
    release: async () => void (standing = undefined),
    find: async () => standing,
  } as Partial<Leases> as Leases;
  const lease = (owner: string) => new Lease(leases, () => new Date(nowMs), 'shard:x', owner);
  return { lease, pass: (ms: number) => (nowMs += ms), steal: (owner: string) => (standing = { owner, until: new Date(nowMs + LEASE_MS) }) };
}

test('who renews a lease and hears of it only when it is over takes it again: nobody else has it', async () => {
  const lease = given(0, LEASE_MS + 1).lease('a');
  assert.equal(await lease.take(), true);
  assert.equal(await lease.take(), true);
});

test('unless somebody else has taken it meanwhile', async () => {
  const world = given();
  const lease = world.lease('a');
  assert.equal(await lease.take(), true);
  world.pass(LEASE_MS + 1);
  world.steal('b');
  assert.equal(await lease.take(), false);
  assert.equal(lease.held, false);
});

test('a database that is always too late gives no lease', async () => {
  assert.equal(await given(LEASE_MS, LEASE_MS, LEASE_MS, LEASE_MS).lease('a').take(), false);
});
