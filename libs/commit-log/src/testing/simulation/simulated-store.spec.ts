import { shardStoreContract } from '../shard-store-contract.ts';
import { Faults } from './faults.ts';
import { Network } from './network.ts';
import { SimulatedProcess } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedServer } from './server.ts';
import { simulatedStore, type Call } from './simulated-store.ts';

const CALM = { lost: 0, replyLost: 0, twice: 0, late: 0 };
const TIMEOUT_MS = 5_000;

shardStoreContract('simulated', async () => {
  const scheduler = new Scheduler();
  const random = new Random(1);
  const faults = new Faults(random);
  faults.active = false;
  const network = new Network(scheduler, random, faults);
  const process = new SimulatedProcess(scheduler, 'tester', 0);
  let draining: Promise<void> | undefined;
  const call: Call = (serve) => {
    const answer = network.call(process, CALM, TIMEOUT_MS, serve);
    draining ??= scheduler.drain().finally(() => (draining = undefined));
    return answer;
  };
  return simulatedStore(new SimulatedServer(scheduler, random, faults), call);
});
