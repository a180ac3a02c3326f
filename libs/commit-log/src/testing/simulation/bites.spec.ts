/** What the simulation is worth: take one safeguard away, and a seed is found that fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROKEN } from './broken.ts';
import { firstFault } from './first-fault.ts';
import { purseWorkload } from './purse-workload.ts';

/** From where on the rarest of them is found soon. */
const SEEDS = { first: 27, count: 40 };

for (const [safeguard, alter] of Object.entries(BROKEN)) {
  test(`without ${safeguard} the simulation finds a fault`, async (t) => {
    const fault = await firstFault(purseWorkload(), SEEDS, { alter });
    assert.ok(fault, `${SEEDS.count} seeds went well`);
    t.diagnostic(fault);
  });
}

test('without keys the simulation finds a fault', async (t) => {
  const fault = await firstFault(purseWorkload({ forgetful: true }), SEEDS);
  assert.ok(fault, `${SEEDS.count} seeds went well`);
  t.diagnostic(fault);
});
