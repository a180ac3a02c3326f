/** A closed day as CSV: what the events of the day say, in one file. */
import type { DayBarrier, Posting } from '@youdian/contracts-billing/ledger';
import { canonical, moneyOf } from '../ledger/money-kind.ts';

/** The columns from `shard` to `reference` are those of the canonical form, in its order; no field needs quotes. */
export const HEADER = 'record,shard,shardSequence,kind,accountNo,amountFen,balanceFen,receivableFen,postedOn,postedAt,reference,count,lastShardSequence,digest\n';

/** Empty for a posting that moves nobody's money. */
export function postingLine(shard: number, posting: Posting): string {
  const money = moneyOf(posting);
  return money ? `POSTING,${canonical(shard, posting, money).replaceAll('|', ',')},,,\n` : '';
}

/** What the shard's day comes to: a line for each kind, then the day's. */
export function closingLines(shard: number, { closes: day, totals, firstSequence, lastSequence, digest }: DayBarrier): string {
  const kinds = totals.map(({ kind, count, amountFen }) => `TOTAL,${shard},,${kind},,${amountFen},,,${day},,,${count},,\n`);
  const count = totals.reduce((sum, total) => sum + total.count, 0n);
  return `${kinds.join('')}DAY,${shard},${firstSequence},,,,,,${day},,,${count},${lastSequence},${digest.toString('hex')}\n`;
}
