/** What the simulation is worth for old keys: take one safeguard away, and a seed is found that fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstFault } from '@youdian/commit-log/simulation';
import { BROKEN, type Broken } from './broken.ts';
import { ledgerWorkload } from './ledger-workload.ts';

const SEEDS = { first: 1, count: 20 };

function faultOf({ alter, definition = (right) => right }: Broken): Promise<string | undefined> {
  const workload = ledgerWorkload();
  const broken = { ...workload, definition: (shard: number) => definition(workload.definition(shard)) };
  return firstFault(broken, SEEDS, alter ? { alter } : {});
}

for (const [safeguard, broken] of Object.entries(BROKEN)) {
  test(`without ${safeguard} the simulation finds a fault`, async (t) => {
    const fault = await faultOf(broken);
    assert.ok(fault, `${SEEDS.count} seeds went well`);
    t.diagnostic(fault);
  });
}
