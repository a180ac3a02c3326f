/** What the simulation is worth for old keys: take one safeguard away, and a seed is found that fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from '@youdian/commit-log/simulation';
import { BROKEN, type Broken } from './broken.ts';
import { ledgerWorkload } from './ledger-workload.ts';

const SEEDS = 20;

async function firstFault({ alter, definition = (right) => right }: Broken): Promise<string | undefined> {
  const workload = ledgerWorkload();
  const broken = { ...workload, definition: (shard: number) => definition(workload.definition(shard)) };
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await simulate(broken, seed, alter ? { alter } : {});
    } catch (error) {
      return (error as Error).message.split('\n')[0];
    }
  }
  return undefined;
}

for (const [safeguard, broken] of Object.entries(BROKEN)) {
  test(`without ${safeguard} the simulation finds a fault`, async (t) => {
    const fault = await firstFault(broken);
    assert.ok(fault, `${SEEDS} seeds went well`);
    t.diagnostic(fault);
  });
}
