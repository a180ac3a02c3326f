import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PostManyRequest } from '@youdian/contracts-billing/post_many';
import { partitionOf } from '@youdian/messaging';
import { Rejected } from '@youdian/rejection';
import { MongoClient } from 'mongodb';
import { eventually, startBilling, type Billing, type ChargeJson } from './it-fixture.ts';

const SEED = Number(process.env['SEED'] ?? randomInt(1_000_000));
const FAULT_POINTS = ['commit.before', 'commit.after', 'relay.before-publish', 'relay.published-not-marked'];
const SOAK = process.env['SOAK'] !== undefined;
const TIMED_KILLS = Number(process.env['KILLS'] ?? (SOAK ? 300 : 20));
const LOADS_AT_ONCE = 16;
const STORE_AWAY_MS = SOAK ? 30_000 : 3_000;
const SHARDS = 4;
/**
 * So few in memory that a load's keys are looked up in the database two loads later, whatever is killed meanwhile. After hundreds of kills, and no
 * snapshot, a restart goes through all that ever left again: with so few, in thousands of small pieces.
 */
const LEDGER_RECENT_KEYS = SOAK ? '4096' : '128';
/** Longer than a lease, and than a process waits for one. */
const PAUSE_MS = 4_500;
const TOP_UPS = 400;
/** Of them, many in one call. */
const STREAMED = 100;
const CHARGES = 400;
const WORKERS = 16;
/** Of the oldest top-ups, when a load is done. */
const REPEATED = 10;
const ACCOUNTS = 20;
const RETRY_MS = 20;

let billing: Billing;
let round = 0;
/** The first top-ups of each load, with their answers. */
const longAgo: { readonly accountNo: string; readonly amountFen: bigint; readonly key: string; readonly postingId: string }[] = [];
before(async () => {
  billing = await startBilling({ LEDGER_RECENT_KEYS });
  await billing.service.stop();
});
after(() => billing?.stop());

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Caller = Pick<Billing, 'calls' | 'many'>;

