import type { Shards } from '../shards/ledger-shard.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { bookLines } from './book.ts';
import { matchLines } from './match.ts';
import { findLines, type BankLineStore } from './store.ts';

/** Longer than a read document is ever behind. */
const JUST_TAKEN_MS = 60_000;
const AT_ONCE = 5_000;

/**
 * Books what a crash left; and where a line and its slip came at the same moment, neither of them saw the other: they are
 * looked at again.
 */
export async function mendLines(store: BankLineStore, shifts: ShiftStore, shards: Shards, now: Date): Promise<void> {
  const justTaken = await findLines(store, { 'state.takenAt': { $gte: new Date(now.getTime() - JUST_TAKEN_MS) }, 'state.collectorId': '', 'state.slipNo': { $gt: '' } }, AT_ONCE);
  if (justTaken.length > 0) await matchLines(store, shifts, justTaken);
  const toBook = await findLines(store, { 'state.toBook.booking': { $gt: '' } }, AT_ONCE);
  if (toBook.length > 0) await bookLines(store, shards, toBook.map(({ lineId }) => lineId));
}
