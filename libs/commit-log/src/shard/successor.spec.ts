import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Faults } from '../testing/simulation/faults.ts';
import { SimulatedProcess } from '../testing/simulation/process.ts';
import { Random } from '../testing/simulation/random.ts';
import { Scheduler } from '../testing/simulation/scheduler.ts';
import { SimulatedServer } from '../testing/simulation/server.ts';
import { DIRECT, simulatedStore } from '../testing/simulation/simulated-store.ts';
import { purseLedger } from '../testing/purse.ts';
import { BEGINNING, tailAfter, takeoverAfter } from './commit.ts';
import { runShard } from './shard.ts';

test('a takeover that arrives after its writer gave up is noticed though nobody asks for anything, and Progress goes on', async () => {
  const scheduler = new Scheduler();
  const random = new Random(1);
  const faults = new Faults(random);
  faults.active = false;
  const server = new SimulatedServer(scheduler, random, faults);
  const store = simulatedStore(server, DIRECT);
  const process = new SimulatedProcess(scheduler, 'a', 0);
  const ledger = purseLedger();
  const publisher = { publish: async () => {}, progress: async () => {} };
  const shard = runShard({ store, clock: process.clock, timers: process.timers }, ledger, { publisher, owner: 'a' });
  const log = () => server.log(ledger.shard);
  await scheduler.run(() => shard.owned, 1_000);

  const late = takeoverAfter(ledger.shard, log().reduce(tailAfter, BEGINNING), 'gave up', process.clock());
  void store.log.insert(late, 1_000);
  await scheduler.run(() => log().length === 2, 1_000);
  assert.equal(shard.owned, true);
  await scheduler.run(() => log().length === 3 && shard.owned && server.position(ledger.shard) === 3, 3_000);
  assert.deepEqual(log().map(({ kind, epoch }) => [kind, epoch]), [['takeover', 1], ['takeover', 2], ['takeover', 3]]);
});