/** Top-ups one by one and many in one call, retried until they are answered, and charges with resent ones, on accounts of its own. */
function startLoad(random: () => number, processes: readonly Caller[] = [billing]) {
  const number = ++round;
  const accounts = Array.from({ length: ACCOUNTS }, (_, i) => `${number}`.padStart(6, '0') + `${i}`.padStart(4, '0'));
  const pick = () => accounts[Math.floor(random() * ACCOUNTS)]!;
  const fen = () => BigInt(1 + Math.floor(random() * 3_000));
  const topUps = Array.from({ length: TOP_UPS }, (_, i) => ({ accountNo: pick(), amountFen: fen(), key: `${number}-${i}` }));
  const charges = Array.from({ length: CHARGES }, (_, i): ChargeJson => ({
    chargeId: `K${number}-${i}`, accountNo: pick(), amountFen: fen().toString(), period: '2026-02', dueOn: '2026-03-20',
  }));
  const acknowledged = new Map<string, string>();
  let next = 0;
  const work = async () => {
    while (next < TOP_UPS - STREAMED) {
      const { accountNo, amountFen, key } = topUps[next++]!;
      let asked = next;
      const { postingId } = await insist(() => billing.topUp(accountNo, amountFen, key, undefined, processes[asked++ % processes.length]!.calls));
      acknowledged.set(postingId, key);
    }
  };
  const stream = async () => {
    const left = new Map(topUps.slice(TOP_UPS - STREAMED).map((topUp, n) => [BigInt(n), topUp]));
    async function* all() {
      for (const [index, { accountNo, amountFen, key: idempotencyKey }] of left) {
        yield PostManyRequest.fromPartial({ index, idempotencyKey, topUp: { accountNo, amountFen, channel: 'TOP_UP_CHANNEL_COUNTER' } });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    for (let asked = 0; left.size > 0; asked++) {
      const answers = processes[asked % processes.length]!.many.postMany(all(), { actor: 'cashier:C01' });
      await (async () => {
        for await (const { index, topUp, rejection } of answers) {
          if (!topUp) assert.equal(rejection?.kind, 'unavailable', rejection?.en);
          else {
            acknowledged.set(topUp.postingId, left.get(index)!.key);
            left.delete(index);
          }
        }
      })().catch(unlessUnavailable);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const send = async () => {
    for (let i = 0; i < CHARGES; i += 20) {
      await billing.charge(...charges.slice(i, i + 20), charges[Math.floor(random() * (i + 1))]!);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const done = Promise.all([send(), stream(), ...Array.from({ length: WORKERS }, work)]);
  return { accounts, topUps, charges, acknowledged, done };
}

/** As a cashier's desk does: the same key until there is an answer. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      unlessUnavailable(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof Rejected) || error.rejection.kind !== 'unavailable') throw error;
}

async function verify({ accounts, topUps, charges, acknowledged, done }: ReturnType<typeof startLoad>): Promise<void> {
  await done;
  assert.equal(acknowledged.size, TOP_UPS, 'each top-up was answered by a posting of its own');
  const answers = new Map(Array.from(acknowledged, ([postingId, key]) => [key, postingId]));
  for (const topUp of topUps.slice(0, REPEATED)) longAgo.push({ ...topUp, postingId: answers.get(topUp.key)! });
  for (const { accountNo, amountFen, key, postingId } of longAgo.slice(0, REPEATED)) {
    assert.equal((await insist(() => billing.topUp(accountNo, amountFen, key))).postingId, postingId, 'a key has its first answer');
    await assert.rejects(insist(() => billing.topUp(accountNo, amountFen + 1n, key)), ({ rejection }: Rejected) => rejection.code === 'IDEMPOTENCY_KEY_REUSED');
  }
  const net = new Map(accounts.map((accountNo) => [accountNo, 0n]));
  for (const { accountNo, amountFen } of topUps) net.set(accountNo, net.get(accountNo)! + amountFen);
  for (const { accountNo, amountFen } of charges) net.set(accountNo, net.get(accountNo)! - BigInt(amountFen));
  const has = async (accountNo: string) => {
    const { balanceFen, receivableFen } = await insist(() => billing.balance(accountNo));
    return balanceFen - receivableFen;
  };
  await eventually('every fen is where it belongs', async () => {
    const found = await Promise.all(accounts.map(has));
    return accounts.every((accountNo, index) => found[index] === net.get(accountNo));
  });

  const statements = await Promise.all(accounts.map((accountNo) => insist(() => billing.statement(accountNo))));
  const lines = statements.flat();
  assert.equal(lines.length, TOP_UPS + CHARGES);
  for (const [index, accountNo] of accounts.entries()) {
    let runningFen = 0n;
    for (const line of statements[index]!.reverse()) {
      runningFen += line.amountFen;
      assert.equal(line.balanceFen - line.receivableFen, runningFen, 'the statement sums to the balance, line by line');
    }
    assert.equal(runningFen, net.get(accountNo));
  }
  const posted = new Set(lines.map(({ postingId }) => postingId));
  for (const postingId of acknowledged.keys()) assert.ok(posted.has(postingId), `acknowledged ${postingId} is in the ledger`);
  assert.equal(new Set(lines.map(({ chargeId }) => chargeId).filter(Boolean)).size, CHARGES);

  await eventually('every event is out', () => accounts.every((accountNo) => sequences(accountNo).size === linesOf(accountNo)));
  function linesOf(accountNo: string) {
    return topUps.filter((one) => one.accountNo === accountNo).length + charges.filter((one) => one.accountNo === accountNo).length;
  }
  for (const accountNo of accounts) {
    const seen = sequences(accountNo);
    for (let n = 1n; n <= BigInt(seen.size); n++) assert.equal(seen.get(n)?.size, 1, `event ${n} of ${accountNo} is told, and always the same`);
  }
}

/** Sequence → the different events that came under it. */
function sequences(accountNo: string): Map<bigint, Set<string>> {
  const seen = new Map<bigint, Set<string>>();
  for (const { sequence, id, data } of billing.eventsOf('prepaid-billing.posting.v1', accountNo)) {
    seen.set(sequence, (seen.get(sequence) ?? new Set()).add(`${id} ${Buffer.from(data)}`));
  }
  return seen;
}

for (const [index, point] of FAULT_POINTS.entries()) {
  test(`killed at ${point} under load, no acknowledged fen is lost or doubled`, async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const random = seeded(SEED + index);
    // The first few may be hit by what the last run left to publish, before the service is ready.
    const hit = 8 + Math.floor(random() * 20);
    const armed = await billing.start({ YOUDIAN_KILL_AT: `${point}:${hit}` });
    const load = startLoad(random);
    await new Promise((resolve) => armed.child.once('exit', resolve));
    assert.equal(armed.child.signalCode, 'SIGKILL');
    const restarted = await billing.start();
    t.diagnostic(`restart ${Math.round(restarted.startMs)} ms`);
    await verify(load);
    await restarted.stop();
  });
}

test('an import that is killed midway and handed in again is whole, and nothing of it is there twice', async () => {
  const rows = 2_000; // one batch: each shard commits its claims, and when all have, its postings
  const account = (i: number) => `7${i % ACCOUNTS}`.padStart(10, '0');
  const csv = Array.from({ length: rows }, (_, i) => `R${i},${account(i)},100,COUNTER,2026-01-05T09:00:00Z,C07`);
  const load = async () => {
    async function* file() {
      yield { chunk: { columns: {}, source: 'killed', content: Buffer.from(['receiptNo,accountNo,amountFen,channel,takenAt,collectorId', ...csv].join('\n')) } };
    }
    return (await billing.calls.importTopUps(file(), { actor: 'admin:A1', idempotencyKey: 'I' })).report!;
  };
  const armed = await billing.start({ YOUDIAN_KILL_AT: `commit.after:${SHARDS + 2}` });
  const killed = new Promise((resolve) => armed.child.once('exit', resolve));
  await assert.rejects(load());
  await killed;
  assert.equal(armed.child.signalCode, 'SIGKILL');
  await billing.start();
  const report = await load();
  assert.equal(report.accepted + report.duplicate, BigInt(rows));
  assert.ok(report.duplicate > 0n, 'some were there already');
  for (let i = 0; i < ACCOUNTS; i++) assert.equal((await billing.balance(account(i))).balanceFen, BigInt((rows / ACCOUNTS) * 100));
  await billing.service.stop();
});

/** Two processes of the service, under load by both, with what they own as the database has it. */
async function twoProcesses() {
  const beside = await billing.beside('b');
  const client = new MongoClient(billing.env.MONGODB_URI);
  const leases = client.db().collection<{ _id: string; owner: string; until: Date }>('leases');
  const processes = [{ name: 'a', calls: billing.calls, many: billing.many, start: () => billing.start({ INSTANCE: 'a' }) }, { name: 'b', ...beside }];
  const running = await Promise.all(processes.map(({ start }) => start()));
  const owned = async () => {
    const held = await leases.find({ _id: /^shard:/, until: { $gt: new Date() } }).toArray();
    return processes.map(({ name }) => held.filter(({ owner }) => owner === name).map(({ _id }) => Number(_id.slice(-2))));
  };
  return {
    running, owned, callers: processes as readonly Caller[],
    restart: async (which: number) => void (running[which] = await processes[which]!.start()),
    spread: (...counts: number[]) => eventually(`shards are spread ${counts}`, async () => (await owned()).every((shards, which) => shards.length === counts[which])),
    stop: async () => {
      await Promise.all(running.map((service) => service.stop()));
      beside.calls.close();
      beside.many.close();
      await client.close();
    },
  };
}

test('two processes share four shards, and whichever are killed at whatever instant, no acknowledged fen is lost or doubled', async (t) => {
  t.diagnostic(`SEED=${SEED}`);
  const random = seeded(SEED + 100);
  const two = await twoProcesses();
  await two.spread(2, 2);
  const loads: ReturnType<typeof startLoad>[] = [];
  for (let kills = 0; kills < TIMED_KILLS; ) {
    loads.push(startLoad(random, two.callers));
    await new Promise((resolve) => setTimeout(resolve, random() * 600));
    const victims = random() < 0.7 ? [0, 1] : [Math.floor(random() * 2)];
    await Promise.all(victims.map((which) => two.running[which]!.kill()));
    kills += victims.length;
    await Promise.all(victims.map(two.restart));
    // Not each: the broker takes seconds to miss a dead consumer, and no kill would come in that time.
    if (loads.length === LOADS_AT_ONCE || kills >= TIMED_KILLS) for (const load of loads.splice(0)) await verify(load);
  }
  await two.spread(2, 2);
  await two.stop();
});

test('a process that dies leaves its shards to the other; one that wakes up after its lease answers nothing that is no longer so', async (t) => {
  t.diagnostic(`SEED=${SEED}`);
  const random = seeded(SEED + 200);
  const two = await twoProcesses();
  await two.spread(2, 2);
  const theirs = new Set((await two.owned())[1]);
  const accounts = Array.from({ length: 40 }, (_, i) => `8${i}`.padStart(10, '0')).filter((accountNo) => theirs.has(partitionOf(accountNo, SHARDS)));
  await Promise.all(accounts.map((accountNo) => insist(() => billing.topUp(accountNo, 100n, `before-${accountNo}`, undefined, two.callers[1]!.calls))));
  const load = startLoad(random, two.callers);
  process.kill(two.running[1]!.child.pid!, 'SIGSTOP');
  const paused = new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await two.spread(SHARDS, 0);
  await Promise.all(accounts.map((accountNo) => insist(() => billing.topUp(accountNo, 11n, `meanwhile-${accountNo}`))));
  await paused;
  // On their way to it before it wakes: they are the first thing that it sees.
  const asked = accounts.map((accountNo) => two.callers[1]!.calls.getBalance({ accountNo }, { actor: 'cashier:C01' }).then(({ balanceFen }) => balanceFen, (error: Rejected) => error.rejection.kind));
  process.kill(two.running[1]!.child.pid!, 'SIGCONT');
  for (const answer of await Promise.all(asked)) assert.ok(answer === 111n || answer === 'unavailable', `${answer} is no longer so`);
  await verify(load);
  await two.spread(2, 2);
  await two.running[1]!.kill();
  const later = startLoad(random);
  await two.spread(SHARDS, 0);
  await verify(later);
  await two.stop();
});

test('the database is away for a while under load, and no acknowledged fen is lost or doubled', async (t) => {
  const { pid } = billing.infra.mongo;
  if (pid === -1) return t.skip('the database that was given is not ours to stop');
  const two = await twoProcesses();
  await two.spread(2, 2);
  const load = startLoad(seeded(SEED + 300), two.callers);
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill(pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, STORE_AWAY_MS));
  process.kill(pid, 'SIGCONT');
  await verify(load);
  await two.stop();
});

test('after all of that old keys are in pages, and whoever reads the whole ledger again finds nothing wrong', async () => {
  const client = await MongoClient.connect(billing.env.MONGODB_URI);
  assert.ok((await client.db().collection('pages').countDocuments()) > 0);
  await client.close();
  const verify = new URL('./ledger/verify/main.ts', import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [verify], { env: { ...process.env, MONGODB_URI: billing.env.MONGODB_URI }, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});
