/** What has to happen to shifts though nobody comes. */
import type { Clock, Logger } from '@youdian/telemetry';
import { mendLines } from '../bank-lines/mend.ts';
import type { BankLineStore } from '../bank-lines/store.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { ticking } from '../shards/ticking.ts';
import type { Book } from './booking.ts';
import type { Deadlines } from './deadlines.ts';
import { shiftsToBook, type ShiftStore } from './store.ts';
import { watchShifts } from './watch.ts';

const LOOK_EVERY_MS = 2_000;

export interface ShiftClockwork {
  readonly store: ShiftStore;
  readonly bank: BankLineStore;
  readonly shards: Shards;
  readonly book: Book;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly ours: () => boolean;
  readonly log: Logger;
}

/** `ours`: whether this process does it; another one might too, and nothing would happen twice. Returns what stops it. */
export function startShiftClockwork({ store, bank, shards, book, deadlines, clock, ours, log }: ShiftClockwork): () => Promise<void> {
  return ticking(LOOK_EVERY_MS, async () => {
    if (!ours()) return;
    try {
      for (const shiftId of await shiftsToBook(store)) await book(shiftId);
      await watchShifts(store, shards, deadlines, clock());
      await mendLines(bank, store, shards, clock());
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'the clockwork of the shifts has to try again');
    }
  });
}
