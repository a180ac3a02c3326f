/** One of several processes that share the ledger's shards, with a load generator of its own: `<uri> <name> <from> <to> <accounts>`, which gives it first what is any process's and then what is its own. */
import { once } from 'node:events';
import { openCommitLog } from '@youdian/commit-log';
import { serveGrpc, type Host } from '@youdian/service-host';
import { createLogger, systemClock } from '@youdian/telemetry';
import { eventually, freePorts } from '@youdian/testing';
import { MongoClient } from 'mongodb';
import { openShards } from '../shards/open.ts';
import { ledgerShardService } from '../shards/peers.ts';
import { inBatches, OPEN_LIMIT_MS, SHARDS, TO_NOBODY } from './ledger-here.ts';
import { ownCharges, take, takeUniform } from './postings.ts';
import { PROCESSES } from './together.ts';

const [uri, owner, ...numbers] = process.argv.slice(2) as [string, string, ...string[]];
const [from, to, accounts] = numbers.map(Number) as [number, number, number];
const host: Host = { name: owner, log: createLogger(owner, 'error'), clock: systemClock, onStop: () => {}, onReady: () => {}, waitFor: (_, attempt) => attempt() };

const client = new MongoClient(uri, { retryWrites: false, useBigInt64: true });
const log = await openCommitLog({ db: client.db(), clock: systemClock });
const address = `127.0.0.1:${(await freePorts(1))[0]}`;
const shards = await openShards(log, SHARDS, { publisher: TO_NOBODY, owner, address });
await serveGrpc(host, { listen: address, services: [ledgerShardService(shards.here)], descriptors: [] });
const known = () => shards.all.every(({ owned }, shard) => owned || shards.peers.addressOf(shard) !== undefined);
await eventually('its share of the shards', () => known() && shards.all.filter(({ owned }) => owned).length === SHARDS / PROCESSES, OPEN_LIMIT_MS);

const isOwn = (subject: string) => shards.all[shards.numberOf(subject)]!.owned;
const own = ownCharges(isOwn, 'O', accounts);
const told = async (answer: string) => {
  process.send!(answer);
  await once(process, 'message');
};
await told('ready');
await inBatches(from, to, (first, end) => takeUniform(shards, 'T', first, end, accounts));
await told('done');
await inBatches(from, to, (first, end) => take(shards, first, end, own));
await told('done');
await shards.close();
await client.close();
process.exit(0);
