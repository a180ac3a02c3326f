/** Prints the ledger's commits as JSON lines, each checked against the one before: `npm run ledger:dump -- [shard] [from seq]`. */
import { dumpShard } from '@youdian/commit-log';
import { Posting } from '@youdian/contracts-billing/ledger';
import { readConfig, serviceConfig } from '@youdian/service-host';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { decodePostings, shardName } from '../shards/definition.ts';

const { MONGODB_URI, LEDGER_SHARDS } = readConfig({ MONGODB_URI: serviceConfig.MONGODB_URI, LEDGER_SHARDS: z.coerce.number().int().default(4) });
const [only, fromSeq = '1'] = process.argv.slice(2);
const shards = only === undefined ? Array.from({ length: LEDGER_SHARDS }, (_, shard) => shard) : [Number(only)];

const client = await MongoClient.connect(MONGODB_URI, { useBigInt64: true });
let faults = 0;
for (const shard of shards) {
  for await (const { commit, postings, owner, fault } of dumpShard(client.db(), shardName(shard), decodePostings, Number(fromSeq))) {
    if (fault) faults += 1;
    const { _id, epoch, kind, at, hash } = commit;
    process.stdout.write(`${JSON.stringify({ _id, epoch, kind, at, hash, owner, fault, postings: postings.map((posting) => Posting.toJSON(posting)) })}\n`);
  }
}
await client.close();
if (faults > 0) {
  process.stderr.write(`${faults} commits do not follow from the one before\n`);
  process.exitCode = 1;
}
