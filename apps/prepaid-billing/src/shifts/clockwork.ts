/** What has to happen to shifts though nobody comes. */
import type { Logger } from '@youdian/telemetry';
import { ticking } from '../shards/ticking.ts';
import type { Book } from './booking.ts';
import { shiftsToBook, type ShiftStore } from './store.ts';

const LOOK_EVERY_MS = 2_000;

/** `ours`: whether this process does it; another one might too, and nothing would happen twice. Returns what stops it. */
export function startShiftClockwork(store: ShiftStore, book: Book, ours: () => boolean, log: Logger): () => Promise<void> {
  return ticking(LOOK_EVERY_MS, async () => {
    if (!ours()) return;
    try {
      for (const shiftId of await shiftsToBook(store)) await book(shiftId);
    } catch (error) {
      log.warn({ problem: (error as Error).message }, 'the clockwork of the shifts has to try again');
    }
  });
}
