/**
 * Reads the whole ledger again and says where its first fault is: `npm run ledger:verify -- [<shard>:<seq>:<hash> …]`, each a
 * head of the chain that somebody outside of the database wrote down. Changes nothing; the ledger may be open meanwhile.
 */
import { mongoShardStore, type KnownHead } from '@youdian/commit-log';
import { readConfig, serviceConfig } from '@youdian/service-host';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { ledgerDefinition, shardName } from '../../shards/definition.ts';
import { verifyLedger } from './ledger.ts';

const HEAD = /^(?:ledger-)?(\d{1,2}):(\d{1,12}):([0-9a-f]{64})$/;
const USAGE_EXIT = 2;

const { MONGODB_URI, LEDGER_SHARDS } = readConfig({ MONGODB_URI: serviceConfig.MONGODB_URI, LEDGER_SHARDS: z.coerce.number().int().default(4) });
const heads = readHeads(process.argv.slice(2));
const client = await MongoClient.connect(MONGODB_URI, { useBigInt64: true });
const definitions = Array.from({ length: LEDGER_SHARDS }, (_, shard) => ledgerDefinition(shard, LEDGER_SHARDS));
const verdict = await verifyLedger(mongoShardStore(client.db()), definitions, heads, ({ shard, tail, fault }) => {
  const known = heads.get(shard)?.length ?? 0;
  say(fault ? `${shard} FAULT ${fault}` : `${shard} ok: ${tail.seq} commits, ${tail.postings} postings, ${known} known heads; its head is ${shard}:${tail.seq}:${tail.hash}`);
});
await client.close();
if (verdict.across) say(`FAULT between shards: ${verdict.across}`);
else if (verdict.notHeld) say('the shards were not held against each other, since the ledger is being written');
process.exit(verdict.across !== undefined || verdict.shards.some(({ fault }) => fault !== undefined) ? 1 : 0);

function readHeads(args: readonly string[]): Map<string, KnownHead[]> {
  const found = new Map<string, KnownHead[]>();
  for (const arg of args) {
    const [, shard, seq, hash] = HEAD.exec(arg) ?? [];
    if (!hash) {
      process.stderr.write(`“${arg}”不是链头;应为 <分片>:<提交号>:<哈希>,如 02:17:${'0'.repeat(64)}。\n"${arg}" is no head; it should be <shard>:<seq>:<hash>, such as 02:17:${'0'.repeat(64)}.\n`);
      process.exit(USAGE_EXIT);
    }
    const name = shardName(Number(shard));
    found.set(name, [...(found.get(name) ?? []), { seq: Number(seq), hash }]);
  }
  return found;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
