import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Clock, Logger } from '@youdian/telemetry';
import { decideArrears } from '../ledger/decide/day.ts';
import { dayOf } from '../ledger/day-of.ts';
import { ARREARS_AT_ONCE } from '../ledger/limits.ts';
import type { LedgerShard } from './ledger-shard.ts';
import { CLOCKWORK } from './rolling.ts';
import { ticking } from './ticking.ts';

const LOOK_EVERY_MS = 1_000;

export interface ClockedShard {
  readonly ledger: LedgerShard;
  /** Whether this process writes it. */
  readonly owned: () => boolean;
}

/**
 * What has to happen in a shard though nobody comes: at the first moment of a day the one before is closed, and the arrears
 * of what was due begin; and what was left on its way is settled. Returns what stops it.
 */
export function startClockwork(shards: readonly ClockedShard[], settle: (shard: LedgerShard) => Promise<void>, clock: Clock, log: Logger): () => Promise<void> {
  const begun = new Map<ClockedShard, string>();
  return ticking(LOOK_EVERY_MS, async () => {
    const today = dayOf(clock());
    for (const shard of shards) {
      try {
        if (!shard.owned()) begun.delete(shard);
        else if (begun.get(shard) !== today) {
          await beginDay(shard.ledger);
          begun.set(shard, today);
        }
        if (shard.owned()) await settle(shard.ledger);
      } catch (error) {
        log.warn({ problem: (error as Error).message }, 'the clockwork of a shard has to try again');
      }
    }
  });
}

/** Also closes what has ended, as every submission does. */
export async function beginDay(shard: LedgerShard): Promise<void> {
  for (let begun = ARREARS_AT_ONCE; begun === ARREARS_AT_ONCE; ) {
    begun = await shard.submit((ledger, at) => {
      const postings: Posting[] = decideArrears(ledger, { at, actor: CLOCKWORK });
      return { postings, result: postings.length };
    });
  }
}
