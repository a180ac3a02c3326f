import { startOfDay } from '@youdian/calendar';
import { openAggregates, type AggregateStore, type CommitLog } from '@youdian/commit-log';
import {
  CashBackInLimit, CashLimitExceeded, CashNotBanked, CloseDueSoon, CloseOverdue, CorrectionDecided, CorrectionProposed, InvoicesRecounted, ShiftBooked, ShiftClosed, ShiftOpened, ShiftSignedOff,
  SlipsFiled,
} from '@youdian/contracts-billing/events';
import { Rejected } from '@youdian/rejection';
import { findAll, readNumbered } from '../aggregates.ts';
import { dayOf } from '../ledger/day-of.ts';
import { shiftUnknown } from './rejections.ts';
import { evolve, type Shift, type ShiftEvent } from './state.ts';

export const SHIFT_TOPIC = 'prepaid-billing.shift.v1';
/** More shifts than anybody works on a day. */
const SHIFTS_A_DAY_MAX = 20;
const DAY_MS = 86_400_000;
/** A look at a collector's shift would cost as much as a top-up, so it serves all that come in this time; an opening is answered after it. */
export const SHIFT_KEPT_MS = 200;
/** More than a power company has collectors. */
const DAY_SHIFTS_MAX = 5_000;
const PAGE = 500;
/** Later nothing new is told. */
const WATCHED_DAYS = 3;
/** Over a long holiday. */
const NEIGHBOUR_DAYS = 10;

export type ShiftStore = AggregateStore<Shift | undefined, ShiftEvent>;

export function openShiftStore(log: CommitLog): Promise<ShiftStore> {
  return openAggregates<Shift | undefined, ShiftEvent>(log, {
    name: 'shift', collection: 'shifts', topic: SHIFT_TOPIC, source: '/youdian/prepaid-billing', typePrefix: 'youdian.billing.v1',
    messages: { ShiftOpened, ShiftClosed, CorrectionProposed, CorrectionDecided, ShiftBooked, ShiftSignedOff, SlipsFiled, InvoicesRecounted, CloseDueSoon, CloseOverdue, CashNotBanked, CashLimitExceeded, CashBackInLimit },
    initial: undefined,
    evolve,
    shape: 6,
    indexes: [
      { key: { 'state.day': 1, _id: 1 } }, { key: { 'state.collectorId': 1, 'state.status': 1 } }, { key: { 'state.collectorId': 1, 'state.day': 1 } },
      { key: { 'state.toBook': 1 } }, { key: { 'state.status': 1, 'state.day': 1 } },
    ],
  });
}

/** A collector's shifts of a day are counted, so that of two that open one at the same moment the fence lets one in. */
export function shiftIdOf(collectorId: string, day: string, number: number): string {
  return `${collectorId}.${day}.${number}`;
}

/** A collector's shifts of a day, oldest first. */
export function shiftsOfCollector(store: ShiftStore, collectorId: string, day: string): Promise<Shift[]> {
  return readNumbered<Shift>(store, (number) => shiftIdOf(collectorId, day, number), SHIFTS_A_DAY_MAX);
}

export function shiftsOfDay(store: ShiftStore, day: string): Promise<Shift[]> {
  return findShifts(store, { 'state.day': day });
}

/** Those that a shift's lines may have strayed to, or from: all of its day, and the collector's of the days around. */
export async function shiftsAround(store: ShiftStore, { shiftId, collectorId, day }: Shift): Promise<Shift[]> {
  const [from, to] = [-NEIGHBOUR_DAYS, NEIGHBOUR_DAYS].map((days) => dayOf(new Date(startOfDay(day)!.getTime() + days * DAY_MS)));
  const found = await Promise.all([shiftsOfDay(store, day), findShifts(store, { 'state.collectorId': collectorId, 'state.day': { $gte: from, $lte: to } })]);
  const around = new Map(found.flat().map((shift) => [shift.shiftId, shift]));
  around.delete(shiftId);
  return [...around.values()];
}

/** Shifts that are not signed off, of the last days. */
export function shiftsToWatch(store: ShiftStore, now: Date): Promise<Shift[]> {
  const from = dayOf(new Date(now.getTime() - WATCHED_DAYS * DAY_MS));
  return findShifts(store, { 'state.status': { $in: ['SHIFT_STATUS_OPEN', 'SHIFT_STATUS_CLOSED'] }, 'state.day': { $gte: from } });
}

/** Shifts that have something to book yet. */
export async function shiftsToBook(store: ShiftStore): Promise<string[]> {
  const { items } = await store.find({ 'state.toBook': { $gt: '' } }, { limit: PAGE });
  return items.map(({ id }) => id);
}

function findShifts(store: ShiftStore, filter: Parameters<ShiftStore['find']>[0]): Promise<Shift[]> {
  return findAll<Shift>(store, filter, PAGE, DAY_SHIFTS_MAX);
}

/**
 * The shift in which a collector takes money: the newest of today, or one of yesterday that is still open. A closed one
 * stands too, for its shards refuse what comes after. Empty for collectors who work without shifts.
 */
export async function shiftOf(store: ShiftStore, collectorId: string, at: Date): Promise<string> {
  const days = [at, new Date(at.getTime() - DAY_MS)].map(dayOf);
  const [today, yesterday] = await Promise.all(days.map(async (day) => (await shiftsOfCollector(store, collectorId, day)).at(-1)));
  return today?.shiftId ?? (yesterday?.status === 'SHIFT_STATUS_OPEN' ? yesterday.shiftId : '');
}

export async function readShift(store: ShiftStore, shiftId: string): Promise<Shift> {
  const found = /^[A-Za-z0-9_.@-]{1,96}$/.test(shiftId) ? await store.read(shiftId) : undefined;
  if (!found?.state) throw new Rejected(shiftUnknown);
  return found.state;
}
