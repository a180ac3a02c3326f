/** Charges in batches, as the stream, the file and Kafka hand them over: checked, claimed, decided, durable. The load generator is this process. */
import type { Charge } from '@youdian/contracts-billing/events';
import { takeCharges } from '../charges/take.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { accountNo, BATCH, DIRECTORY, fund, inBatches, openHere, SHARDS } from './ledger-here.ts';
import { bar, count, measured, say, type Sizes } from './report.ts';

const RESENT = 0.05;
/** What is compiled on the first of them is not measured. */
const WARM_UP = 100_000;
const BARS = { uniform: 100_000, hot: 20_000 };
/** Enough for all: what is owed is another measurement. */
const FUND_FEN = 100_000_000n;
const PERIOD = '2026-02';
const DUE_ON = '2099-12-31';

export interface Server {
  readonly uri: string;
  readonly pid: number;
}

/** Returns how many a second, uniform. */
export async function measurePostings({ uri, pid }: Server, { accounts, postings, hotPostings }: Sizes): Promise<number> {
  const ledger = await openHere(uri);
  await fund(ledger, accounts, () => FUND_FEN);
  await inBatches(0, Math.min(WARM_UP, postings), (from, to) => takeUniform(ledger.shards, 'W', from, to, accounts));
  const uniform = await run(pid, postings, (from, to) => takeUniform(ledger.shards, 'U', from, to, accounts));
  say(`durable postings, ${SHARDS} shards and the load generator in one process, uniform over ${count(accounts)} accounts, batches of ${count(BATCH)}, ${RESENT * 100} % resent:`);
  bar(`  ${count(uniform.rate)} a second, ${uniform.cpu} (bar ${count(BARS.uniform)})`, uniform.rate >= BARS.uniform);
  const hot = await run(pid, hotPostings, (from, to) => take(ledger.shards, from, to, (i) => chargeOf(`H${i}`, accountNo(1))));
  bar(`  one hot account: ${count(hot.rate)} a second, ${hot.cpu} (bar ${count(BARS.hot)})`, hot.rate >= BARS.hot);
  await ledger.close();
  return uniform.rate;
}

function run(database: number, postings: number, take: (from: number, to: number) => Promise<unknown>) {
  return measured([process.pid], 'here', database, postings, () => inBatches(0, postings, take));
}

export function takeUniform(shards: Shards, prefix: string, from: number, to: number, accounts: number): Promise<unknown> {
  return take(shards, from, to, (i) => chargeOf(`${prefix}${i}`, accountNo((i * 7) % accounts)));
}

/** Of accounts and under ids that are all of the shards that `isMine` says: nothing has to be asked elsewhere. */
export function ownCharges(isMine: (subject: string) => boolean, prefix: string, accounts: number): (i: number) => Charge {
  const mine = Array.from({ length: accounts }, (_, n) => accountNo(n)).filter(isMine);
  return (i) => {
    let id = `${prefix}${i}`;
    while (!isMine(id)) id += '-';
    return chargeOf(id, mine[(i * 7) % mine.length]!);
  };
}

/** With some that came in the batch before. */
export function take(shards: Shards, from: number, to: number, charge: (i: number) => Charge): Promise<unknown> {
  const resent = from === 0 ? 0 : Math.round((to - from) * RESENT);
  return takeCharges(shards, DIRECTORY, Array.from({ length: to - from }, (_, i) => ({ charge: charge(i < resent ? from - 1 - i : from + i) })));
}

function chargeOf(chargeId: string, no: string): Charge {
  return { chargeId, accountNo: no, amountFen: 100n, period: PERIOD, dueOn: DUE_ON, batchId: '', line: 0 };
}
