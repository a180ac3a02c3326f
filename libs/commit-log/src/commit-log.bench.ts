/** `node libs/commit-log/src/commit-log.bench.ts`: what a commit costs, on a MongoDB of its own. One JSON line a figure. */
import { readFileSync } from 'node:fs';
import { systemClock } from '@youdian/telemetry';
import { eventually } from '@youdian/testing';
import { openAggregates } from './aggregate/store.ts';
import { openCommitLog } from './log/commit-log.ts';
import { pause } from './relay/pause.ts';
import { startRelay } from './relay/relay.ts';
import { openShard } from './shard/shard.ts';
import { command, install, meters, readMeter } from './testing/meter.ts';
import { startTestMongo } from './testing/mongo.ts';
import { post, purseLedger } from './testing/purse.ts';
import { RecordingPublisher } from './testing/recording-publisher.ts';

/** Asking costs the server a scan of what is open. */
const SETTLED_ASK_MS = 200;
const mongo = await startTestMongo();

function serverCpuMs(): number {
  if (mongo.pid === -1) return 0;
  const fields = readFileSync(`/proc/${mongo.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measure(name: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const server = serverCpuMs();
  const client = process.cpuUsage();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(client);
  const figure = {
    name, count, perSecond: Math.round((count / ms) * 1_000),
    clientCpuUs: Math.round((user + system) / count), serverCpuUs: Math.round(((serverCpuMs() - server) * 1_000) / count),
  };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** `count` pieces of work, so many at a time. */
async function inFlight(width: number, count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < count) await work(next++);
  }));
}

async function aggregates(relayed: boolean): Promise<void> {
  const db = await mongo.connect();
  const log = await openCommitLog({ db, clock: systemClock });
  const store = await openAggregates(log, meters);
  const relay = relayed ? startRelay(log, { publisher: new RecordingPublisher(), aggregates: [store], owner: 'bench' }) : undefined;
  if (relay) await eventually('active', () => relay.active);
  const settled = async () => {
    while (relayed && (await log.commits.findOne({ open: 1 }))) await pause(SETTLED_ASK_MS, new AbortController().signal);
  };
  const how = relayed ? ', relayed and settled' : '';
  const create = (prefix: string) => (n: number) => store.execute(`${prefix}${n}`, command('Install', 'k', { n }), install);
  await inFlight(64, 2_000, create('warm'));
  await measure(`create, one by one${how}`, 1_000, () => inFlight(1, 1_000, create('a')).then(settled));
  await measure(`create, 64 in flight${how}`, 20_000, () => inFlight(64, 20_000, create('b')).then(settled));
  await measure(`change, 64 in flight${how}`, 20_000, () =>
    inFlight(64, 20_000, (n) => store.execute(`b${n}`, command('Read', 'r', { n }), readMeter(1n))).then(settled));
  const items = Array.from({ length: 20_000 }, (_, n) => ({ id: `c${n}`, command: command('Install', 'k', { n }), decide: install }));
  await measure(`import of new ones${how}`, items.length, () => store.executeMany(items).then(settled));
  await measure(`the same import again${how}`, items.length, () => store.executeMany(items));
  await measure('read, current, 64 in flight', 10_000, () => inFlight(64, 10_000, (n) => store.read(`c${n}`)));
  await relay?.close();
}

async function shard(): Promise<void> {
  const log = await openCommitLog({ db: await mongo.connect(), clock: systemClock });
  const ledger = await openShard(log, purseLedger(), { publisher: new RecordingPublisher(), owner: 'bench' });
  await eventually('owned', () => ledger.owned);
  const give = (prefix: string) => (n: number) => ledger.submit(post(`${prefix}${n}`, `p${n % 1_000}`, 1));
  await inFlight(64, 5_000, give('warm'));
  await measure('posting, one by one', 1_000, () => inFlight(1, 1_000, give('a')));
  await measure('posting, 64 in flight', 50_000, () => inFlight(64, 50_000, give('b')));
  await measure('posting, 4,000 in flight', 200_000, () => inFlight(4_000, 200_000, give('c')));
  await measure('linearizable read, one by one', 1_000, () => inFlight(1, 1_000, () => ledger.read((state) => state.count)));
  await measure('linearizable read, 64 in flight', 20_000, () => inFlight(64, 20_000, () => ledger.read((state) => state.count)));
  await measure('close with snapshot', 256_000, () => ledger.close());
  const again = await openShard(log, purseLedger(), { publisher: new RecordingPublisher(), owner: 'bench 2' });
  await measure('open from snapshot', 256_000, () => eventually('owned', () => again.owned));
  await again.close();
  await log.db.collection('snapshots').deleteMany({});
  const third = await openShard(log, purseLedger(), { publisher: new RecordingPublisher(), owner: 'bench 3' });
  await measure('open from all commits', 256_000, () => eventually('owned', () => third.owned));
  await third.close();
}

await aggregates(false);
await aggregates(true);
await shard();
await mongo.stop();
