import type { ImportTopUpsRequest, ImportTopUpsResponse } from '@youdian/contracts-billing/prepaid_billing';
import { createReport, openUpload, readBatches, type Outcome } from '@youdian/csv-import';
import { isRejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { currentTraceparent, type Clock } from '@youdian/telemetry';
import { unknownAccounts, type AccountDirectory } from '../accounts/directory.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { accountUnknown } from '../ledger/rejections.ts';
import { askEach } from '../shards/ask-each.ts';
import { CLAIM_KEYS } from '../shards/claim-keys.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decideAll, type Ask } from '../shards/post.ts';
import { overlap } from '../streams/overlap.ts';
import { OPTIONAL, readTopUpRow, receiptReused, REQUIRED, type TopUpRow } from './row.ts';

export const IMPORT_ROLES = ['manager', 'integrator', 'admin', 'service'];

const BATCH_ROWS = 2_000;
const BATCHES_IN_FLIGHT = 4;

/** Past top-ups from a CSV file. A row is known by source and receiptNo for ever: importing twice changes nothing. */
export function importTopUps(shards: Shards, directory: AccountDirectory, clock: Clock) {
  return async (requests: AsyncIterable<ImportTopUpsRequest>, { actor }: Call): Promise<ImportTopUpsResponse> => {
    const { source, columns, chunks } = await openUpload(requests);
    const report = createReport();
    const context = { actor: actor.name, traceparent: currentTraceparent() };
    const batches = readBatches<Line>(chunks, report, {
      columns, required: REQUIRED, optional: OPTIONAL, batchRows: BATCH_ROWS,
      read: ({ values, line }) => {
        const row = readTopUpRow(values, clock());
        return isRejection(row) ? row : { row, line };
      },
    });
    const take = async (lines: readonly Line[]) => ({ lines, outcomes: await takeRows(shards, directory, source, lines, context) });
    for await (const { lines, outcomes } of overlap(batches, BATCHES_IN_FLIGHT, take)) report.addAll(lines, outcomes);
    return { report: report.report };
  };
}

interface Line {
  readonly line: number;
  readonly row: TopUpRow;
}

/** Claims each receipt in the shard of the receipt, then posts it in the shard of the account, as charges are taken. */
async function takeRows(shards: Shards, directory: AccountDirectory, source: string, lines: readonly Line[], context: Omit<Context, 'at'>): Promise<Outcome[]> {
  const unknown = await unknownAccounts(shards, directory, lines.map(({ row }) => row.accountNo));
  const outcomes = new Array<Outcome>(lines.length);
  const rows = lines.map(({ row }) => ({ row, key: `receipt|${source}|${row.receiptNo}`, inputHash: hashOf(row) }));
  const known: number[] = [];
  for (const [index, { row }] of rows.entries()) {
    if (unknown.has(row.accountNo)) outcomes[index] = accountUnknown;
    else known.push(index);
  }
  const verdicts = await askEach(shards, known.map((index) => rows[index]!), ({ key }) => key, (shard, mine) => shard.ask(CLAIM_KEYS, { claims: mine.map(({ key, inputHash }) => ({ key, inputHash })), context }));
  const claimed = known.filter((index, i) => {
    if (verdicts[i] !== 'claimed') outcomes[index] = receiptReused;
    return verdicts[i] === 'claimed';
  });
  const openWithFen = directory.defaultThresholdFen;
  const posted = await askEach(shards, claimed.map((index) => rows[index]!), ({ row }) => row.accountNo, (shard, mine) => shard.ask(POST_ROWS, { rows: mine, context, openWithFen }));
  for (const [i, index] of claimed.entries()) outcomes[index] = posted[i]!;
  return outcomes;
}

interface Rows {
  readonly rows: readonly { readonly row: TopUpRow; readonly key: string; readonly inputHash: Buffer }[];
  readonly context: Omit<Context, 'at'>;
}

const POST_ROWS = job('post-rows', async (shard, { rows, context, openWithFen }: Rows & { readonly openWithFen: bigint }) => {
  const decisions = await decideAll(shard, rows.map(({ row, key, inputHash }): Ask => ({
    accountNo: row.accountNo,
    decide: (ledger, at) => decideTopUp(ledger, { ...row, key: `top-up|${key}`, inputHash, openWithFen }, { ...context, at }),
  })), openWithFen);
  return decisions.map((decision): Outcome => (decision.kind === 'reject' ? decision.rejection : decision.kind === 'repeat' ? 'duplicate' : 'accepted'));
});

function hashOf({ accountNo, amountFen, channel, takenAt, collectorId }: TopUpRow): Buffer {
  return inputHash(accountNo, amountFen.toString(), channel, takenAt.toISOString(), collectorId);
}
