/**
 * A small service for kill tests: does a fixed list of commands with fixed keys, as a caller that retries would, and
 * stops. Arguments: MongoDB URI, database, folder. `answers` and `events` in the folder stand for the callers and Kafka.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Event, Publisher } from '@youdian/messaging';
import { systemClock } from '@youdian/telemetry';
import { openAggregates } from '../aggregate/store.ts';
import { openCommitLog } from '../log/commit-log.ts';
import { startRelay } from '../relay/relay.ts';
import { openShard } from '../shard/shard.ts';
import { CHANGES, SUBJECTS } from './kill-plan.ts';
import { command, install, meters, readMeter } from './meter.ts';
import { post, purseLedger } from './purse.ts';

const [what, uri, database, folder] = process.argv.slice(2) as [string, string, string, string];
const writeLine = (file: string, line: unknown) => appendFileSync(join(folder, file), `${JSON.stringify(line)}\n`);

const publisher: Publisher = {
  publish: async (events: readonly Event[]) => {
    for (const { id, topic, subject, sequence, data } of events) {
      writeLine('events', { id, topic, subject, sequence: sequence.toString(), data: Buffer.from(data).toString() });
    }
  },
  progress: async () => {},
};

const client = await new MongoClient(uri, { retryWrites: false, useBigInt64: true }).connect();
const log = await openCommitLog({ db: client.db(database), clock: systemClock });
const owner = `${process.pid}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

if (what === 'aggregates') {
  const store = await openAggregates(log, meters);
  const relay = startRelay(log, { publisher, aggregates: [store], owner });
  while (!relay.active) await pause(20);
  await Promise.all(Array.from({ length: SUBJECTS }, async (_, m) => {
    for (let n = 0; n < CHANGES; n++) {
      const key = `${m}-${n}`;
      const done = n === 0
        ? await store.execute(`m${m}`, command('Install', key), install)
        : await store.execute(`m${m}`, command('Read', key), readMeter(BigInt(n)));
      writeLine('answers', { key, answer: JSON.stringify(done.result, (_name, value) => (typeof value === 'bigint' ? `${value}` : value)) });
      await pause(5); // so that there is more than one flight, and the relay comes in between
    }
  }));
  while ((await log.commits.findOne({ open: 1 })) !== null) await pause(20);
  await relay.close();
} else {
  const shard = await openShard(log, purseLedger(), { publisher, owner, limits: { snapshotCommits: 3 } });
  while (!shard.owned) await pause(20);
  await Promise.all(Array.from({ length: SUBJECTS }, async (_, p) => {
    for (let n = 0; n < CHANGES; n++) {
      const key = `${p}-${n}`;
      writeLine('answers', { key, answer: `${await shard.submit(post(key, `p${p}`, n + 1))}` });
      await pause(5);
    }
  }));
  await shard.close();
}
await client.close();
