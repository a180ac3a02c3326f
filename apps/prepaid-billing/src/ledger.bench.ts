/**
 * What the ledger does, with all checks on and every posting durable, beside what others do with the same work in the same
 * run. Each figure says where its load generator runs. `npm run bench ledger -- --short`, `--only=postings,peers`.
 */
import { startMongo } from '@youdian/launcher';
import { measureCalls } from './bench/calls.ts';
import { measurePeers } from './bench/peers.ts';
import { measurePostings } from './bench/postings.ts';
import { conclusion, readSizes } from './bench/report.ts';
import { measureTogether } from './bench/together.ts';
import { measureTown } from './bench/town.ts';

const sizes = readSizes(process.argv.slice(2));
const { parts } = sizes;

if (parts.has('postings') || parts.has('peers')) {
  const mongo = await startMongo();
  const server = (database: string) => ({ uri: mongo.databaseUri(database), pid: mongo.pid });
  const ours = parts.has('postings') ? await measurePostings(server('postings'), sizes) : undefined;
  if (parts.has('postings')) await measureTogether(server('postings'), sizes);
  if (parts.has('peers')) await measurePeers(server('peers'), sizes, ours);
  await mongo.stop();
}
if (parts.has('grpc') || parts.has('import')) await measureCalls(sizes);
if (parts.has('night') || parts.has('restart')) await measureTown(sizes);
process.exit(conclusion());
