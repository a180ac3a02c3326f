import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, purseLedger, type PursePosting } from '../testing/purse.ts';
import { Faults } from '../testing/simulation/faults.ts';
import { Random } from '../testing/simulation/random.ts';
import { Scheduler } from '../testing/simulation/scheduler.ts';
import { SimulatedServer } from '../testing/simulation/server.ts';
import { DIRECT, simulatedStore } from '../testing/simulation/simulated-store.ts';
import { batchAfter, BEGINNING, tailAfter, takeoverAfter, type ShardCommit } from './commit.ts';
import { Postings } from './shard-history.ts';

const AT = new Date(0);

test('who was the owner, and does not know yet that another has gone on, finds what that one has posted', async () => {
  const ledger = purseLedger();
  const state = ledger.machine.initial();
  const log: ShardCommit[] = [takeoverAfter(ledger.shard, BEGINNING, 'a', AT)];
  const tails = [tailAfter(BEGINNING, log[0]!)];
  for (let n = 1; n <= 9; n++) {
    const decision = post(`k${n}`, 'p', n)(state, AT) as { readonly postings: readonly PursePosting[] };
    ledger.machine.apply(state, decision.postings[0]!);
    log.push(n === 5 ? takeoverAfter(ledger.shard, tails.at(-1)!, 'b', AT) : batchAfter(ledger.shard, tails.at(-1)!, 1, Buffer.from(ledger.codec.encode(decision.postings)), AT));
    tails.push(tailAfter(tails.at(-1)!, log.at(-1)!));
  }
  const random = new Random(1);
  const server = new SimulatedServer(new Scheduler(), random, new Faults(random));
  server.replace(ledger.shard, log);
  const postings = new Postings<PursePosting>(simulatedStore(server, DIRECT).log, ledger, () => tails[3]);
  assert.deepEqual((await postings.read([8, 2])).map(({ key }) => key), ['k9', 'k2']);
  await assert.rejects(postings.read([9]), RangeError);
});
