import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsOfRun, survive } from './many-seeds.ts';
import { purseWorkload } from './purse-workload.ts';
import { simulate } from './simulate.ts';

/** Fewer than of the ledger (apps/prepaid-billing/src/simulation), whose shards are the same code. */
const SEEDS_IN_TEST = 30;

test('whatever happens to processes, database, network and broker: one effect a key, true answers, right balances, gapless events', async (t) => {
  t.diagnostic(await survive(seedsOfRun(SEEDS_IN_TEST), new URL('./purse-workload.ts', import.meta.url)));
});

test('the same seed is the same run', async () => {
  const [seed = 1] = seedsOfRun();
  assert.deepEqual(await simulate(purseWorkload(), seed), await simulate(purseWorkload(), seed));
  assert.notDeepEqual(await simulate(purseWorkload(), seed), await simulate(purseWorkload(), seed + 1));
});
