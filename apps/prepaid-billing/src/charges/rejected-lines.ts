import type { ListRejectedLinesRequest, ListRejectedLinesResponse, RejectedLine } from '@youdian/contracts-billing/charge_intake';
import { Rejected } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { batchOf } from './batches.ts';
import { CHARGE_REFUSALS, type RefusalCode } from './check.ts';
import type { Senders } from './senders.ts';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;
const POSTINGS_AT_ONCE = 20;
const TOKEN = /^(\d{1,2})\.(\d{1,9})\.(\d{1,7})$/;

/** Where a page ends: so many postings of so many shards, and so many lines of the next. */
interface Place {
  shard: number;
  posting: number;
  line: number;
}

/** Read from the commits, so that the reasons stay after the batch is settled and its lines are forgotten. */
export function listRejectedLines(shards: Shards, senders: Senders) {
  return async ({ batchId, pageSize, pageToken }: ListRejectedLinesRequest, { actor }: Pick<Call, 'actor'>): Promise<ListRejectedLinesResponse> => {
    const batch = batchOf(senders, actor, batchId);
    const size = pageSize <= 0 ? PAGE_DEFAULT : Math.min(pageSize, PAGE_MAX);
    const at = placeOf(pageToken);
    const lines: RejectedLine[] = [];
    for (const each = shards.each(); at.shard < each.length; at.shard += 1, at.posting = 0, at.line = 0) {
      if (await readShard(each[at.shard]!, batch, at, size, lines)) return { lines, nextPageToken: `${at.shard}.${at.posting}.${at.line}` };
    }
    return { lines, nextPageToken: '' };
  };
}

const REJECTED_AT = job('rejected-at', (shard, { batchId, from }: { batchId: string; from: number }) =>
  shard.read(({ rejectedLines }) => rejectedLines.get(batchId)?.slice(from, from + POSTINGS_AT_ONCE) ?? []));

/** Goes on at a place, and moves it; whether the page is full before the shard's end. */
async function readShard(shard: LedgerShard, batchId: string, at: Place, size: number, lines: RejectedLine[]): Promise<boolean> {
  for (;;) {
    const sequences = await shard.ask(REJECTED_AT, { batchId, from: at.posting });
    if (sequences.length === 0) return false;
    for (const { chargeLines } of await shard.postings(sequences)) {
      const rejected = chargeLines!.lines.filter(({ code }) => code !== '').slice(at.line);
      const room = rejected.slice(0, size - lines.length);
      for (const { line, chargeId, amountFen, code } of room) {
        const [reasonZh, reasonEn] = CHARGE_REFUSALS[code as RefusalCode];
        lines.push({ line, chargeId, amountFen, code, reasonZh, reasonEn });
      }
      if (room.length < rejected.length) {
        at.line += room.length;
        return true;
      }
      at.posting += 1;
      at.line = 0;
    }
  }
}

function placeOf(token: string): Place {
  if (token === '') return { shard: 0, posting: 0, line: 0 };
  const [, shard, posting, line] = TOKEN.exec(token) ?? [];
  if (line === undefined) throw new Rejected(pageTokenInvalid);
  return { shard: Number(shard), posting: Number(posting), line: Number(line) };
}

const pageTokenInvalid = {
  kind: 'invalid', code: 'PAGE_TOKEN_INVALID', field: 'pageToken',
  zh: '翻页标记无效，请用上一页返回的 nextPageToken。', en: 'This is no page token: use nextPageToken of the page before.',
} as const;
