import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsOfRun, survive } from '@youdian/commit-log/simulation';
import { run } from './ledger-workload.ts';

test('whatever happens to processes, database, network and broker: entries sum to zero, balances are sums, each key and each charge has one effect, events are gapless', async (t) => {
  t.diagnostic(await survive(seedsOfRun(), new URL('./ledger-workload.ts', import.meta.url)));
});

test('the same seed is the same run', async () => {
  const [seed = 1] = seedsOfRun();
  assert.deepEqual(await run(seed), await run(seed));
});
