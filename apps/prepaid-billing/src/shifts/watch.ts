import { Rejected, type Rejection } from '@youdian/rejection';
import { CASH } from '../ledger/chart.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { CLOCKWORK } from '../shards/rolling.ts';
import { watchShift, type Deadlines, type InHand } from './deadlines.ts';
import type { Shift } from './state.ts';
import { shiftsToWatch, type ShiftStore } from './store.ts';

/** Tells what is due, and of cash above its limit, once. */
export async function watchShifts(store: ShiftStore, shards: Shards, deadlines: Deadlines, now: Date): Promise<void> {
  const shifts = await shiftsToWatch(store, now);
  if (shifts.length === 0) return;
  const inHand = await moneyInHand(shards);
  for (const shift of shifts) {
    if (watchShift(shift, inHand(shift), deadlines, now).length > 0) await tell(store, shift.shiftId, inHand(shift), deadlines, now);
  }
}

async function tell(store: ShiftStore, shiftId: string, inHand: InHand, deadlines: Deadlines, now: Date): Promise<void> {
  const command = { operation: 'WatchShift', key: now.toISOString(), actor: CLOCKWORK, input: {} };
  try {
    await store.execute(shiftId, command, (shift, at) => {
      const events = shift ? watchShift(shift, inHand, deadlines, at) : [];
      return events.length === 0 ? nothingToTell : { events };
    });
  } catch (error) {
    // The read document was behind: it has been told already.
    if (!(error instanceof Rejected) || error.rejection !== nothingToTell) throw error;
  }
}

const nothingToTell: Rejection = { kind: 'refused', code: 'NOTHING_TO_TELL', zh: '无须提醒。', en: 'Nothing is due.' };

const IN_HAND = job('in-hand', (shard) => shard.read(({ totals, shifts }) => ({
  cash: new Map([...totals].filter(([account]) => account.startsWith(CASH))),
  taken: new Map(Array.from(shifts, ([shiftId, { topUpFen, reversedFen }]) => [shiftId, topUpFen - reversedFen])),
})));

/** One look at each shard, however many shifts. */
async function moneyInHand(shards: Shards): Promise<(shift: Shift) => InHand> {
  const looks = await Promise.all(shards.each().map((shard) => shard.ask(IN_HAND, undefined)));
  const sumOf = (amount: (look: (typeof looks)[number]) => bigint | undefined) => looks.reduce((sumFen, look) => sumFen + (amount(look) ?? 0n), 0n);
  return ({ shiftId, collectorId }) => ({ takenFen: sumOf(({ taken }) => taken.get(shiftId)), cashFen: sumOf(({ cash }) => cash.get(CASH + collectorId)) });
}
