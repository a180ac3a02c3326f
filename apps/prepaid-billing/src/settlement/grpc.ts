import type { ShardHistory } from '@youdian/commit-log';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { SettlementServiceService, type GetSettlementFileRequest, type ReplayShardRequest } from '@youdian/contracts-billing/settlement';
import { Rejected } from '@youdian/rejection';
import { historyEventOf, implement, query } from '@youdian/service-host';
import { isDay } from '../charges/check.ts';
import { POSTING_TOPIC } from '../ledger/events.ts';
import { dayNotClosed, periodInvalid, shardUnknown } from '../ledger/rejections.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';
import { closingLines, HEADER, postingLine } from './file.ts';

const FILE_READERS = ['integrator', 'manager', 'analyst', 'admin', 'service'];
const REPLAY_READERS = ['integrator', 'admin', 'service'];
const PIECE_CHARACTERS = 64 * 1024;

/** Barriers come from each shard's owner, postings from the commits. */
export function settlementService(shards: Shards, histories: readonly ShardHistory<Posting>[]) {
  return implement(SettlementServiceService, {
    getSettlementFile: query(FILE_READERS, async function* ({ day }: GetSettlementFileRequest) {
      if (!isDay(day)) throw new Rejected({ ...periodInvalid, field: 'day' });
      const ranges = await Promise.all(shards.each().map((shard) => shard.ask(RANGE, day)));
      let piece = HEADER;
      for (const [shard, { first, barrier }] of ranges.entries()) {
        let number = first;
        for await (const posting of histories[shard]!.postingsFrom(first)) {
          piece += number === barrier ? closingLines(shard, posting.dayBarrier!) : postingLine(shard, posting);
          if (piece.length >= PIECE_CHARACTERS) {
            yield { content: Buffer.from(piece) };
            piece = '';
          }
          if (number++ === barrier) break;
        }
      }
      yield { content: Buffer.from(piece) };
    }),

    replayShard: query(REPLAY_READERS, async function* ({ shard, fromShardSequence }: ReplayShardRequest) {
      const ledger = shards.each()[shard];
      if (!ledger) throw new Rejected(shardUnknown(shards.each().length));
      const start = await dayBegins(ledger, fromShardSequence);
      for await (const event of histories[shard]!.eventsFrom(POSTING_TOPIC, start)) {
        if (BigInt(event.extensions!['ce_shardsequence']!) >= fromShardSequence) yield { event: historyEventOf(event) };
      }
    }),
  });
}

/** The numbers of a closed day's first posting and of its barrier. */
const RANGE = job('day-range', async (shard, day: string): Promise<{ first: number; barrier: number }> => {
  const range = await shard.read(({ barriers }) => {
    const at = barriers.findIndex((barrier) => barrier.day === day);
    return at < 0 ? undefined : { first: (barriers[at - 1]?.sequence ?? 0) + 1, barrier: barriers[at]!.sequence };
  });
  if (!range) throw new Rejected(dayNotClosed(day));
  return range;
});

const BARRIERS = job('day-barriers', (shard) => shard.read((ledger) => ledger.barriers.map(({ sequence }) => sequence)));

/** The number of the posting with which the day begins that has this posting of money. */
async function dayBegins(shard: LedgerShard, moneySequence: bigint): Promise<number> {
  const barriers = await shard.ask(BARRIERS, undefined);
  const closings = await shard.postings(barriers);
  let before = 0;
  for (const [at, { dayBarrier }] of closings.entries()) if (dayBarrier!.lastSequence > 0n && dayBarrier!.lastSequence < moneySequence) before = barriers[at]!;
  return before + 1;
}
