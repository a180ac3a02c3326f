import type { ImportTopUpsRequest, ImportTopUpsResponse } from '@youdian/contracts-billing/prepaid_billing';
import { createReport, readRows, type Outcome } from '@youdian/csv-import';
import type { Call } from '@youdian/service-host';
import { currentTraceparent, type Clock } from '@youdian/telemetry';
import { unknownAccounts, type AccountDirectory } from '../accounts/directory.ts';
import { decideClaims } from '../ledger/decide/claims.ts';
import type { Context } from '../ledger/decide/command.ts';
import { decideTopUp } from '../ledger/decide/top-up.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { accountUnknown } from '../ledger/rejections.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { decideOn } from '../shards/post.ts';
import { OPTIONAL, readTopUpRow, receiptReused, REQUIRED, type TopUpRow } from './row.ts';

export const IMPORT_ROLES = ['manager', 'integrator', 'admin', 'service'];

const BATCH_ROWS = 2_000;
const BATCHES_IN_FLIGHT = 4;

/** Past top-ups from a CSV file. A row is known by source and receiptNo for ever: importing twice changes nothing. */
export function importTopUps(shards: Shards, directory: AccountDirectory, clock: Clock) {
  return async (requests: AsyncIterable<ImportTopUpsRequest>, { actor }: Call): Promise<ImportTopUpsResponse> => {
    const { source, columns, chunks } = await open(requests);
    const report = createReport();
    const context = { actor: actor.name, traceparent: currentTraceparent() };
    let batch: Line[] = [];
    const inFlight: Promise<void>[] = [];
    const take = async (lines: readonly Line[]) => {
      const outcomes = await takeRows(shards, directory, source, lines, context);
      for (const [i, { line }] of lines.entries()) report.add(line, outcomes[i]!);
    };
    const flush = async () => {
      if (inFlight.length === BATCHES_IN_FLIGHT) await inFlight.shift();
      const taking = take(batch);
      taking.catch(() => {}); // awaited below
      inFlight.push(taking);
      batch = [];
    };
    for await (const row of readRows(chunks, { columns, required: REQUIRED, optional: OPTIONAL })) {
      if ('problem' in row) {
        report.addUnreadable(row.line, row.problem);
        continue;
      }
      const read = readTopUpRow(row.values, clock());
      if ('code' in read) report.add(row.line, read);
      else batch.push({ line: row.line, row: read });
      if (batch.length === BATCH_ROWS) await flush();
    }
    await flush();
    await Promise.all(inFlight);
    return { report: report.report };
  };
}

interface Line {
  readonly line: number;
  readonly row: TopUpRow;
}

async function open(requests: AsyncIterable<ImportTopUpsRequest>) {
  const iterator = requests[Symbol.asyncIterator]();
  const first = await iterator.next();
  const { source = '', columns = {} } = first.done ? {} : (first.value.chunk ?? {});
  async function* chunks() {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value.chunk?.content ?? new Uint8Array();
  }
  return { source, columns, chunks: chunks() };
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
  const byShard = Map.groupBy(known, (index) => shards.of(rows[index]!.key));
  const claimed: number[] = [];
  await Promise.all(
    Array.from(byShard, async ([shard, indexes]) => {
      const verdicts = await shard.submit((ledger, at) => {
        const { postings, verdicts } = decideClaims(ledger, indexes.map((index) => rows[index]!), { ...context, at });
        return { postings, result: verdicts };
      });
      for (const [i, index] of indexes.entries()) {
        if (verdicts[i] === 'claimed') claimed.push(index);
        else outcomes[index] = receiptReused;
      }
    }),
  );
  await Promise.all(
    claimed.sort((a, b) => a - b).map(async (index) => {
      const { row, key, inputHash } = rows[index]!;
      const decision = await decideOn(
        shards.of(row.accountNo),
        {
          accountNo: row.accountNo,
          decide: (ledger, at, openWithFen) => decideTopUp(ledger, { ...row, key: `top-up|${key}`, inputHash, openWithFen }, { ...context, at }),
        },
        directory.defaultThresholdFen,
      );
      outcomes[index] = decision.kind === 'reject' ? decision.rejection : decision.kind === 'repeat' ? 'duplicate' : 'accepted';
    }),
  );
  return outcomes;
}

function hashOf({ accountNo, amountFen, channel, takenAt, collectorId }: TopUpRow): Buffer {
  return inputHash(accountNo, amountFen.toString(), channel, takenAt.toISOString(), collectorId);
}
