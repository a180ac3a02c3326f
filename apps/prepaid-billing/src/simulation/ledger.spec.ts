import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsOfRun, simulate, survive } from '@youdian/commit-log/simulation';
import { ledgerWorkload } from './ledger-workload.ts';

test('whatever happens to processes, database, network and broker: entries sum to zero, balances are sums, each key and each charge has one effect, events are gapless', async (t) => {
  t.diagnostic(await survive(seedsOfRun(), (seed) => simulate(ledgerWorkload(), seed)));
});

test('the same seed is the same run', async () => {
  const [seed = 1] = seedsOfRun();
  assert.deepEqual(await simulate(ledgerWorkload(), seed), await simulate(ledgerWorkload(), seed));
});
