/**
 * What the ledger does, with all checks on and every posting durable, beside what others do with the same work in the same
 * run. Each figure says where its load generator runs. `npm run bench ledger -- --short`, `--only=postings,peers`.
 */
import { spawnSync } from 'node:child_process';
import { startMongo } from '@youdian/launcher';
import { measurePeers } from './bench/peers.ts';
import { measurePostings } from './bench/postings.ts';
import { conclusion, readSizes } from './bench/report.ts';
import { measureTogether } from './bench/together.ts';
import { measureTown } from './bench/town.ts';

/** Who calls one by one has a process of its own that collects garbage in small steps: while it stood still, all that was under way would look slow. */
const CALLS = ['--max-semi-space-size=4', '--single-threaded-gc', new URL('./bench/calls.ts', import.meta.url).pathname];

const options = process.argv.slice(2);
const sizes = readSizes(options);
const { parts } = sizes;

if (parts.has('postings') || parts.has('peers')) {
  const mongo = await startMongo();
  const server = (database: string) => ({ uri: mongo.databaseUri(database), pid: mongo.pid });
  const ours = parts.has('postings') ? await measurePostings(server('postings'), sizes) : undefined;
  if (parts.has('postings')) await measureTogether(server('postings'), sizes);
  if (parts.has('peers')) await measurePeers(server('peers'), sizes, ours);
  await mongo.stop();
}
const calls = parts.has('grpc') || parts.has('import') ? spawnSync(process.execPath, [...CALLS, ...options], { stdio: 'inherit' }).status : 0;
if (parts.has('night') || parts.has('restart')) await measureTown(sizes);
process.exit(conclusion() || (calls ?? 1));
