/** What the ledger holds of closed shifts, line by line. */
import type { Posting } from '@youdian/contracts-billing/ledger';
import { reprintsOf } from '../ledger/decide/invoice.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { barrierOf } from '../ledger/decide/shift.ts';
import { shardSequence } from '../ledger/posting-id.ts';
import type { LedgerRecord } from '../reconciliation/lines.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';

/** The postings that the shifts' barriers counted, by shift, oldest first; a few reads a shard, however many shifts. */
export async function postingsOfShifts(shards: Shards, shiftIds: readonly string[]): Promise<Map<string, Posting[]>> {
  const found = new Map<string, Posting[]>(shiftIds.map((shiftId) => [shiftId, []]));
  const all = await Promise.all(shards.each().map((shard) => postingsIn(shard, shiftIds)));
  for (const postings of all.flat()) for (const posting of postings.of) found.get(postings.shiftId)!.push(posting);
  for (const postings of found.values()) postings.sort((a, b) => a.postedAt!.getTime() - b.postedAt!.getTime());
  return found;
}

const BARRIERS_AT = job('shift-barriers-at', (shard, shiftIds: readonly string[]) =>
  shard.read(({ keys }) => shiftIds.flatMap((shiftId) => keys.find(barrierOf(shiftId), NO_HASH)?.sequence ?? [])));

async function postingsIn(shard: LedgerShard, shiftIds: readonly string[]): Promise<{ shiftId: string; of: Posting[] }[]> {
  const at = await shard.ask(BARRIERS_AT, shiftIds);
  const barriers = await shard.postings(ascending(at));
  const sequences = ascending(barriers.flatMap(({ shiftBarrier }) => shiftBarrier!.sequences));
  const postings = new Map((await shard.postings(sequences)).map((posting) => [shardSequence(posting.postingId), posting]));
  return barriers.map(({ shiftBarrier }) => ({ shiftId: shiftBarrier!.shiftId, of: shiftBarrier!.sequences.map((sequence) => postings.get(sequence)!) }));
}

function ascending(sequences: readonly number[]): number[] {
  return sequences.toSorted((a, b) => a - b);
}

const REPRINTS = job('reprint-counts', (shard, postingIds: readonly string[]) => shard.read((ledger) => postingIds.map((postingId) => reprintsOf(ledger, postingId).length)));

/** How often each record's invoice was printed again, by its number; those that never were are left out. */
export async function reprintsByNumber(shards: Shards, records: readonly LedgerRecord[]): Promise<Map<string, number>> {
  const byShard = Map.groupBy(records, ({ accountNo }) => shards.of(accountNo));
  const counted = await Promise.all(Array.from(byShard, async ([shard, mine]) => {
    const counts = await shard.ask(REPRINTS, mine.map(({ postingId }) => postingId));
    return mine.flatMap(({ invoiceNo }, at): [string, number][] => (counts[at]! > 0 ? [[invoiceNo, counts[at]!]] : []));
  }));
  return new Map(counted.flat());
}

/** Top-ups, those taken back marked so. */
export function recordsOf(postings: readonly Posting[]): LedgerRecord[] {
  const reversed = new Set(postings.flatMap(({ reversal }) => reversal?.reversedPostingId ?? []));
  return postings.flatMap(({ postingId, accountNo, postedAt, topUp }) =>
    topUp ? [{ postingId, invoiceNo: topUp.invoiceNo, accountNo, amountFen: topUp.amountFen, reversed: reversed.has(postingId), takenAt: topUp.takenAt!, postedAt: postedAt! }] : []);
}
