import { Charge } from '@youdian/contracts-billing/events';
import type { UploadChargeFileRequest, UploadChargeFileResponse } from '@youdian/contracts-billing/charge_intake';
import { openUpload, readRows, type CsvRow, type UnreadableRow } from '@youdian/csv-import';
import { Rejected, type Rejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { currentTraceparent } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import { BATCH_LINES_MAX } from '../ledger/limits.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { overlap } from '../streams/overlap.ts';
import { nextLine, takeManifest } from './batches.ts';
import { isChargeId, type RefusalCode } from './check.ts';
import { isLine, isWholeFen } from './decode.ts';
import { named, type Sender } from './sender.ts';
import type { Senders } from './senders.ts';
import { refuseLines, takeCharges } from './take.ts';

const REQUIRED = ['chargeId', 'accountNo', 'amountFen', 'period', 'dueOn'];
const GROUP_ROWS = 2_000;
const GROUPS_IN_FLIGHT = 4;
/** The first row of a file, after its header. */
const FIRST_ROW_LINE = 2;

type Row = { readonly charge: Charge } | { readonly line: number; readonly code: RefusalCode };

/**
 * A batch as a CSV file. Its manifest stands before its first row is taken, so that another file under the same id is
 * refused as a whole; each row is a line of the batch, taken once however often and from wherever the file comes.
 */
export function uploadChargeFile(shards: Shards, directory: AccountDirectory, senders: Senders) {
  return async (requests: AsyncIterable<UploadChargeFileRequest>, { actor }: Call): Promise<UploadChargeFileResponse> => {
    const sender = senders.ofCaller(actor, 'file');
    const { head, chunks } = await open(requests);
    const { batchId, count, sumFen, columns } = head;
    if (!(await takeManifest(shards, { batchId, count, sumFen }, sender))) throw new Rejected(batchReused);
    const rows = readRows(chunks, { columns, required: REQUIRED, optional: [] });
    const sums = { posted: 0, repeated: 0, rejected: 0 };
    for await (const taken of overlap(groupsOf(rows, head), GROUPS_IN_FLIGHT, (group) => takeGroup(shards, directory, sender, batchId, group))) {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += taken[name];
    }
    return { batchId, ...sums, nextLine: await nextLine(shards, named(sender, batchId), count) };
  };
}

interface Head {
  readonly batchId: string;
  readonly count: number;
  readonly sumFen: bigint;
  readonly fromLine: number;
  readonly columns: Readonly<Record<string, string>>;
}

async function open(requests: AsyncIterable<UploadChargeFileRequest>): Promise<{ head: Head; chunks: AsyncIterable<Uint8Array> }> {
  const { first = NOTHING, columns, chunks } = await openUpload(requests);
  const { batchId, count, sumFen, fromLine } = first;
  if (!isChargeId(batchId)) throw new Rejected(batchIdInvalid);
  if (!isLine(count)) throw new Rejected(countInvalid);
  if (sumFen < 0n) throw new Rejected(sumInvalid);
  if (fromLine < 0 || fromLine > count) throw new Rejected(fromLineInvalid);
  return { head: { batchId, count, sumFen, fromLine: fromLine || 1, columns }, chunks };
}

const NOTHING: UploadChargeFileRequest = { batchId: '', count: 0, sumFen: 0n, fromLine: 0, chunk: undefined };

async function* groupsOf(rows: AsyncIterable<CsvRow | UnreadableRow>, head: Head): AsyncIterable<Row[]> {
  let group: Row[] = [];
  for await (const row of rows) {
    const line = head.fromLine + row.line - FIRST_ROW_LINE;
    if (line > head.count) throw new Rejected(lineBeyondCount(row.line, head.count));
    group.push('problem' in row ? { line, code: 'ROW_UNREADABLE' } : rowOf(row.values, head.batchId, line));
    if (group.length < GROUP_ROWS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function rowOf(values: Readonly<Record<string, string>>, batchId: string, line: number): Row {
  const { chargeId = '', accountNo = '', amountFen = '', period = '', dueOn = '' } = values;
  if (!isChargeId(chargeId)) return { line, code: 'CHARGE_ID_INVALID' };
  if (!isWholeFen(amountFen)) return { line, code: 'AMOUNT_INVALID' };
  return { charge: Charge.fromPartial({ chargeId, accountNo, amountFen: BigInt(amountFen), period, dueOn, batchId, line }) };
}

async function takeGroup(shards: Shards, directory: AccountDirectory, sender: Sender, batchId: string, rows: readonly Row[]) {
  const traceparent = currentTraceparent();
  const unreadable = rows.filter((row) => 'code' in row);
  const [outcomes] = await Promise.all([
    takeCharges(shards, directory, rows.flatMap((row) => ('charge' in row ? [{ charge: row.charge, traceparent }] : [])), sender),
    refuseLines(shards, sender, batchId, unreadable),
  ]);
  const posted = outcomes.filter((outcome) => outcome === 'posted').length;
  const repeated = outcomes.filter((outcome) => outcome === 'repeated').length;
  return { posted, repeated, rejected: rows.length - posted - repeated };
}

const batchIdInvalid: Rejection = {
  kind: 'invalid', code: 'BATCH_ID_INVALID', field: 'batchId',
  zh: '批次号须为 1 到 64 个字母、数字或 . _ : / -。', en: 'A batch id has 1 to 64 letters, digits or . _ : / -.',
};

const countInvalid: Rejection = {
  kind: 'invalid', code: 'COUNT_INVALID', field: 'count',
  zh: `请写明整个文件的行数（不含表头），从 1 到 ${BATCH_LINES_MAX}。`, en: `Say how many rows the whole file has (without its header), 1 to ${BATCH_LINES_MAX}.`,
};

const sumInvalid: Rejection = {
  kind: 'invalid', code: 'SUM_INVALID', field: 'sumFen',
  zh: '请写明整个文件的金额合计（单位：分），不能为负。', en: 'Say what the amounts of the whole file come to, in fen; it cannot be below zero.',
};

const fromLineInvalid: Rejection = {
  kind: 'invalid', code: 'FROM_LINE_INVALID', field: 'fromLine',
  zh: '续传的起始行须在 1 到清单行数之间；从哪一行继续，请查询该批次的 nextLine。', en: "A file goes on at a line from 1 to its manifest's count: nextLine of the batch says which.",
};

const batchReused: Rejection = {
  kind: 'conflict', code: 'CHARGE_BATCH_REUSED', field: 'batchId',
  zh: '此批次号已有另一份清单（行数或合计不同），没有收下任何一行；请核对，或换一个批次号。',
  en: 'This batch id has another manifest (of another count or sum), and nothing was taken: check it, or use another batch id.',
};

function lineBeyondCount(line: number, count: number): Rejection {
  return {
    kind: 'invalid', code: 'LINE_BEYOND_COUNT', field: 'count',
    zh: `文件第 ${line} 行已超出清单的 ${count} 行（空行也算一行）；之前的行已收下。请核对后用新的批次号重送。`,
    en: `Line ${line} of the file is beyond the manifest's ${count} rows (an empty line counts too); those before it are taken. Check it and send it under a new batch id.`,
  };
}
