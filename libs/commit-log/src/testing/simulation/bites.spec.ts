/** What the simulation is worth: take one safeguard away, and a seed is found that fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROKEN } from './broken.ts';
import { purseWorkload } from './purse-workload.ts';
import { simulate, type SimulationOptions } from './simulate.ts';

/** From where on the rarest of them is found soon. */
const FIRST_SEED = 27;
const SEEDS = 40;

async function firstFault(options: SimulationOptions, workload = purseWorkload()): Promise<string | undefined> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      await simulate(workload, seed, options);
    } catch (error) {
      return (error as Error).message.split('\n')[0];
    }
  }
  return undefined;
}

for (const [safeguard, alter] of Object.entries(BROKEN)) {
  test(`without ${safeguard} the simulation finds a fault`, async (t) => {
    const fault = await firstFault({ alter });
    assert.ok(fault, `${SEEDS} seeds went well`);
    t.diagnostic(fault);
  });
}

test('without keys the simulation finds a fault', async (t) => {
  const fault = await firstFault({}, purseWorkload({ forgetful: true }));
  assert.ok(fault, `${SEEDS} seeds went well`);
  t.diagnostic(fault);
});
