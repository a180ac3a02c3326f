import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import { ShiftClosed, ShiftOpened, ShiftSignedOff } from '@youdian/contracts-billing/events';
import { dayOf } from '../ledger/day-of.ts';
import { evolve, type Shift, type ShiftEvent } from './state.ts';

export const SHIFT_TOPIC = 'prepaid-billing.shift.v1';
/** More shifts than anybody works on a day. */
const SHIFTS_A_DAY_MAX = 20;
const DAY_MS = 86_400_000;

export type ShiftStore = AggregateStore<Shift | undefined, ShiftEvent>;

export function openShiftStore(log: CommitLog): Promise<ShiftStore> {
  return openAggregates<Shift | undefined, ShiftEvent>(log, {
    name: 'shift', collection: 'shifts', topic: SHIFT_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { ShiftOpened, ShiftClosed, ShiftSignedOff },
    initial: undefined,
    evolve,
    indexes: [{ key: { 'state.day': 1, _id: 1 } }, { key: { 'state.collectorId': 1, 'state.status': 1 } }],
  });
}

/** A collector's shifts of a day are counted, so that of two that open one at the same moment the fence lets one in. */
export function shiftIdOf(collectorId: string, day: string, number: number): string {
  return `${collectorId}.${day}.${number}`;
}

/** A collector's shifts of a day, oldest first. */
export async function shiftsOfCollector(store: ShiftStore, collectorId: string, day: string): Promise<Shift[]> {
  const shifts: Shift[] = [];
  for (let number = 1; number <= SHIFTS_A_DAY_MAX; number++) {
    const found = await store.read(shiftIdOf(collectorId, day, number));
    if (!found?.state) break;
    shifts.push(found.state);
  }
  return shifts;
}

/**
 * The shift in which a collector takes money: the newest of today, or one of yesterday that is still open. A closed one
 * stands too, for its shards refuse what comes after. Empty for collectors who work without shifts.
 */
export async function shiftOf(store: ShiftStore, collectorId: string, at: Date): Promise<string> {
  const today = (await shiftsOfCollector(store, collectorId, dayOf(at))).at(-1);
  if (today) return today.shiftId;
  const yesterday = (await shiftsOfCollector(store, collectorId, dayOf(new Date(at.getTime() - DAY_MS)))).at(-1);
  return yesterday?.status === 'SHIFT_STATUS_OPEN' ? yesterday.shiftId : '';
}
